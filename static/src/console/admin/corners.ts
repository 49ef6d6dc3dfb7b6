/** `119.90,29.20` a line, however the two are parted -> [[lon, lat], …]; what is no number stays NaN, and the server says so. */
export function cornersOf(text: string): [number, number][] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const [lon = '', lat = ''] = line.split(/[\s,，、;；]+/)
      return [Number(lon || NaN), Number(lat || NaN)]
    })
}
