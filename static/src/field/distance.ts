/** How far it is, good enough to choose where to go first. */
import type { Fix, Task } from './types'

const EARTH_M = 6_371_000

/** Metres on the sphere between two WGS-84 positions. */
export function metres(a: { lon: number; lat: number }, b: { lon: number; lat: number }): number {
  const [lat1, lat2] = [radians(a.lat), radians(b.lat)]
  const half = Math.sin((lat2 - lat1) / 2) ** 2
    + Math.cos(lat1) * Math.cos(lat2) * Math.sin(radians(b.lon - a.lon) / 2) ** 2
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(half)))
}

/** Null while the phone's or the site's position is not known: nobody is told a guess. */
export function metresTo(task: Task, fix: Fix | null): number | null {
  const site = task.project.site
  return site && fix ? metres(site, fix) : null
}

/** Opens the map app; it is told which datum these figures are in. */
export function wayTo(task: Task): string | null {
  const { site, name } = task.project
  return site && `https://uri.amap.com/navigation?to=${site.lon},${site.lat},${encodeURIComponent(name)}&mode=car&coordinate=wgs84`
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180
}
