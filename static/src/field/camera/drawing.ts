/** Marks on a picture, in its own pixels: red or yellow, each with a rim that shows it on any ground and in grey. */

export type Tool = 'arrow' | 'circle' | 'line' | 'text'
export type Colour = keyof typeof COLOURS
export type Point = readonly [x: number, y: number]

export interface Mark {
  tool: Tool
  colour: Colour
  /** Of a line all of them; else where it begins and ends. A text stands at the first. */
  points: Point[]
  words?: string
}

export const COLOURS = {
  red: { ink: '#d92d20', rim: '#ffffff' },
  yellow: { ink: '#ffd60a', rim: '#14181f' },
} as const

/** Longest side of what is drawn on and sent: as large as the desk shows. */
export const LONGEST = 1600
const HEAD = Math.PI / 7

export function sizeOf(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, LONGEST / Math.max(width, height, 1))
  return { width: Math.round(width * scale), height: Math.round(height * scale) }
}

/** A tap is no mark, but for a text. */
export function isMark({ tool, points, words }: Mark, least: number): boolean {
  if (tool === 'text') return !!words?.trim()
  const [[x, y]] = points as [Point]
  return points.some(([toX, toY]) => Math.hypot(toX - x, toY - y) > least)
}

/** The mark with the pointer moved on to `to`. */
export function drawnOn(mark: Mark, to: Point): Mark {
  return { ...mark, points: mark.tool === 'line' ? [...mark.points, to] : [mark.points[0]!, to] }
}

export function paint(brush: CanvasRenderingContext2D, mark: Mark): void {
  const unit = Math.max(brush.canvas.width, brush.canvas.height) / 100
  const { ink, rim } = COLOURS[mark.colour]
  brush.lineCap = brush.lineJoin = 'round'
  if (mark.tool === 'text') return write(brush, mark, unit)
  for (const [colour, width] of [[rim, 1.3], [ink, 0.7]] as const) {
    brush.strokeStyle = colour
    brush.lineWidth = width * unit
    brush.stroke(outline(mark, unit))
  }
}

function write(brush: CanvasRenderingContext2D, { points: [at], colour, words = '' }: Mark, unit: number): void {
  brush.font = `700 ${unit * 4.5}px system-ui, sans-serif`
  brush.textBaseline = 'middle'
  brush.strokeStyle = COLOURS[colour].rim
  brush.fillStyle = COLOURS[colour].ink
  brush.lineWidth = unit
  const room = brush.canvas.width - brush.measureText(words).width - unit
  const x = Math.max(unit, Math.min(at![0], room))
  brush.strokeText(words, x, at![1])
  brush.fillText(words, x, at![1])
}

function outline({ tool, points }: Mark, unit: number): Path2D {
  const path = new Path2D()
  const [from, to] = [points[0]!, points.at(-1)!]
  if (tool === 'circle') {
    const [radiusX, radiusY] = [Math.abs(to[0] - from[0]) / 2, Math.abs(to[1] - from[1]) / 2]
    path.ellipse((from[0] + to[0]) / 2, (from[1] + to[1]) / 2, radiusX, radiusY, 0, 0, 2 * Math.PI)
    return path
  }
  path.moveTo(...from)
  for (const point of points.slice(1)) path.lineTo(...point)
  if (tool === 'arrow') for (const tip of headOf(from, to, unit)) { path.moveTo(...to); path.lineTo(...tip) }
  return path
}

/** The two ends of an arrow's head. */
export function headOf(from: Point, to: Point, unit: number): [Point, Point] {
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0])
  const end = (turn: number): Point => [to[0] - 4 * unit * Math.cos(angle + turn), to[1] - 4 * unit * Math.sin(angle + turn)]
  return [end(HEAD), end(-HEAD)]
}
