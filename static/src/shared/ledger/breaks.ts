/** Telling a declared break from a rewritten log: an older database was put back, and the log's key says so over its signature. */
import { canonical, type Json } from '../canonical'
import { isSigned, statementOf, type Checkpoint, type Keys, type Statement } from './checkpoint'
import { isConsistent } from './merkle'
import type { Fetch } from './watch'

export interface Root {
  size: number
  root: string
  at: string
}

/** At `at` a database was put back whose log ends at `kept`; it had been signed up to `lost`. */
export interface Break {
  id: string
  origin: string
  at: string
  reason: string
  kept: Root
  lost: Root
  key_id: string
}

interface Signed {
  body: string
  signature: string
  key_id: string
}

const MOST_EARLIER = 40
const A_DAY = '2026-11-22'.length

/**
 * The declaration by which the log of `said` may lack what `seen` had; null: nothing excuses it. It must be signed by the
 * log's key after `seen`, about just the part that `seen` ended in; and the log shown must begin with what the latest
 * declaration kept, and with whatever was seen of that before.
 */
export async function excusing(
  seen: Statement, said: Statement, earlier: readonly Checkpoint[], keys: Keys, fetch: Fetch,
): Promise<Break | null> {
  const declared = (await declaredBreaks(keys, fetch)).filter(({ origin }) => origin === seen.origin && origin === said.origin)
  const found = declared.findLast(one => covers(one, seen))
  const latest = declared.at(-1)
  if (!found || !latest || !(await beginsWith(latest.kept, said, fetch))) return null
  const before = earlier.map(statementOf).filter(one => one !== null && one.size <= found.kept.size).at(-1)
  return before && !(await beginsWith(before, said, fetch)) ? null : found
}

/** Whether `log` begins with the log of `old`. */
export async function beginsWith(old: Root, log: Statement, fetch: Fetch): Promise<boolean> {
  if (old.size >= log.size) return old.size === log.size && old.root === log.root
  const answer = (await fetch(`/api/proofs/consistency?from=${old.size}&to=${log.size}`)) as { proof?: unknown } | null
  if (!isProof(answer?.proof)) return false
  return isConsistent({ from: old.size, to: log.size, from_root: old.root, to_root: log.root, proof: answer.proof })
}

/** The last checkpoint of each day, oldest first. */
export function remembered(earlier: readonly Checkpoint[], latest: Checkpoint | null): Checkpoint[] {
  if (!latest) return [...earlier]
  const day = dayOf(latest)
  return [...earlier.filter(one => dayOf(one) !== day), latest].slice(-MOST_EARLIER)
}

export function isProof(proof: unknown): proof is string[] {
  return Array.isArray(proof) && proof.every(step => typeof step === 'string' && /^[0-9a-f]{64}$/.test(step))
}

async function declaredBreaks(keys: Keys, fetch: Fetch): Promise<Break[]> {
  const answer = (await fetch('/api/restorations')) as { items?: Signed[] } | null
  const found: Break[] = []
  for (const one of answer?.items ?? []) {
    const declared = breakOf(one.body)
    const key = declared && keys[declared.key_id]
    if (key && (await isSigned(key, one.signature, one.body))) found.push(declared)
  }
  return found.sort((a, b) => a.at.localeCompare(b.at))
}

function breakOf(body: string): Break | null {
  try {
    const said = JSON.parse(body) as Break & { kind: string }
    const whole = said.kind === 'fieldapp restoration' && canonical(said as unknown as Json) === body
    return whole && [said.kept, said.lost].every(isRoot) ? said : null
  } catch {
    return null // not JSON, or not what we would have written
  }
}

function isRoot(given: Root): boolean {
  return Number.isSafeInteger(given.size) && /^[0-9a-f]{64}$/.test(given.root)
}

function covers({ kept, lost, at }: Break, seen: Statement): boolean {
  if (!(kept.size < seen.size && seen.size <= lost.size) || seen.at > at) return false
  return seen.size < lost.size || seen.root === lost.root
}

function dayOf(checkpoint: Checkpoint): string {
  return statementOf(checkpoint)?.at.slice(0, A_DAY) ?? ''
}
