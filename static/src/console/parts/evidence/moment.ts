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

/** A file's own time, as written in it, without a zone; with its year where that is not the record's. */
export function local(written: string, recorded: string): string {
  const year = new Date(recorded).toLocaleString('en-CA', { timeZone: 'Asia/Shanghai', year: 'numeric' })
  return written.slice(written.startsWith(year) ? 5 : 0, 19).replace('T', ' ')
}
