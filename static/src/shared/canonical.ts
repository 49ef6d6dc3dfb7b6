/** RFC 8785: the one spelling of a JSON value, fit for hashing and signing. Twin of fieldapp/keys.py `canonical`. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json | undefined }

/** Names without a value are left out, as in JSON.stringify. Throws RangeError for what JSON cannot say. */
export function canonical(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'string') return stringText(value)
  if (Array.isArray(value)) return `[${value.map(part => canonical(part as Json)).join(',')}]`
  const named = value as Readonly<Record<string, Json | undefined>>
  const members = Object.keys(named)
    .filter(name => named[name] !== undefined)
    .sort() // by UTF-16 code units, as the RFC wants
    .map(name => `${stringText(name)}:${canonical(named[name]!)}`)
  return `{${members.join(',')}}`
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is not JSON`)
  return JSON.stringify(value) // the RFC takes ECMAScript's own spelling; -0 becomes 0
}

const HALF = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

function stringText(value: string): string {
  if (HALF.test(value)) throw new RangeError('half of a surrogate pair is not text')
  return JSON.stringify(value)
}
