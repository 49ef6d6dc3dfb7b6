/** Whether work may be kept in this browser at all. Judged by what it can do, not by its name, but for one kind. */

export type Lacking = 'inside_chat' | 'insecure' | 'too_old'

/** `shut`: what is kept in it cannot be opened now, which a full disk or a fault of the browser does. */
export type NotOpened = Lacking | 'shut'

/** Null where all is well. Inside WeChat and QQ the app would fill a second store that nobody finds again. */
export function whyNot(agent = navigator.userAgent, has = abilities()): Lacking | null {
  if (/MicroMessenger|\bQQ\/|wxwork/i.test(agent)) return 'inside_chat'
  if (!has.secure) return 'insecure'
  return has.storage && has.keys && has.numbers ? null : 'too_old'
}

function abilities() {
  return {
    secure: globalThis.isSecureContext,
    storage: 'indexedDB' in globalThis,
    keys: !!globalThis.crypto?.subtle,
    numbers: typeof BigInt === 'function' && 'ResizeObserver' in globalThis,
  }
}
