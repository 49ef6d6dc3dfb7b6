/** Calls to our own server: JSON in, JSON out; a refusal is a Problem, silence is Unreachable. */
import { language } from '../i18n'
import { problemOf, Unreachable } from './problem'

export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
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

export async function call<T>(path: string, given: Call = {}): Promise<T> {
  const reply = await send(path, given)
  return reply.status === 204 ? (undefined as T) : ((await reply.json()) as T)
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
