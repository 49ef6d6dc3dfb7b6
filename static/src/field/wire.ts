/** Calls to our own server whose every outcome is a value: what a reply means is for the caller to judge. */
import { inEnglish, language } from '../shared/i18n'
import type { Address, Body, Method, Path, Told } from '../shared/api/describing'
import { Problem, Unreachable, type ProblemBody } from '../shared/api/problem'

/** The browser's fetch, or a stand-in that behaves like it. */
export type Reach = (path: string, init: RequestInit) => Promise<Response>

declare const TOLD: unique symbol

/** A call of a described path, and by its type what a good answer to it tells. */
export interface Call<T> {
  readonly address: Address
  readonly method: Method
  /** Text goes as it is, anything else as JSON. */
  readonly body?: unknown
  readonly headers?: Record<string, string>
  readonly signal?: AbortSignal
  readonly [TOLD]?: T
}

export const get = <P extends Path>(address: Address<P>): Call<Told<P, 'GET'>> => ({ address, method: 'GET' })

export const post = <P extends Path>(address: Address<P>, body: Body<P, 'POST'>): Call<Told<P, 'POST'>> => ({ address, method: 'POST', body })

/** `text`: JSON that was signed, so it is never written anew. */
export const putSigned = <P extends Path>(address: Address<P>, text: string, headers: Record<string, string>): Call<Told<P, 'PUT'>> => (
  { address, method: 'PUT', body: text, headers })

/** Most need no word beyond their address. */
export const put = <P extends Path>(address: Address<P>, body?: Body<P, 'PUT'>): Call<Told<P, 'PUT'>> => ({ address, method: 'PUT', body })

export const remove = <P extends Path>(address: Address<P>): Call<Told<P, 'DELETE'>> => ({ address, method: 'DELETE' })

export interface Answered<T = unknown> {
  status: number
  /** The JSON that came with a good answer, described as `T`; null where none came (a captive portal's page, for instance). */
  body: T | null
  /** Our server's refusal; null where nothing was refused, or where it was not our server that did. */
  problem: (Pick<ProblemBody, 'problem'> & Partial<ProblemBody>) | null
  retryAfterMs: number | null
}

export type Reply<T = unknown> = Answered<T> | 'unreachable'

const LONGEST = 60_000
const UNREACHABLE = {
  zh: '连不上服务器。内容都在本机，有网络后再试。',
  en: 'The server cannot be reached. Everything is kept on this phone; try again when there is a network.',
}

export const overTheNetwork: Reach = (path, init) => fetch(path, init)

export async function ask<T>(reach: Reach, call: Call<T>): Promise<Reply<T>> {
  const ending = new AbortController()
  const end = () => ending.abort()
  const timer = setTimeout(end, LONGEST) // a phone between two cells may wait for ever
  call.signal?.addEventListener('abort', end)
  try {
    return await answered<T>(await reach(call.address, init(call, ending.signal)))
  } catch {
    return 'unreachable' // fetch throws for nothing else: no network, refused, redirected away, cut, or ended by us
  } finally {
    clearTimeout(timer)
    call.signal?.removeEventListener('abort', end)
  }
}

/** For callers that want what is told or a sentence. Throws Problem or Unreachable. */
export async function want<T>(reach: Reach, call: Call<T>): Promise<T> {
  return wanted(await ask(reach, call))
}

export function wanted<T>(reply: Reply<T>): T {
  if (reply === 'unreachable' || (reply.status < 400 && reply.body === null && reply.status !== 204)) {
    throw new Unreachable(inEnglish.value ? UNREACHABLE.en : UNREACHABLE.zh)
  }
  if (reply.status >= 400) throw new Problem(problemIn(reply))
  return reply.body as T
}

export function problemIn({ status, problem }: Answered): ProblemBody {
  const detail = inEnglish.value ? `The server's answer (${status}) makes no sense; try again later.` : `服务器答复无法识别（${status}），请稍后重试。`
  return { problem: 'Unreadable', status, title: '', detail, ...problem }
}

function init({ method, body, headers }: Call<unknown>, signal: AbortSignal): RequestInit {
  return {
    method,
    headers: {
      'X-Fieldapp': '1',
      Accept: 'application/json',
      'Accept-Language': language.value,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    credentials: 'same-origin',
    redirect: 'error', // our API never redirects; a portal that wants a sign-in does
    cache: 'no-store',
    signal,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  }
}

async function answered<T>(reply: Response): Promise<Answered<T>> {
  const { status } = reply
  const came = status === 204 ? null : json(await reply.text())
  const isProblem = status >= 400 && typeof (came as { problem?: unknown } | null)?.problem === 'string'
  const after = Number(reply.headers.get('Retry-After') ?? NaN)
  return {
    status,
    body: status < 400 ? (came as T | null) : null,
    problem: isProblem ? (came as ProblemBody) : null,
    retryAfterMs: Number.isFinite(after) ? after * 1000 : null,
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
