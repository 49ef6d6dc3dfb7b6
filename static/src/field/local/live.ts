/** Rows as a ref that follows every change, also those made by other tabs. */
import { liveQuery } from 'dexie'
import { effectScope, onScopeDispose, getCurrentScope, shallowRef, watch, type ShallowRef } from 'vue'
import { local, type Local } from './person'

/**
 * `rows` may only read the database: waiting for anything else inside would end the watch. `opened` decrypts and sorts.
 * While nobody's data is open, or the rows cannot be read, the ref keeps `empty`; `failed` is told why.
 */
export function followed<Row, T>(
  rows: (from: Local) => Promise<Row>, opened: (row: Row, from: Local) => Promise<T>, empty: T,
  failed: (error: unknown) => void = rethrowLater,
): ShallowRef<T> {
  const found = shallowRef(empty) as ShallowRef<T>
  let stop = () => {}
  const follow = (from: Local | null) => {
    stop()
    found.value = empty
    if (from) stop = subscribe(from, rows, opened, found, failed)
  }
  const scope = getCurrentScope()
  ;(scope ?? effectScope(true)).run(() => watch(local, follow, { immediate: true, flush: 'sync' }))
  if (scope) onScopeDispose(() => stop())
  return found
}

function subscribe<Row, T>(
  from: Local, rows: (from: Local) => Promise<Row>, opened: (row: Row, from: Local) => Promise<T>,
  found: ShallowRef<T>, failed: (error: unknown) => void,
): () => void {
  let latest = 0
  const show = async (row: Row, turn: number) => {
    const value = await opened(row, from)
    if (turn === latest) found.value = value
  }
  const subscription = liveQuery(() => rows(from)).subscribe({
    next: (row) => { show(row, ++latest).catch(failed) },
    error: failed,
  })
  return () => {
    latest += 1
    subscription.unsubscribe()
  }
}

/** To the window's error handler: an unreadable row must be seen, not swallowed. */
function rethrowLater(error: unknown): void {
  setTimeout(() => { throw error })
}
