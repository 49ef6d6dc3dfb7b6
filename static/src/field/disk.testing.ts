/**
 * IndexedDB that outlives its process, for a phone that is a program: what a transaction committed lies in a journal
 * before anybody hears of it, so that a kill costs what it costs a browser. Import it before anything opens a database.
 */
import 'fake-indexeddb/auto'
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs'
import { deserialize, serialize } from 'node:v8'

interface Store {
  name: string
  keyPath: string | string[] | null
  autoIncrement: boolean
  indexes: { name: string; keyPath: string | string[]; unique: boolean; multiEntry: boolean }[]
}

interface Change {
  store: string
  act: 'put' | 'delete' | 'clear'
  value?: unknown
}

/** One committed transaction. */
interface Entry {
  database: string
  version: number
  stores: Store[]
  changes: Change[]
}

interface KeptKey {
  $key: JsonWebKey
  algorithm: AlgorithmIdentifier
  usages: KeyUsage[]
}

let journal = ''
let roomLeft = Infinity
const exported = new WeakMap<object, KeptKey>()
const changesOf = new WeakMap<IDBTransaction, Change[]>()

/** Brings back what the journal holds and goes on writing to it. */
export async function useDisk(file: string): Promise<void> {
  keepKeys()
  for (const entry of whole(file)) await replay(entry)
  journal = file
  watchChanges()
}

/** From now on so many bytes may still be written, as on a phone that is nearly full. */
export function leaveRoom(bytes: number | null): void {
  roomLeft = bytes ?? Infinity
}

/** A transaction that the kill cut off never happened. */
function whole(file: string): Entry[] {
  if (!existsSync(file)) return []
  const bytes = readFileSync(file)
  const entries: Entry[] = []
  let at = 0
  while (at + 4 <= bytes.length && at + 4 + bytes.readUInt32LE(at) <= bytes.length) {
    const size = bytes.readUInt32LE(at)
    entries.push(deserialize(bytes.subarray(at + 4, at + 4 + size)) as Entry)
    at += 4 + size
  }
  truncateSync(file, at)
  return entries
}

const open = new Map<string, IDBDatabase>()

async function replay({ database, version, stores, changes }: Entry): Promise<void> {
  const there = open.get(database)
  const db = there?.version === version ? there : await opened(database, version, stores)
  const values = await Promise.all(changes.map(({ value }) => revived(value)))
  const writing = db.transaction(changes.map(({ store }) => store), 'readwrite')
  changes.forEach(({ store, act }, n) => {
    const target = writing.objectStore(store)
    if (act === 'put') target.put(values[n])
    else if (act === 'clear') target.clear()
    else target.delete(rangeIn(values[n]))
  })
  await done(writing)
}

async function opened(name: string, version: number, stores: Store[]): Promise<IDBDatabase> {
  open.get(name)?.close()
  const asked = indexedDB.open(name, version)
  asked.onupgradeneeded = () => {
    for (const { name: store, keyPath, autoIncrement, indexes } of stores) {
      if (asked.result.objectStoreNames.contains(store)) continue
      const made = asked.result.createObjectStore(store, { keyPath, autoIncrement })
      for (const index of indexes) made.createIndex(index.name, index.keyPath, index)
    }
  }
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(asked.error ?? new Error('not opened'))
  })
  db.onversionchange = () => db.close() // the app may bring a newer version
  open.set(name, db)
  return db
}

function done(writing: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    writing.oncomplete = () => resolve()
    writing.onabort = () => reject(writing.error ?? new Error('not replayed'))
  })
}

function watchChanges(): void {
  const { put, add, delete: remove, clear } = IDBObjectStore.prototype
  const prototype = IDBObjectStore.prototype
  prototype.put = function (value, key) {
    note(this, 'put', value)
    return put.call(this, value, key)
  }
  prototype.add = function (value, key) {
    note(this, 'put', value)
    return add.call(this, value, key)
  }
  prototype.delete = function (key) {
    note(this, 'delete', key instanceof IDBKeyRange ? rangeOut(key) : key)
    return remove.call(this, key)
  }
  prototype.clear = function () {
    note(this, 'clear')
    return clear.call(this)
  }
}

