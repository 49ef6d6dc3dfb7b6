/** Times and amounts as people read them: Asia/Shanghai, whatever the device's own zone. */
import { language } from './i18n'

const ZONE = 'Asia/Shanghai'

function parts(at: string | number | Date, options: Intl.DateTimeFormatOptions): string {
  const locale = language.value === 'en' ? 'en-GB' : 'zh-CN'
  return new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...options }).format(new Date(at))
}

/** `11-18 09:42` */
export function dayAndTime(at: string | number | Date): string {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: ZONE, month: '2-digit', day: '2-digit' }).format(new Date(at))
  return `${day} ${timeOfDay(at)}`
}

/** `2026-11-18` */
export function day(at: string | number | Date): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: ZONE }).format(new Date(at))
}

/** `09:42` */
export function timeOfDay(at: string | number | Date): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, hour: '2-digit', minute: '2-digit' }).format(new Date(at))
}

/** `11月18日 周三` */
export function longDay(at: string | number | Date): string {
  return parts(at, { month: 'long', day: 'numeric', weekday: 'short' })
}

/** `860 米`, `2.3 公里` */
export function distance(metres: number): string {
  const english = language.value === 'en'
  if (metres < 1000) return `${Math.round(metres)} ${english ? 'm' : '米'}`
  return `${(metres / 1000).toFixed(metres < 10_000 ? 1 : 0)} ${english ? 'km' : '公里'}`
}

/** `2.8 MB` */
export function bytes(size: number): string {
  if (size < 1024) return `${size} B`
  if (size < 1024 * 1024) return `${Math.round(size / 1024)} KB`
  if (size < 1024 ** 3) return `${(size / 1024 ** 2).toFixed(1)} MB`
  return `${(size / 1024 ** 3).toFixed(1)} GB`
}
