/** A small server that keeps to docs/contract.md, for tests: real keys, real hashes, and faults on demand. */
import { canonical, type Json } from '../shared/canonical'
import { toText } from '../shared/base64url'
import { sha256Of, sha256OfText } from './hashing'
import { newId } from './ids'
import { verifies } from './device'
import type { Carry } from './outbox/carrying'
import type { Way } from './outbox/run'
import type { PartReply } from './outbox/verdict'
import { published } from '../shared/checklist/cases.testing'
import { opened } from './envelopes.testing'
import type { Task } from './types'

interface Upload {
  id: string
  sha256: string
  size: number
  evidence_ids: string[]
  parts: Map<number, ArrayBuffer>
  /** What came of a part before it was cut. */
  begun: Map<number, ArrayBuffer>
}

interface Evidence {
  id: string
  sha256: string
  size: number
  media_type: string
  preview: { sha256: string; size: number; media_type: string } | null
  envelope?: { sha256: string; size: number; key_id: string }
}

/** A request's body, trusted to have what its path wants. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Given = Record<string, any>

const PART = 5 * 1024 * 1024

export class Server {
  readonly requests: string[] = []
  readonly records = new Map<string, { body: string; sha256: string; state: string; device: string; signature: string }>()
  readonly blobs = new Map<string, ArrayBuffer>()
  readonly uploads = new Map<string, Upload>()
  /** Links of chains, as signed. */
  readonly seals = new Set<string>()
  readonly devices = new Map<string, { personId: string; publicKey: string }>()
  readonly revoked = new Set<string>()
  tasks: Task[] = []
  /** Who the cookie says is there; null: signed out. */
  cookie: string | null = null
  people: Record<string, string> = { lin: newId() }
  /** Answers before the server does: a fault. Return null to let the request through. */
  fault: (method: string, path: string) => Response | 'cut' | 'lose reply' | null = () => null
  partFault: (url: string, upload: Upload) => PartReply | 'spoil' | { cutAfter: number } | null = () => null
  /** Whether a part that was cut can be gone on with, as on a folder; no S3 does that. */
  goesOnInside = false
  recordState = 'accepted'
  checksAtOnce = true
  onWifi = true
  forgeReceipts = false
  /** Of the same visit, in another record that was kept. */
  alsoReceipted: { id: string; sha256: string; size: number; stored_at: string | null; intake: string }[] = []
  /** Publishes a key that personal captures are sealed to. */
  takesEnvelopes = false
  /** Says of every envelope that it cannot be opened. */
  opensNothing = false
  envelopeKeys!: CryptoKeyPair
  /** Declared breaks: bodies as signed. */
  restorations: string[] = []
  /** The phone of the cookie. */
  private device = ''
  private keys!: CryptoKeyPair
  private readonly keyId = newId()

  static async started(): Promise<Server> {
    const server = new Server()
    server.keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
    server.envelopeKeys = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits'])
    return server
  }

  get way(): Way {
    return { reach: this.reach, carry: this.carry, originalsMayGo: () => this.onWifi }
  }

  async receiptKey() {
    return { id: this.keyId, publicKey: await this.publicKey() }
  }

  asked(what: string): string[] {
    return this.requests.filter(request => request.includes(what))
  }

  readonly reach = async (path: string, init: RequestInit): Promise<Response> => {
    const method = init.method ?? 'GET'
    this.requests.push(`${method} ${path}`)
    if (path.startsWith('https://store/')) return this.held(path)
    const fault = this.fault(method, path)
    if (fault === 'cut') throw new TypeError('Failed to fetch')
    if (fault instanceof Response) return fault
    const reply = await this.answer(method, path, init)
    if (fault === 'lose reply') throw new TypeError('Failed to fetch')
    return reply
  }

  readonly carry: Carry = async (url, bytes, from, sent) => {
    const [, id, number] = url.split('/').slice(-3) as [string, string, string]
    this.requests.push(`${from ? 'PATCH' : 'PUT'} part ${number}${from ? ` from ${from}` : ''}`)
    const upload = this.uploads.get(id)
    const fault = upload ? this.partFault(url, upload) : { status: 404, etag: null }
    if (fault && typeof fault === 'object' && 'cutAfter' in fault) {
      upload!.begun.set(Number(number), bytes.slice(0, from + fault.cutAfter))
      return 'unreachable'
    }
    if (fault && fault !== 'spoil') return fault
    const before = from ? upload!.begun.get(Number(number))!.slice(0, from) : new ArrayBuffer(0)
    const whole = await new Blob([before, bytes.slice(from)]).arrayBuffer()
    upload!.parts.set(Number(number), fault === 'spoil' ? new ArrayBuffer(bytes.byteLength) : whole)
    sent(bytes.byteLength)
    return { status: 200, etag: `"${number}"` }
  }

  problem(status: number, problem: string, extra: object = {}): Response {
    const body = { problem, status, title: problem, detail: `${problem}。`, ...extra }
    return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/problem+json' } })
  }

  /** Yesterday's database is put back: whatever came since is in no row any more. `bytesToo`: nor in the store. */
  putBack(keptAt: string, bytesToo = false): void {
    this.records.clear()
    this.uploads.clear()
    this.seals.clear()
    if (bytesToo) this.blobs.clear()
    this.restorations.push(JSON.stringify({ id: newId(), at: new Date().toISOString(), kept: { at: keptAt } }))
  }

  /** What the S3 worker does a while later. */
  finishChecks(): Promise<void[]> {
    return Promise.all([...this.uploads.values()].map(async (upload) => {
      if (upload.parts.size) await this.check(upload)
    }))
  }

  private held(url: string): Response {
    const [id, number] = url.split('/').slice(-2) as [string, string]
    const upload = this.uploads.get(id)
    const whole = upload?.parts.get(Number(number))
    const size = (whole ?? upload?.begun.get(Number(number)))?.byteLength ?? 0
    return new Response(null, { status: upload ? 200 : 410, headers: { 'Upload-Offset': String(size), ...(whole ? { ETag: `"${number}"` } : {}) } })
  }

  private async answer(method: string, path: string, init: RequestInit): Promise<Response> {
    const body = init.body ? (JSON.parse(init.body as string) as Given) : {}
    if (path === '/api/keys') return json({ keys: await this.published() })
    if (path === '/api/session' && method === 'POST') return this.signIn(body)
    if (path === '/api/session/nonces') return json({ nonce: 'n-1', expires_at: '' }, 201)
    if (path === '/api/session/renewals') return this.renew(body)
    if (path === '/api/restorations') return json({ items: this.restorations.map(body => ({ body, signature: '', key_id: '' })) })
    if (!this.cookie) return this.problem(401, 'SignedOut')
    if (path === '/api/session') return this.endSession()
    if (path === '/api/session/recovery-key') return json({ key: toText(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(this.device))) })
    if (path === '/api/tasks') return json({ server_time: new Date().toISOString(), tasks: this.tasks })
    if (path.startsWith('/api/checklists/')) return json(published)
    if (path.endsWith('/receipt')) return this.receipt(path.split('/')[3]!)
    if (path.startsWith('/api/visits/')) return this.record(path.split('/')[3]!, init)
    if (path === '/api/seals') return this.takeSeals(body)
    if (path === '/api/uploads') return this.targets(body)
    if (path === '/api/uploads/completions') return this.complete(body)
    return this.problem(404, 'NotFound')
  }

  private signIn({ sign_in_name, password, device }: Given): Response {
    const personId = this.people[(sign_in_name as string).toLowerCase()]
    if (!personId || password !== 'right') return this.problem(401, 'WrongSignIn')
    const { id, public_key } = device as { id: string; public_key: string }
    if (this.revoked.has(id)) return this.problem(422, 'Invalid', { where: '/device/id' })
    this.devices.set(id, { personId, publicKey: public_key })
    this.device = id
    this.cookie = personId
    return json(this.session(personId, sign_in_name, id))
  }

  private async renew({ device_id, nonce, signature }: Given): Promise<Response> {
    if (this.revoked.has(device_id)) return this.problem(401, 'PhoneRevoked')
    const device = this.devices.get(device_id)
    if (!device || !(await verifies(device.publicKey, signature, `fieldapp session renewal\n${nonce}`))) {
      return this.problem(401, 'RenewalRefused')
    }
    this.cookie = device.personId
    this.device = device_id
    return json(this.session(device.personId, 'lin', device_id))
  }

  private endSession(): Response {
    this.cookie = null
    return new Response(null, { status: 204 })
  }

  private session(id: string, name: string, device_id: string) {
    return {
      person: { id, name: '林', sign_in_name: name }, device_id, roles: ['surveyor'], acts: [],
      organisation: { id: 'o', name: '评估公司', short_name: '评估', kind: 'service_agency', level: null, area: null },
      server_time: new Date().toISOString(), password_due_at: '2030-01-01T00:00:00.000Z',
    }
  }

  private async record(id: string, init: RequestInit): Promise<Response> {
    const body = init.body as string
    const sha256 = await sha256OfText(body)
    const headers = init.headers as Record<string, string>
    const known = this.records.get(id)
    const state = known ? known.state : this.recordState
    this.records.set(id, { body, sha256, state, device: headers['Fieldapp-Device']!, signature: headers['Fieldapp-Signature']! })
    const reasons = state === 'quarantined' ? [{ code: 'unknown_unit', where: '/answers/0', detail: '项目登记中没有这一设备' }] : []
    const wanted = this.evidenceOf(id).flatMap(({ id: evidence, preview, envelope, ...file }) => [
      { ...file, ...envelope, purpose: 'original', evidence }, ...(preview ? [{ ...preview, purpose: 'preview', evidence }] : []),
    ])
    return json({
      id, record_sha256: sha256, state, reasons, received_at: new Date().toISOString(), receipt_url: `/api/visits/${id}/receipt`,
      uploads: wanted.filter(({ sha256 }) => !this.blobs.has(sha256)).map(file => this.target(file.sha256, file.size, [file.evidence])),
    })
  }

  private takeSeals({ seals }: Given): Response {
    for (const { seal } of seals as { seal: string }[]) this.seals.add(seal)
    return json({ kept: (seals as unknown[]).length })
  }

  private targets({ items }: Given): Response {
    const wanted = items as { sha256: string; size: number }[]
    const missing = wanted.filter(({ sha256 }) => !this.blobs.has(sha256))
    return json({
      uploads: missing.map(({ sha256, size }) => this.target(sha256, size, [])),
      stored: wanted.filter(({ sha256 }) => this.blobs.has(sha256)).map(({ sha256 }) => sha256), checking: [],
    })
  }

  private target(sha256: string, size: number, evidence_ids: string[]) {
    const open = [...this.uploads.values()].find(upload => upload.sha256 === sha256)
    const upload = open ?? { id: newId(), sha256, size, evidence_ids, parts: new Map<number, ArrayBuffer>(), begun: new Map<number, ArrayBuffer>() }
    this.uploads.set(upload.id, upload)
    const parts = Array.from({ length: Math.ceil(size / PART) }, (_, n) => ({
      number: n + 1, size: Math.min(PART, size - n * PART), url: `https://store/${upload.id}/${n + 1}`,
      etag: upload.parts.has(n + 1) ? `"${n + 1}"` : null,
      received: this.goesOnInside ? (upload.begun.get(n + 1)?.byteLength ?? 0) : null,
    }))
    return { id: upload.id, sha256, size, purpose: 'original', evidence_ids, parts, expires_at: new Date(Date.now() + 3600_000).toISOString() }
  }

  private async complete({ uploads }: Given): Promise<Response> {
    const asked = uploads as { id: string }[]
    return json({ uploads: await Promise.all(asked.map(async ({ id }) => {
      const upload = this.uploads.get(id)
      if (!upload) return { id, sha256: '', state: 'abandoned', detail: '' }
      const state = this.checksAtOnce ? await this.check(upload) : 'checking'
      return { id, sha256: upload.sha256, state, detail: '' }
    })) })
  }

  private async check(upload: Upload): Promise<'stored' | 'wrong_hash' | 'missing_parts'> {
    if (upload.parts.size < Math.ceil(upload.size / PART)) return 'missing_parts'
    const whole = await new Blob([...upload.parts].sort(([a], [b]) => a - b).map(([, part]) => part)).arrayBuffer()
    this.uploads.delete(upload.id)
    if ((await sha256Of(whole)) !== upload.sha256) return 'wrong_hash'
    this.blobs.set(upload.sha256, whole)
    return 'stored'
  }

  private async receipt(id: string): Promise<Response> {
    const record = this.records.get(id)
    if (!record) return this.problem(404, 'NotFound')
    const evidence = await Promise.all(this.evidenceOf(id).map(one => this.receipted(one)))
    const body = canonical({
      visit_id: id, organisation_id: 'o', made_at: '2026-11-18T01:00:01.000Z', evidence: [...evidence, ...this.alsoReceipted],
      records: [{ sha256: record.sha256, state: record.state }],
    } as unknown as Json)
    const signed = new TextEncoder().encode(this.forgeReceipts ? `${body} ` : body)
    const signature = toText(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, this.keys.privateKey, signed))
    return json({ body, signature, key_id: this.keyId, complete: evidence.every(({ stored_at }) => stored_at) })
  }

  /** A worker opens what arrived sealed, before the receipt is made. */
  private async receipted({ id, sha256, size, envelope }: Evidence) {
    const sealed = envelope && this.blobs.get(envelope.sha256)
    if (sealed && !this.opensNothing) {
      const content = await opened(sealed, this.envelopeKeys)
      this.blobs.set(await sha256Of(content), content)
    }
    const stored_at = this.blobs.has(sha256) ? '2026-11-18T01:00:00.000Z' : null
    return {
      id, sha256, size, stored_at, intake: sealed && !stored_at ? 'unopened' : 'waiting', ...(envelope && { envelope: { sha256: envelope.sha256 } }),
    }
  }

  private async published() {
    const own = { id: this.keyId, public_key: await this.publicKey(), use: 'receipt' }
    if (!this.takesEnvelopes) return [own]
    const spki = await crypto.subtle.exportKey('spki', this.envelopeKeys.publicKey)
    return [own, { id: (await sha256Of(spki)).slice(0, 16), public_key: toText(spki), use: 'envelope' }]
  }

  private evidenceOf(id: string): Evidence[] {
    return (JSON.parse(this.records.get(id)!.body) as { evidence: Evidence[] }).evidence
  }

  private async publicKey(): Promise<string> {
    return toText(await crypto.subtle.exportKey('spki', this.keys.publicKey))
  }
}

function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
}
