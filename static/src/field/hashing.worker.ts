import { bytesToHex, sha256 } from './hashing.pieces'
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
