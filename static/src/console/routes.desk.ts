/** Where photos are judged. */
import type { RouteRecordRaw } from 'vue-router'

export const DESK_ROUTES: RouteRecordRaw[] = [
  { path: '/desk', component: () => import('./screens/Desk.vue') },
  // One component for both, so that held verdicts live on while the person moves from visit to visit.
  { path: '/desk/visits/:visit/:evidence?', component: () => import('./screens/Desk.vue') },
  { path: '/agreement', component: () => import('./screens/Agreement.vue') },
  { path: '/evidence/:id', component: () => import('./screens/Evidence.vue') },
]
