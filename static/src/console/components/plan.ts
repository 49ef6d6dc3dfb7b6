/** A plan in metres around the site's centre: what must fit into it, and how far the photo was from the site. Pure. */
export interface Fix {
  lon: number
  lat: number
  accuracy_m: number
  here: boolean
}

export interface Site {
  lon: number
  lat: number
  polygon: [number, number][]
}

type Point = [number, number]

const METRES_A_DEGREE = 111_320
const MARGIN = 0.18
/** Width to height. */
export const SHAPE = 2

export function planOf(site: Site, fixes: Fix[]) {
  const flat = (lon: number, lat: number): Point => [
    (lon - site.lon) * METRES_A_DEGREE * Math.cos((site.lat * Math.PI) / 180),
    (site.lat - lat) * METRES_A_DEGREE,
  ]
  const outline = site.polygon.map(([lon, lat]) => flat(lon, lat))
  const placed = fixes.map((fix) => ({ ...fix, at: flat(fix.lon, fix.lat) }))
  const box = boxOf([...outline, ...placed.map((fix) => fix.at)])
  return { outline, fixes: placed, box, ruler: niceLength(box.width / 4) }
}

/** The smallest box of our shape around all points, with a margin. */
function boxOf(points: Point[]) {
  const [xs, ys] = [points.map((p) => p[0]), points.map((p) => p[1])]
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  const height = Math.max(bottom - top, (right - left) / SHAPE, 40) * (1 + 2 * MARGIN)
  const width = height * SHAPE
  return { x: (left + right - width) / 2, y: (top + bottom - height) / 2, width, height }
}

/** The longest of 1, 2, 5 × 10ⁿ that is not longer than this. */
export function niceLength(metres: number): number {
  const power = 10 ** Math.floor(Math.log10(metres))
  return ([5, 2, 1].find((n) => n * power <= metres) ?? 1) * power
}
