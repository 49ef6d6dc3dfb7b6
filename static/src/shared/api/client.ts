/** Calls to our own server: JSON in, JSON out; a refusal is a Problem, silence is Unreachable. */
import { language } from '../i18n'
import { problemOf, Unreachable } from './problem'
import type { Address, Body, Method, Path, Told, Undescribed } from './describing'

export { at, type Address, type Path, type Schema, type Told } from './describing'

export interface Call {
  method?: Method
  /** Sent as JSON, or as it is when it is text or bytes. */
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal
  keepalive?: boolean
}

/** Headers that sign a request which may decide something, where this app's person has a key for it. */
export type Sign = (asked: { method: string; path: string; body: unknown; ifMatch: string | null }) => Promise<Record<string, string>>

let sign: Sign | null = null

export function signWith(signer: Sign | null): void {
  sign = signer
}

type Rest = Omit<Call, 'method' | 'body'>
/** A body is wanted where the description has one; without a method it is posted. */
type Given<P extends Path, M extends Method> = Rest & { method: M } & (Body<P, M> extends undefined ? { body?: undefined | Record<string, never> } : { body: Body<P, M> })

export function call<P extends Path>(address: Address<P>, given?: Rest): Promise<Told<P, 'GET'>>
export function call<P extends Path, M extends Method>(address: Address<P>, given: Given<P, M>): Promise<Told<P, M>>
export function call<P extends Path>(address: Address<P>, given: Rest & { body: Body<P, 'POST'> }): Promise<Told<P, 'POST'>>
export function call<T>(path: Undescribed, given?: Call): Promise<T>
export async function call(path: string, given: Call = {}): Promise<unknown> {
  const reply = await send(path, given)
  return reply.status === 204 ? undefined : reply.json()
}

/** The whole reply, for callers that need its headers (ETag). Throws Problem or Unreachable. */
export async function send(path: string, given: Call = {}): Promise<Response> {
  const method = given.method ?? (given.body === undefined ? 'GET' : 'POST')
  const reply = await reach(path, {
    method,
    headers: {
      'X-Fieldapp': '1',
      Accept: 'application/json',
      'Accept-Language': language.value,
      ...(given.body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...given.headers,
      ...(sign && (method === 'POST' || method === 'PUT') && isJson(given.body) ? await sign(asked(method, path, given)) : {}),
    },
    credentials: 'same-origin',
    ...(given.body === undefined ? {} : { body: asBody(given.body) }),
    ...(given.signal ? { signal: given.signal } : {}),
    ...(given.keepalive ? { keepalive: true } : {}),
  })
  if (!reply.ok) throw await problemOf(reply)
  return reply
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new Unreachable(String(error))
  }
}

function asked(method: string, path: string, { body, headers }: Call) {
  return { method, path, body, ifMatch: headers?.['If-Match'] ?? null }
}

function isJson(body: unknown): boolean {
  return !(typeof body === 'string' || body instanceof ArrayBuffer || ArrayBuffer.isView(body))
}

function asBody(body: unknown): BodyInit {
  return isJson(body) ? JSON.stringify(body) : (body as BodyInit)
}
