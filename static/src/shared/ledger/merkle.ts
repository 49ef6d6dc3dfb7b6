/** Checks of a Merkle log's proofs after RFC 9162. Twin of fieldapp/ledger/merkle.py, held to it by tests/ledger/cases. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js'

/** Hashes are 64 lower-case hex digits. */
export type Hash = string

export const EMPTY_ROOT: Hash = bytesToHex(sha256(new Uint8Array()))

export interface Inclusion {
  leaf: number
  size: number
  hash: Hash
  proof: readonly Hash[]
  root: Hash
}

export interface Consistency {
  from: number
  to: number
  from_root: Hash
  to_root: Hash
  proof: readonly Hash[]
}

export function isIncluded({ leaf, size, hash, proof, root }: Inclusion): boolean {
  if (!(leaf >= 0 && leaf < size)) return false
  const sides = sidesOf(leaf, size - 1, proof.length)
  if (!sides) return false
  const found = proof.reduce((below, step, at) => (sides[at] ? nodeHash(step, below) : nodeHash(below, step)), hash)
  return found === root
}

/** Whether the log of `to` leaves begins with the log of `from`. An empty log is the beginning of every log. */
export function isConsistent({ from, to, from_root, to_root, proof }: Consistency): boolean {
  if (from === to) return from >= 0 && proof.length === 0 && from_root === to_root
  if (from === 0) return proof.length === 0 && to > 0 && from_root === EMPTY_ROOT
  if (!(from > 0 && from < to) || proof.length === 0) return false
  // Where the old log is a complete subtree of the new one, its root opens the path unsaid.
  const [start, ...steps] = isPowerOfTwo(from) ? [from_root, ...proof] : proof
  let [number, last] = [from - 1, to - 1]
  while (number % 2 === 1) [number, last] = [half(number), half(last)]
  const sides = sidesOf(number, last, steps.length)
  if (!sides || start === undefined) return false
  let [before, after] = [start, start]
  steps.forEach((step, at) => {
    if (sides[at]) before = nodeHash(step, before)
    after = sides[at] ? nodeHash(step, after) : nodeHash(after, step)
  })
  return before === from_root && after === to_root
}

/** For each step up from a node to the root, whether its sibling stands on the left; null if the count is wrong. */
function sidesOf(node: number, end: number, steps: number): boolean[] | null {
  const sides: boolean[] = []
  let [number, last] = [node, end]
  for (let step = 0; step < steps; step += 1) {
    if (last === 0) return null
    const onLeft = number % 2 === 1 || number === last
    // A node at the end without sibling is carried up.
    while (onLeft && number % 2 === 0 && number > 0) [number, last] = [half(number), half(last)]
    sides.push(onLeft)
    ;[number, last] = [half(number), half(last)]
  }
  return last === 0 ? sides : null
}

/** Not by shifting: sizes may pass 2**31. */
function half(number: number): number {
  return Math.floor(number / 2)
}

function isPowerOfTwo(number: number): boolean {
  return Number.isInteger(Math.log2(number))
}

function nodeHash(left: Hash, right: Hash): Hash {
  return bytesToHex(sha256(concatBytes(Uint8Array.of(1), hexToBytes(left), hexToBytes(right))))
}
