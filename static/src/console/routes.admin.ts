/** Where organisations, people, projects, pools and contracts are entered. */
import type { RouteRecordRaw } from 'vue-router'

export const ADMIN_ROUTES: RouteRecordRaw[] = [
  { path: '/password', component: () => import('./screens/Password.vue'), meta: { open: true } },
  { path: '/organisations', component: () => import('./admin/Organisations.vue') },
  { path: '/organisations/new', component: () => import('./admin/OrganisationPage.vue') },
  { path: '/organisations/:id', component: () => import('./admin/OrganisationPage.vue') },
  { path: '/people', component: () => import('./admin/People.vue') },
  { path: '/people/new', component: () => import('./admin/PersonNew.vue') },
  { path: '/people/:id', component: () => import('./admin/PersonPage.vue') },
  { path: '/projects/new', component: () => import('./admin/ProjectNew.vue') },
  { path: '/pools', component: () => import('./admin/Pools.vue') },
  { path: '/contracts', component: () => import('./admin/Contracts.vue') },
]
