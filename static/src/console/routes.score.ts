/** Oversight, injury cases, opinion forms and scores. */
import type { RouteRecordRaw } from 'vue-router'

export const SCORE_ROUTES: RouteRecordRaw[] = [
  { path: '/inspections', component: () => import('./oversight/Inspections.vue') },
  { path: '/inspections/new', component: () => import('./oversight/NewInspection.vue') },
  { path: '/inspections/findings/:id', component: () => import('./oversight/Finding.vue') },
  { path: '/cases', component: () => import('./cases/Cases.vue') },
  { path: '/cases/:id', component: () => import('./cases/Case.vue') },
  { path: '/score', component: () => import('./score/Scores.vue') },
  { path: '/score/:scheme/:insurer/:period', component: () => import('./score/Sheet.vue') },
  { path: '/forms/:id', component: () => import('./score/Form.vue') },
]
