/** The API's description as types: addresses that exist, and what goes and comes at each. Nothing here runs but `at`. */
import type { components, paths } from './schema'

/** A thing that the API speaks of, by its name in the description. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]

export type Path = keyof paths
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

declare const PATH: unique symbol
/** An address of the described path `P`, ready to be fetched. */
export type Address<P extends Path = Path> = string & { readonly [PATH]: P }
/** Any other address. */
export type Undescribed = string & { readonly [PATH]?: never }

type Operation<P extends Path, M extends Method> = Lowercase<M> extends keyof paths[P] ? NonNullable<paths[P][Lowercase<M>]> : never
type Parameters<P extends Path, Where extends 'path' | 'query'> =
  Operation<P, 'GET' | 'POST' | 'PUT' | 'DELETE'> extends infer O ? (O extends { parameters: { [In in Where]?: infer Named } } ? NonNullable<Named> : never) : never
type Named<P extends Path, Where extends 'path' | 'query'> = Parameters<P, Where> extends infer N ? (N extends unknown ? keyof N : never) : never

/** What stands for each `{name}` of the path. */
export type Places<P extends Path> = P extends `${string}{${infer Name}}${infer Rest}` ? { [Key in Name]: string | number } & (Rest extends `${string}{${string}}${string}` ? PlacesOf<Rest> : unknown) : unknown
type PlacesOf<Rest extends string> = Rest extends `${string}{${infer Name}}${infer More}` ? { [Key in Name]: string | number } & PlacesOf<More> : unknown

/** The described questions; those without a value are left out of the address. */
export type Questions<P extends Path> = { [Name in Named<P, 'query'> & string]?: string | number | null | undefined }

/** Names and shapes are checked here; whether a word is of a closed list, the server tells the person who chose it. */
type Loose<T> = T extends string ? string : T extends number ? number | string : T extends (infer One)[] ? Loose<One>[] : T extends object ? LooseFields<T> : T
/** JSON leaves out what is undefined, so it may stand for what need not be sent. */
type LooseFields<T> = { [Key in keyof T]: Loose<T[Key]> | (Record<never, never> extends Pick<T, Key> ? undefined : never) }

export type Body<P extends Path, M extends Method> = Operation<P, M> extends { requestBody: { content: { 'application/json': infer Sent } } } ? Loose<Sent> : undefined

type Good = 200 | 201 | 202 | 204
type Came<R> = { [Status in keyof R & Good]: R[Status] extends { content: { 'application/json': infer Told } } ? Told : undefined }[keyof R & Good]
export type Told<P extends Path, M extends Method> = Operation<P, M> extends { responses: infer R } ? Came<R> : never

/** The address of a described path, its places filled and the questions that have a value put. */
export function at<P extends Path>(path: P, ...[places, questions]: unknown extends Places<P> ? [places?: null, questions?: Questions<P>] : [places: Places<P>, questions?: Questions<P>]): Address<P> {
  const given = (places ?? {}) as Record<string, string | number>
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(given[name])))
  const put = Object.entries((questions ?? {}) as Record<string, string | number | null | undefined>).filter(([, value]) => Boolean(value))
  const asked = new URLSearchParams(put.map(([name, value]) => [name, String(value)])).toString()
  return (asked ? `${filled}?${asked}` : filled) as Address<P>
}
