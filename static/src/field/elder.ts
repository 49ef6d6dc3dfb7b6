/** What the oldest browsers that we serve (Chromium 87) lack of what this app uses. */
export function fillIn(kinds: readonly object[] = [Array.prototype, String.prototype]): void {
  for (const kind of kinds) if (!('at' in kind)) Object.defineProperty(kind, 'at', { value: at, writable: true, configurable: true })
}

function at<T>(this: ArrayLike<T>, n: number): T | undefined {
  return this[n < 0 ? this.length + n : n]
}
