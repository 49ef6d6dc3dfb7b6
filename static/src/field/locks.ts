/** One at a time across tabs, by Web Locks; within this page where a browser has none. */
export const locks: LockManager | undefined = globalThis.navigator?.locks

const held = new Map<string, Promise<unknown>>()

/** Waits for its turn. */
export function inTurn<T>(name: string, act: () => Promise<T>): Promise<T> {
  if (locks) return locks.request(name, act) as Promise<T>
  const before = held.get(name) ?? Promise.resolve()
  const mine = before.then(act, act)
  held.set(name, mine)
  return mine
}

/** Several of these may hold the name together, but not beside one that waits `inTurn`. */
export function together<T>(name: string, act: () => Promise<T>): Promise<T> {
  return locks ? (locks.request(name, { mode: 'shared' }, act) as Promise<T>) : act()
}

/** Whether any tab, this one too, is at something whose name fits; where no tab can tell, none is. */
export async function anyHeld(names: RegExp): Promise<boolean> {
  const { held = [] } = (await locks?.query()) ?? {}
  return held.some(({ name }) => names.test(name ?? ''))
}

/** Does nothing and says `'taken'` where somebody else is at it. */
export async function ifFree<T>(name: string, act: () => Promise<T>): Promise<T | 'taken'> {
  if (locks) {
    return locks.request(name, { ifAvailable: true }, async lock => (lock ? act() : 'taken')) as Promise<T | 'taken'>
  }
  if (held.has(name)) return 'taken'
  const mine = act()
  held.set(name, mine)
  return mine.finally(() => held.delete(name))
}
