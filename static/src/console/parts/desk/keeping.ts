/** Held verdicts outlive the tab: what was not confirmed by the server is found again at the next opening. */
import type { Held } from './undo'

const name = (person: string) => `fieldapp-verdicts:${person}`

export function kept(person: string): Held[] {
  const text = localStorage.getItem(name(person))
  return text ? (JSON.parse(text) as Held[]) : []
}

export function keep(person: string, one: Held): void {
  write(person, [...kept(person).filter((other) => other.evidence !== one.evidence), one])
}

/** Forgets exactly this verdict; a newer one of the same photo stays. */
export function forget(person: string, one: Held): void {
  write(person, kept(person).filter((other) => other.evidence !== one.evidence || other.since !== one.since))
}

function write(person: string, all: Held[]): void {
  if (all.length) localStorage.setItem(name(person), JSON.stringify(all))
  else localStorage.removeItem(name(person))
}
