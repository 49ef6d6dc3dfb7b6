/**
 * Every phone and console remembers the last checkpoint that it saw, and takes a new one only with a proof that the
 * log still begins with the old one. A server that rewrites its history would have to deceive each of them.
 */
import { firstKeys, grownFrom, isSigned, statementOf, type Checkpoint, type Keys, type ListedKey, type Statement } from './checkpoint'
import { excusing, isProof, remembered, type Break } from './breaks'
import { isConsistent } from './merkle'

export interface Memory {
  checkpoint: Checkpoint
  keys: Keys
  /** The last checkpoint of each day before; memories of older versions have none. */
  earlier?: Checkpoint[]
  /** The declared break that this very look accepted. */
  restored?: Break
}

export type Fault = 'bad_signature' | 'unknown_key' | 'another_log' | 'shorter' | 'rewritten' | 'no_proof'

/** What both sides said when it failed: it is the proof, and is kept. */
export interface Alarm {
  fault: Fault
  at: string
  seen: Checkpoint | null
  given: Checkpoint | null
}

/** JSON of a path; null where there is none (404). Throws when the server cannot be reached or does not make sense. */
export type Fetch = (path: string) => Promise<unknown>

/** The new memory, or an alarm; null when the server has nothing to show yet. */
export async function look(memory: Memory | null, fetch: Fetch, now: string): Promise<Memory | Alarm | null> {
  const given = (await fetch('/api/checkpoints/latest')) as Checkpoint | null
  const alarm = (fault: Fault): Alarm => ({ fault, at: now, seen: memory?.checkpoint ?? null, given })
  if (!given) return memory ? alarm('shorter') : null
  const said = statementOf(given)
  if (!said) return alarm('bad_signature')
  const keys = await keysFor(said.key_id, memory, fetch)
  const key = keys[said.key_id]
  if (!key) return alarm('unknown_key')
  if (!(await isSigned(key, given.signature, given.body))) return alarm('bad_signature')
  const seen = memory && statementOf(memory.checkpoint)
  const fault = seen && (await unlike(seen, said, fetch))
  const restored = fault ? await excusing(seen, said, memory.earlier ?? [], keys, fetch) : null
  if (fault && !restored) return alarm(fault)
  const earlier = remembered(memory?.earlier ?? [], memory && memory.checkpoint.body !== given.body ? memory.checkpoint : null)
  return { checkpoint: given, keys, earlier, ...(restored ? { restored } : {}) }
}

export function isAlarm(found: Memory | Alarm | null): found is Alarm {
  return found !== null && 'fault' in found
}

async function unlike(seen: Statement, said: Statement, fetch: Fetch): Promise<Fault | null> {
  if (said.origin !== seen.origin) return 'another_log'
  if (said.size < seen.size) return 'shorter'
  const path = `/api/proofs/consistency?from=${seen.size}&to=${said.size}`
  const answer = said.size === seen.size ? { proof: [] } : ((await fetch(path)) as { proof?: unknown } | null)
  const proof = answer?.proof
  if (!isProof(proof)) return 'no_proof'
  const holds = isConsistent({ from: seen.size, to: said.size, from_root: seen.root, to_root: said.root, proof })
  return holds ? null : 'rewritten'
}

async function keysFor(id: string, memory: Memory | null, fetch: Fetch): Promise<Keys> {
  if (memory?.keys[id]) return memory.keys
  const answer = (await fetch('/api/keys')) as { keys: ListedKey[] }
  const listed = answer.keys.filter((key) => key.use === 'checkpoint')
  return memory ? grownFrom(memory.keys, listed) : firstKeys(listed)
}
