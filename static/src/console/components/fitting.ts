/** How many of these stand side by side in `room` pixels; where not all do, `more` is kept free for the menu of the rest. */
export function fitting(widths: number[], room: number, more: number): number {
  const sum = (some: number[]) => some.reduce((total, width) => total + width, 0)
  if (sum(widths) <= room) return widths.length
  let n = widths.length
  while (n > 0 && sum(widths.slice(0, n)) > room - more) n--
  return n
}
