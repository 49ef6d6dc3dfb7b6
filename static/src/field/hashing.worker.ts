import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { Told } from './hashing'

let hash = sha256.create()

self.onmessage = ({ data }: MessageEvent<Told>) => {
  if (data === 'end') {
    self.postMessage(bytesToHex(hash.digest()))
    hash = sha256.create()
    return
  }
  hash.update(new Uint8Array(data))
  self.postMessage('next')
}
