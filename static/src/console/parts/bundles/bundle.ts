/** Bundles as the API tells of them. */
import type { Schema } from '../../../shared/api/client'

export type BundleOrder = Schema<'BundleOrder'>
export type BundleKind = BundleOrder['kind']

export const PURPOSES = ['court', 'supervision', 'complaint', 'appeal', 'audit'] as const
export const LEAST_PASSPHRASE = 12

/** The word for what is wrong with a passphrase; null while nothing is, or nothing was typed twice yet. */
export function faultOf(passphrase: string, again: string): string | null {
  if (passphrase && passphrase.length < LEAST_PASSPHRASE) return 'bundle.passphrase.short'
  return again && again !== passphrase ? 'bundle.passphrase.differ' : passphrase && !again ? 'bundle.passphrase.again' : null
}

export const isOpen = (order: BundleOrder): boolean => order.state === 'waiting' || order.state === 'making'
export const TONES: Record<BundleOrder['state'], string> = { waiting: 'wait', making: 'wait', ready: 'safe', failed: 'unsafe', cancelled: 'mute', removed: 'mute' }
