/** Where an authority sets what it saw beside what the insurer answered, and both say their part. */
import type { RouteRecordRaw } from 'vue-router'

export const INSPECTION_ROUTES: RouteRecordRaw[] = [
  { path: '/inspections', component: () => import('./screens/Inspections.vue') },
  { path: '/inspections/new', component: () => import('./screens/InspectionNew.vue') },
  { path: '/inspections/findings/:id', redirect: (to) => ({ path: '/inspections', query: { finding: String(to.params.id) } }) },
]
