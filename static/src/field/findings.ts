/** The photos of the finding that a re-inspection goes back to: kept sealed on the phone, to stand beside the camera without a network. */
import type { ShallowRef } from 'vue'
import { keepPicture, keptPicture } from './local/showing'
import { overTheNetwork, type Reach } from './wire'
import { mine, type Local } from './local/person'
import type { Task } from './types'

export interface FindingPicture {
  shot: string
  capturedAt: string
  bytes: ArrayBuffer
}

export async function keepFindingPhotos(tasks: readonly Task[], reach: Reach = overTheNetwork): Promise<void> {
  const from = mine()
  for (const task of tasks) {
    for (const [nth, photo] of (task.re_inspection?.photos ?? []).entries()) await keepPicture(placeOf(task.id, nth), photo.url, from, reach)
  }
}

/** Those that the phone has, the closest first. */
export async function findingPhotos(task: Task): Promise<FindingPicture[]> {
  const from = mine()
  const found: FindingPicture[] = []
  for (const [nth, { shot, captured_at }] of (task.re_inspection?.photos ?? []).entries()) {
    const bytes = await keptPhoto(task.id, nth, from)
    if (bytes) found.push({ shot, capturedAt: captured_at, bytes })
  }
  return found
}

/** The first of them; null for as long as the phone had no network to fetch it. */
export function findingPhoto(taskId: string): ShallowRef<ArrayBuffer | null> {
  return keptPicture(placeOf(taskId, 0))
}

async function keptPhoto(taskId: string, nth: number, { database, vault }: Local): Promise<ArrayBuffer | null> {
  const id = placeOf(taskId, nth)
  const row = await database.facts.get(id)
  return row ? vault.open(`facts/${id}`, row.sealed) : null
}

const placeOf = (taskId: string, nth: number) => `finding ${taskId} ${nth}`