function note({ name, transaction }: IDBObjectStore, act: Change['act'], value?: unknown): void {
  const kept = withKeysOut(value)
  const size = act === 'put' ? serialize(kept).length : 0
  if (size > roomLeft) {
    transaction.abort()
    throw new DOMException('no space left', 'QuotaExceededError')
  }
  roomLeft -= size
  const changes = changesOf.get(transaction)
  if (changes) changes.push({ store: name, act, value: kept })
  else {
    const first: Change[] = [{ store: name, act, value: kept }]
    changesOf.set(transaction, first)
    transaction.addEventListener('complete', () => append(transaction.db, first))
  }
}

function append(db: IDBDatabase, changes: Change[]): void {
  const entry: Entry = { database: db.name, version: db.version, stores: storesOf(db), changes }
  const bytes = serialize(entry)
  const head = Buffer.alloc(4)
  head.writeUInt32LE(bytes.length)
  appendFileSync(journal, Buffer.concat([head, bytes]))
}

const known = new WeakMap<IDBDatabase, Store[]>()

function storesOf(db: IDBDatabase): Store[] {
  const there = known.get(db)
  if (there) return there
  const looking = db.transaction([...db.objectStoreNames])
  const stores = [...db.objectStoreNames].map((name): Store => {
    const store = looking.objectStore(name)
    const indexes = [...store.indexNames].map((index) => {
      const { keyPath, unique, multiEntry } = store.index(index)
      return { name: index, keyPath, unique, multiEntry }
    })
    return { name, keyPath: store.keyPath, autoIncrement: store.autoIncrement, indexes }
  })
  known.set(db, stores)
  return stores
}

/** A key that cannot leave a browser can leave this one: into its own journal. */
function keepKeys(): void {
  const { subtle } = crypto
  const make = subtle.generateKey.bind(subtle) as (...given: unknown[]) => Promise<CryptoKey | CryptoKeyPair>
  const watched = async (algorithm: AlgorithmIdentifier, _extractable: boolean, usages: KeyUsage[]) => {
    const made = await make(algorithm, true, usages)
    for (const key of made instanceof CryptoKey ? [made] : [made.privateKey, made.publicKey]) {
      exported.set(key, { $key: await subtle.exportKey('jwk', key), algorithm, usages: key.usages })
    }
    return made
  }
  Object.defineProperty(subtle, 'generateKey', { value: watched })
  const clone = globalThis.structuredClone
  globalThis.structuredClone = ((value: unknown, options?: StructuredSerializeOptions) =>
    isRow(value) && hasKeys(value)
      ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, part instanceof CryptoKey ? part : clone(part, options)]))
      : clone(value, options)) as typeof structuredClone
}

function withKeysOut(value: unknown): unknown {
  if (!isRow(value) || !hasKeys(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, part instanceof CryptoKey ? exported.get(part) : part]))
}

async function revived(value: unknown): Promise<unknown> {
  if (!isRow(value)) return value
  const row: Record<string, unknown> = { ...value }
  for (const [name, part] of Object.entries(value)) {
    if (!isRow(part) || !('$key' in part)) continue
    const { $key, algorithm, usages } = part as unknown as KeptKey
    const key = await crypto.subtle.importKey('jwk', $key, algorithm as AlgorithmIdentifier, true, usages)
    exported.set(key, part as unknown as KeptKey)
    row[name] = key
  }
  return row
}

function hasKeys(value: object): boolean {
  return Object.values(value).some(part => part instanceof CryptoKey)
}

function isRow(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

function rangeOut({ lower, upper, lowerOpen, upperOpen }: IDBKeyRange) {
  return { $range: [lower, upper, lowerOpen, upperOpen] as [IDBValidKey, IDBValidKey, boolean, boolean] }
}

function rangeIn(value: unknown): IDBValidKey | IDBKeyRange {
  if (!isRow(value)) return value as IDBValidKey
  const [lower, upper, lowerOpen, upperOpen] = (value as ReturnType<typeof rangeOut>).$range
  if (lower === undefined) return IDBKeyRange.upperBound(upper, upperOpen)
  return upper === undefined ? IDBKeyRange.lowerBound(lower, lowerOpen) : IDBKeyRange.bound(lower, upper, lowerOpen, upperOpen)
}
