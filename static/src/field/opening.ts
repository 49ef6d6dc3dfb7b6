/** A cold start, network or not: the last person's data first, then everything that needs a server. */
import { watch, type App } from 'vue'
import { flushDrafts } from './local/drafts'
import { local, type Local } from './local/person'
import { watchIdleness, watchLock } from './locking'
import { router } from './router'
import { onOtherTab, restoreSession, session } from './session'
import { askToPersist, measureStorage } from './storage'
import { watchForNewVersion } from './version'

export async function open(app: App): Promise<void> {
  await restoreSession()
  app.use(router)
  await router.isReady()
  app.mount('#app')
  void import('./outbox/outbox').then(({ startOutbox }) => startOutbox()) // what waits goes on its way behind the first screen
  watchIdleness()
  watchLock(() => router.currentRoute.value.path, () => void router.push({ path: '/lock', query: { to: router.currentRoute.value.fullPath } }))
  onOtherTab(() => void flushDrafts().catch(() => {}).then(() => location.reload())) // no word that is being typed is lost
  watch(local, (from) => { if (from) void mend(from) }, { immediate: true })
  if (session.value) void askToPersist().then(measureStorage)
  void import('./push').then(({ keepTold, onTapped }) => {
    onTapped(() => void router.push('/'))
    return session.value && keepTold()
  })
  void watchForNewVersion()
  void import('../shared/ledger/watching').then(({ keepWatch }) => keepWatch())
}

/** What a crash left behind: pieces of nothing go, films become captures in the room that this leaves. */
async function mend(from: Local): Promise<void> {
  const [{ recoverFilms }, { sweepChunks }] = await Promise.all([import('./local/films'), import('./local/sweeping')])
  await sweepChunks(from)
  await recoverFilms(from)
}
