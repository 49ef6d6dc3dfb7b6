/** The streaming half of hashing.ts, apart: no screen waits for it. */
export { sha256 } from '@noble/hashes/sha2.js'
export { bytesToHex } from '@noble/hashes/utils.js'
