/** `11-18 09:42:10` in Asia/Shanghai: evidence is told apart by seconds. */
const PARTS = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Shanghai',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

export function moment(at: string): string {
  const part = Object.fromEntries(PARTS.formatToParts(new Date(at)).map(({ type, value }) => [type, value]))
  return `${part.month}-${part.day} ${part.hour}:${part.minute}:${part.second}`
}
