/** How closely a photo is looked at: 1 fits the window; the point under the pointer stays in place. */
import { reactive } from 'vue'

export interface Zoom {
  scale: number
  /** The point that stays in place, in percent of the picture. */
  x: number
  y: number
}

export const MOST = 8

export const useZoom = () => reactive<Zoom>({ scale: 1, x: 50, y: 50 })

export function fit(zoom: Zoom): void {
  Object.assign(zoom, { scale: 1, x: 50, y: 50 })
}

export function zoomBy(zoom: Zoom, factor: number): void {
  zoom.scale = Math.min(MOST, Math.max(1, zoom.scale * factor))
}

/** Looks at another place; the picture cannot be left. */
export function moveTo(zoom: Zoom, x: number, y: number): void {
  zoom.x = Math.min(100, Math.max(0, x))
  zoom.y = Math.min(100, Math.max(0, y))
}
