/** A page from before an update asks for a part that is gone: it opens again, in the new version. */
const NOTED = 'fieldapp-reopened'
const LEAST_MS = 30_000

export function reopenWhenStale(): void {
  addEventListener('vite:preloadError', (event) => {
    const last = Number(sessionStorage.getItem(NOTED) ?? 0)
    if (Date.now() - last < LEAST_MS) return // opening again did not help: whoever asked says so
    event.preventDefault()
    sessionStorage.setItem(NOTED, String(Date.now()))
    location.reload()
  })
}
