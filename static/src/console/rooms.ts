/** The console's rooms: which exist, under which address, and for whom. */
import type { RouteRecordRaw } from 'vue-router'
import { ADMIN_ROUTES } from './routes.admin'
import { DESK_ROUTES } from './routes.desk'
import { INSPECTION_ROUTES } from './routes.inspections'
import { SCORE_ROUTES } from './routes.score'
import { may } from './session'

export interface Room {
  path: string
  word: string
  open: () => boolean
}

export const ROOMS: Room[] = [
  { path: '/desk', word: 'room.desk', open: () => may('evidence.judge_quality') || may('evidence.judge_admissibility', 'construction_liability') },
  { path: '/dispatch', word: 'room.dispatch', open: () => may('task.dispatch') },
  { path: '/visits', word: 'room.visits', open: () => may('visit.read') },
  { path: '/hazards', word: 'room.hazards', open: () => may('hazard.read') },
  { path: '/inspections', word: 'room.inspections', open: () => may('finding.read') },
  { path: '/cases', word: 'room.cases', open: () => may('case.read') },
  { path: '/score', word: 'room.score', open: () => may('sheet.read') },
  { path: '/projects', word: 'room.projects', open: () => may('project.read') },
  { path: '/resemblances', word: 'room.resemblances', open: () => may('resemblance.review') },
  { path: '/agreement', word: 'room.agreement', open: () => may('agreement.read') },
  { path: '/quarantine', word: 'room.quarantine', open: () => may('quarantine.read') },
  { path: '/bundles', word: 'room.bundles', open: () => may('bundle.order') },
  { path: '/phones', word: 'room.phones', open: () => may('quarantine.read') },
  { path: '/organisations', word: 'room.organisations', open: () => may('organisation.manage') },
  { path: '/people', word: 'room.people', open: () => may('person.manage') },
]

export const ROUTES: RouteRecordRaw[] = [
  { path: '/sign-in', component: () => import('./screens/SignIn.vue'), meta: { open: true } },
  { path: '/', component: () => import('./screens/Home.vue') },
  { path: '/visits', component: () => import('./screens/Visits.vue') },
  { path: '/visits/:id', component: () => import('./screens/Visit.vue') },
  { path: '/projects', component: () => import('./screens/Projects.vue') },
  ...ADMIN_ROUTES,
  { path: '/projects/:id', component: () => import('./screens/Project.vue') },
  { path: '/hazards', component: () => import('./screens/Hazards.vue') },
  { path: '/hazards/:id', component: () => import('./screens/Hazard.vue') },
  { path: '/dispatch', component: () => import('./screens/Dispatch.vue') },
  { path: '/notices', component: () => import('./screens/Notices.vue') },
  { path: '/resemblances', component: () => import('./screens/Resemblances.vue') },
  { path: '/quarantine', component: () => import('./screens/Quarantine.vue') },
  { path: '/bundles', component: () => import('./screens/Bundles.vue') },
  { path: '/phones', component: () => import('./screens/Phones.vue') },
  ...DESK_ROUTES,
  ...INSPECTION_ROUTES,
  ...SCORE_ROUTES,
  { path: '/:missing(.*)*', component: () => import('./screens/Missing.vue') },
]
