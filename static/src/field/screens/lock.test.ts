import { signedInPhone, taskOf } from '../phone.testing'
import { expect, it } from 'vitest'
import { createSSRApp } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { renderToString } from 'vue/server-renderer'
import { newId } from '../ids'
import { drafts } from '../local/draftList'
import { closeDraft, startDraft } from '../local/drafts'
import { lock } from '../locking'
import Lock from './Lock.vue'

const reShoot = { visit_id: newId(), evidence_id: newId(), question: 'fire.fire_lane@site', shot: 'near', reason: 'unclear', words: null, thumb_url: '' }

it('leads to the screen of each visit after a week without the server', async () => {
  await signedInPhone()
  const check = await startDraft(taskOf())
  const explain = await startDraft(taskOf({ kind: 'explain', re_shoot: reShoot }))
  await Promise.all([check, explain].map(({ id }) => closeDraft(id)))
  while (drafts.value.length < 2) await new Promise(resolve => setTimeout(resolve, 5))
  lock.value = 'stale'
  const router = createRouter({ history: createMemoryHistory('/field/'), routes: [{ path: '/:any(.*)*', component: {} }] })
  const html = await renderToString(createSSRApp(Lock).use(router))
  expect(html).toContain(`"/field/visits/${check.id}"`)
  expect(html).toContain(`"/field/visits/${explain.id}/explain"`)
})
