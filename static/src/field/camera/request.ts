/** Who asked for the camera, and for what. The address says that it is open, so that the phone's back button closes it. */
import { shallowRef } from 'vue'
import { router } from '../router'
import type { Draft } from '../types'

export interface WantedShot {
  id: string
  zh: string
  en: string
  /** What must be in the picture. */
  hint: string
  required: boolean
}

export interface CameraRequest {
  draft: Draft
  question: string | null
  category: string | null
  title: string
  unit: string | null
  findingId: string | null
  shots: readonly WantedShot[]
  first: string
  /** What else is owed at the same thing, once all is taken here: it needs no second start of the camera. */
  next?: () => CameraRequest | null
}

export const request = shallowRef<CameraRequest | null>(null)

export function openCamera(wanted: CameraRequest): void {
  request.value = wanted
  const { path, query } = router.currentRoute.value
  void router.push({ path, query: { ...query, camera: '1' } })
}

export function closeCamera(): void {
  const { path, query } = router.currentRoute.value
  if (!query.camera) return
  // Opened by a push, unless somebody came here by a kept address.
  if (globalThis.history.state?.back) router.back()
  else void router.replace({ path, query: {} })
}
