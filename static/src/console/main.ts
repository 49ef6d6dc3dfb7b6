import { createApp } from 'vue'
import { createRouter, createWebHistory } from 'vue-router'
import '../shared/tokens.css'
import './element.css'
import './base.css'
import App from './App.vue'
import { ROUTES } from './rooms'
import { keepWatch } from '../shared/ledger/watching'
import { reopenWhenStale } from '../shared/stale'
import { openSession } from './session'
import { speakOfFields } from './validity'
import './table.css'
import './words'
import './words.records'
import './words.desk'
import './words.sheet'
import './words.annotation'
import './words.media'
import './words.viewing'
import './words.bundles'
import './words.stage'
import './words.redactions'
import './words.dispatch'
import './words.notices'
import './words.home'
import './words.reuse'
import './words.inspections'
import './words.score'
import './words.admin'
import './words.year'
import './score/score.css'
import './admin/admin.css'

const router = createRouter({ history: createWebHistory('/console/'), routes: ROUTES })

router.beforeEach(async (to) => {
  if (to.meta.open) return true
  const known = await openSession()
  return known ? true : { path: '/sign-in', query: { to: to.fullPath } }
})

reopenWhenStale()
speakOfFields(document)
createApp(App).use(router).mount('#app')
keepWatch()
