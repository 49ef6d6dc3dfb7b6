import { bytesToHex, sha256 } from './hashing.pieces'
import type { Told } from './hashing'

let hash = sha256.create()

self.onmessage = ({ data }: MessageEvent<Told>) => {
  if (data === 'end') return self.postMessage(bytesToHex(hash.digest()))
  if (data === 'begin') hash = sha256.create()
  else {
    hash.update(new Uint8Array(data))
    return self.postMessage(data, { transfer: [data] }) // the page sees what it held; here it would lie until a collection that comes late
  }
  self.postMessage('next')
}
