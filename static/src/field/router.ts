import { createRouter, createWebHistory } from 'vue-router'
import { isOpen } from './locking'
import { session } from './session'
import Today from './screens/Today.vue'

export const router = createRouter({
  history: createWebHistory('/field/'),
  routes: [
    { path: '/', component: Today },
    { path: '/lock', component: () => import('./screens/Lock.vue') },
    { path: '/sign-in', component: () => import('./screens/SignIn.vue') },
    { path: '/visits', component: () => import('./screens/Visits.vue') },
    {
      path: '/visits/:id',
      component: () => import('./screens/Visit.vue'),
      props: true,
      children: [
        { path: '', component: () => import('./screens/Check.vue') },
        { path: 'finish', component: () => import('./screens/Finish.vue') },
        { path: 're-shoot', component: () => import('./screens/ReShoot.vue') },
        { path: 'explain', component: () => import('./screens/Explain.vue') },
        { path: 're-inspection', component: () => import('./screens/ReInspection.vue') },
        {
          path: 'form',
          component: () => import('./forms/Form.vue'),
          children: [
            { path: '', component: () => import('./forms/Overview.vue') },
            { path: 'finish', component: () => import('./forms/Finish.vue') },
            { path: ':section/:row?', component: () => import('./forms/Page.vue'), props: true },
          ],
        },
      ],
    },
    { path: '/begin', component: () => import('./forms/Begin.vue') },
    { path: '/me', component: () => import('./screens/Me.vue') },
    { path: '/keep', component: () => import('./screens/Keep.vue') },
    { path: '/outbox', component: () => import('./screens/Outbox.vue') },
    { path: '/:missing(.*)*', redirect: '/' },
  ],
})

router.beforeEach((to) => {
  if (!isOpen(to.path)) return { path: '/lock', query: to.path === '/' ? {} : { to: to.fullPath } }
  if (to.path === '/lock') return true
  if (!session.value && to.path !== '/sign-in') return { path: '/sign-in', query: to.path === '/' ? {} : { to: to.fullPath } }
  return true
})
