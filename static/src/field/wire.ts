/** Calls to our own server whose every outcome is a value: what a reply means is for the caller to judge. */
import { inEnglish, language } from '../shared/i18n'
import { Problem, Unreachable, type ProblemBody } from '../shared/api/problem'

/** The browser's fetch, or a stand-in that behaves like it. */
export type Reach = (path: string, init: RequestInit) => Promise<Response>

/** `body`: the JSON that came, null where it was none (a captive portal's page, for instance). */
export interface Answered {
  status: number
  body: unknown
  isProblem: boolean
  retryAfterMs: number | null
}

export type Reply = Answered | 'unreachable'

export interface Request {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Text goes as it is, anything else as JSON. */
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal | undefined
}

const LONGEST = 60_000
const UNREACHABLE = {
  zh: '连不上服务器。内容都在本机，有网络后再试。',
  en: 'The server cannot be reached. Everything is kept on this phone; try again when there is a network.',
}

export const overTheNetwork: Reach = (path, init) => fetch(path, init)

export async function ask(reach: Reach, path: string, given: Request = {}): Promise<Reply> {
  const ending = new AbortController()
  const end = () => ending.abort()
  const timer = setTimeout(end, LONGEST) // a phone between two cells may wait for ever
  given.signal?.addEventListener('abort', end)
  try {
    return await answered(await reach(path, init(given, ending.signal)))
  } catch {
    return 'unreachable' // fetch throws for nothing else: no network, refused, redirected away, cut, or ended by us
  } finally {
    clearTimeout(timer)
    given.signal?.removeEventListener('abort', end)
  }
}

/** For callers that want the JSON or a sentence. Throws Problem or Unreachable. */
export async function want<T>(reach: Reach, path: string, given: Request = {}): Promise<T> {
  return wanted<T>(await ask(reach, path, given))
}

export function wanted<T>(reply: Reply): T {
  if (reply === 'unreachable' || (reply.status < 400 && reply.body === null && reply.status !== 204)) {
    throw new Unreachable(inEnglish.value ? UNREACHABLE.en : UNREACHABLE.zh)
  }
  if (reply.status >= 400) throw new Problem(problemIn(reply))
  return reply.body as T
}

export function problemIn({ status, body, isProblem }: Answered): ProblemBody {
  const detail = inEnglish.value ? `The server's answer (${status}) makes no sense; try again later.` : `服务器答复无法识别（${status}），请稍后重试。`
  const fallback = { problem: 'Unreadable', status, title: '', detail }
  return isProblem ? { ...fallback, ...(body as object) } : fallback
}

function init({ method, body, headers }: Request, signal: AbortSignal): RequestInit {
  const raw = typeof body === 'string'
  return {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
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
    ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
  }
}

async function answered(reply: Response): Promise<Answered> {
  const text = reply.status === 204 ? '' : await reply.text()
  const body = json(text)
  const isProblem = reply.status >= 400 && typeof (body as { problem?: unknown } | null)?.problem === 'string'
  const after = Number(reply.headers.get('Retry-After') ?? NaN)
  return { status: reply.status, body, isProblem, retryAfterMs: Number.isFinite(after) ? after * 1000 : null }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
