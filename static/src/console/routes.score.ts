/** Injury cases, opinion forms and scores. */
import type { RouteRecordRaw } from 'vue-router'

export const SCORE_ROUTES: RouteRecordRaw[] = [
  { path: '/cases', component: () => import('./cases/Cases.vue') },
  { path: '/cases/new', component: () => import('./cases/CaseNew.vue') },
  { path: '/cases/:id', component: () => import('./cases/Case.vue') },
  { path: '/score', component: () => import('./score/Scores.vue') },
  { path: '/score/:scheme/:insurer/:period', component: () => import('./score/Sheet.vue') },
  { path: '/score/:scheme/:insurer/:period/records', component: () => import('./year/YearRecords.vue') },
  { path: '/forms/:id', component: () => import('./score/Form.vue') },
]
