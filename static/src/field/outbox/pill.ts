/** The one line that says whether the phone may be handed back. */
import type { IconName } from '../icons'
import type { SyncState } from '../types'

export interface Pill {
  /** Key of a sentence, and what fills it. */
  word: string
  values: Record<string, number>
  tone: 'plain' | 'waiting' | 'good' | 'bad'
  icon: IconName
}

export interface Beside {
  needsPassword: boolean
  /** Visits not yet handed in: while there are any, nobody is told to hand the phone back. */
  drafts: number
  /** The shorter sentence, where a title stands beside it. */
  short: boolean
}

/** What a person must do comes before what the phone does by itself. */
export function pillOf(sync: SyncState, { needsPassword, drafts, short }: Beside): Pill {
  const length = short ? 'short' : 'long'
  const values = {
    records: sync.records, files: sync.files, done: sync.filesTotal - sync.files, total: sync.filesTotal,
    people: sync.needsPerson, drafts,
  }
  const pill = (word: string, tone: Pill['tone'], icon: IconName): Pill => ({ word: `pill.${word}`, values, tone, icon })
  const open = sync.records + sync.files > 0
  if (needsPassword) return pill('password', 'bad', 'lock')
  if (sync.needsPerson > 0) return pill('person', 'bad', 'alert')
  if (!sync.online) return open ? pill(`offline.${length}`, 'waiting', 'offline') : pill(short ? 'offline.idle' : 'offline', 'waiting', 'offline')
  if (open && sync.running) return pill('sending', 'plain', 'sending')
  if (open) return pill(`open.${length}`, 'waiting', 'cloud')
  if (drafts > 0) return pill(`drafts.${length}`, 'plain', 'cloud')
  return sync.visits.length ? pill(`saved.${length}`, 'good', 'check') : pill('idle', 'plain', 'cloud')
}
