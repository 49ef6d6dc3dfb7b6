/**
 * One encrypted file, written and read piece by piece: a line in the open, then frames of AES-GCM under a key made from a
 * passphrase. Each frame is bound to its place and the last one says that it is: nothing can be left out, added or swapped.
 */
import { fromText, toText } from '../../shared/base64url'
import { utf8 } from '../local/vault'
import { Trouble } from '../trouble'

/** PBKDF2 with SHA-256: docs/decisions/0017. */
export const ROUNDS = 600_000
export const SHORTEST_PASSPHRASE = 8

const MAGIC = 'fieldapp export 1'
const LONGEST_LINE = 1000
const LONGEST_FRAME = 8 * 1024 * 1024
const TAG = 16

interface Opening {
  format: typeof MAGIC
  rounds: number
  salt: string
  prefix: string
}

/** The file's pieces, in order; a frame is asked for only when the one before it was taken. */
export async function* sealedPieces(frames: AsyncIterable<Uint8Array<ArrayBuffer>>, passphrase: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const opening: Opening = { format: MAGIC, rounds: ROUNDS, salt: random(16), prefix: random(8) }
  const line = utf8(`${JSON.stringify(opening)}\n`)
  const key = await keyFrom(passphrase, opening, ['encrypt'])
  yield line
  let number = 0
  const seal = async (frame: Uint8Array<ArrayBuffer>, last: boolean) => framed(
    await crypto.subtle.encrypt(place(opening, line, number++, last), key, frame),
  )
  let held: Uint8Array<ArrayBuffer> | null = null
  for await (const frame of frames) {
    if (held) yield seal(held, false)
    held = frame
  }
  yield seal(held ?? new Uint8Array(), true)
}

/** The frames as they were. Throws Trouble: NotAnExport, WrongPassphrase, CutShort; what was yielded before may not be used then. */
export async function* openedFrames(file: Blob, passphrase: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { opening, line } = await openingOf(file)
  const key = await keyFrom(passphrase, opening, ['decrypt'])
  let at = line.length
  for (let number = 0, last = false; !last; number += 1) {
    const size = await sizeAt(file, at)
    const hidden = await file.slice(at + 4, at + 4 + size).arrayBuffer()
    if (hidden.byteLength < size) throw cutShort()
    at += 4 + size
    last = at >= file.size
    yield await openFrame(hidden, place(opening, line, number, last), key, number === 0)
  }
}

async function openFrame(hidden: ArrayBuffer, at: AesGcmParams, key: CryptoKey, first: boolean): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt(at, key, hidden))
  } catch (error) {
    if (!first) throw cutShort(error)
    throw new Trouble('WrongPassphrase', '密语不对，文件打不开。请核对大小写和空格。', 'The passphrase does not open this file; mind capitals and blanks.', { cause: error })
  }
}

async function openingOf(file: Blob): Promise<{ opening: Opening; line: Uint8Array<ArrayBuffer> }> {
  const head = new Uint8Array(await file.slice(0, LONGEST_LINE).arrayBuffer())
  const end = head.indexOf(10)
  try {
    const opening = JSON.parse(new TextDecoder().decode(head.subarray(0, end))) as Opening
    if (end < 0 || opening.format !== MAGIC || !(opening.rounds >= ROUNDS && opening.rounds <= 100 * ROUNDS)) throw new SyntaxError('not our opening')
    return { opening, line: head.slice(0, end + 1) }
  } catch (error) {
    throw new Trouble('NotAnExport', '这不是本系统导出的文件，或文件已损坏。', 'This is no file that this app exported, or it is damaged.', { cause: error })
  }
}

async function sizeAt(file: Blob, at: number): Promise<number> {
  const bytes = await file.slice(at, at + 4).arrayBuffer()
  const size = bytes.byteLength === 4 ? new DataView(bytes).getUint32(0) : 0
  if (size < TAG || size > LONGEST_FRAME) throw cutShort()
  return size
}

async function keyFrom(passphrase: string, { salt, rounds }: Opening, uses: KeyUsage[]): Promise<CryptoKey> {
  const secret = await crypto.subtle.importKey('raw', utf8(passphrase.normalize('NFKC')), 'PBKDF2', false, ['deriveKey'])
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt: fromText(salt), iterations: rounds }
  return crypto.subtle.deriveKey(how, secret, { name: 'AES-GCM', length: 256 }, false, uses)
}

function place({ prefix }: Opening, line: Uint8Array<ArrayBuffer>, number: number, last: boolean): AesGcmParams {
  const iv = new Uint8Array(12)
  iv.set(fromText(prefix))
  new DataView(iv.buffer).setUint32(8, number)
  const additionalData = new Uint8Array(line.length + 1)
  additionalData.set(line)
  additionalData[line.length] = last ? 1 : 0
  return { name: 'AES-GCM', iv, additionalData }
}

function framed(hidden: ArrayBuffer): Uint8Array<ArrayBuffer> {
  const piece = new Uint8Array(4 + hidden.byteLength)
  new DataView(piece.buffer).setUint32(0, hidden.byteLength)
  piece.set(new Uint8Array(hidden), 4)
  return piece
}

function random(size: number): string {
  return toText(crypto.getRandomValues(new Uint8Array(size)).buffer)
}

function cutShort(cause?: unknown): Trouble {
  return new Trouble('CutShort', '文件不完整或被改动过，没有导入任何不完整的检查。请重新导出。', 'The file is incomplete or was changed; no visit was taken in by halves. Export it again.', { cause })
}
