/** A cold start, network or not: the last person's data first, then everything that needs a server. */
import type { App } from 'vue'
import { keepWatch } from '../shared/ledger/watching'
import { startOutbox } from './outbox/outbox'
import { router } from './router'
import { onOtherTab, restoreSession, session } from './session'
import { askToPersist } from './storage'
import { watchForNewVersion } from './version'

export async function open(app: App): Promise<void> {
  await restoreSession()
  app.use(router)
  await router.isReady()
  app.mount('#app')
  startOutbox()
  onOtherTab(() => location.reload())
  if (session.value) void askToPersist()
  void watchForNewVersion()
  keepWatch()
}
