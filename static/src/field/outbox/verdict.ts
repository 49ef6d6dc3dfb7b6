/**
 * What a reply means for what was sent. Pure. arrived: the server has it · later: now is not the time, nothing is wrong
 * with it · refused: a person must look · quarantined: the server keeps it, a person there must look.
 */
import type { Schema } from '../../shared/api/describing'
import type { Reply } from '../wire'

export type Verdict = 'arrived' | 'later' | 'refused' | 'quarantined'

/** About the moment, not about what was sent: 401 after the key could not renew the session either. */
const OF_THE_MOMENT = [401, 408, 421, 425, 429]

/** Of calls to our own API. A page that is no answer of ours (a portal, a proxy) never counts as one. */
export function verdict(reply: Reply): Verdict {
  if (reply === 'unreachable' || reply.status >= 500 || OF_THE_MOMENT.includes(reply.status)) return 'later'
  if (reply.status >= 400) return reply.problem ? 'refused' : 'later'
  return reply.body !== null && reply.status < 300 ? 'arrived' : 'later'
}

/** Of `PUT /api/visits/{id}`: only an answer that names the very bytes is one. */
export function recordVerdict(reply: Reply<Schema<'Kept'>>, sha256: string): Verdict {
  const general = verdict(reply)
  if (general !== 'arrived' || reply === 'unreachable') return general
  const { record_sha256, state } = reply.body!
  if (record_sha256 !== sha256) return 'later'
  if (state === 'quarantined') return 'quarantined'
  return state === 'accepted' || state === 'revision' ? 'arrived' : 'later'
}

/** What a store answered to one part. */
export type PartReply = { status: number; etag: string | null } | 'unreachable'

/** Of `PUT` to a signed URL. ask_again: the URL is over or unfit, a fresh one will do. */
export function partVerdict(reply: PartReply): 'arrived' | 'later' | 'ask_again' {
  if (reply === 'unreachable' || reply.status >= 500 || [408, 425, 429].includes(reply.status)) return 'later'
  return reply.status >= 200 && reply.status < 300 ? 'arrived' : 'ask_again'
}
