/** Verdicts on their way: held for ten seconds, sent then or when the person leaves, shown again when refused. */
import { computed, onBeforeUnmount, onMounted, ref, shallowRef } from 'vue'
import { at, call } from '../../../shared/api/client'
import { inWords } from '../../load'
import { beforeSignOut } from '../../session'
import type { Judgement, Verdict } from '../evidence/types'
import { forget, keep, kept } from './keeping'
import { due, hold, secondsLeft, undo, UNDO_MS, without, type Held } from './undo'

export interface Refused extends Held {
  why: string
}

export function useVerdicts(person: string, given: (evidence: string, verdict: Verdict) => void) {
  const held = shallowRef<Held[]>([])
  const refused = shallowRef<Refused[]>([])
  const now = ref(Date.now())
  const left = computed(() => secondsLeft(held.value, now.value))

  function judge(evidence: string, visit: string | null, judgement: Judgement) {
    give({ evidence, visit, judgement, since: Date.now() })
  }

  /** Accepts photos of a contact sheet together. */
  function acceptSheet(id: string, visit: string, photos: string[]) {
    give({ evidence: `sheet:${id}`, visit, judgement: { outcome: 'accepted' }, since: Date.now(), sheet: { id, photos } })
  }

  function give(one: Held) {
    now.value = one.since
    refused.value = refused.value.filter((other) => other.evidence !== one.evidence)
    held.value = hold(held.value, one)
    keep(person, one)
  }

  /** Takes back the latest verdict that was not sent; what it was. */
  function takeBack(): Held | null {
    const { left: rest, taken } = undo(held.value)
    held.value = rest
    if (taken) forget(person, taken)
    return taken
  }

  /** Sends everything that waits, now. */
  async function flush(keepalive = false) {
    const all = held.value
    held.value = []
    await Promise.all(all.map((one) => send(one, keepalive)))
  }

  async function send(one: Held, keepalive = false) {
    try {
      if (one.sheet) await sendSheet(one.sheet, keepalive)
      else given(one.evidence, await call(at('/api/evidence/{evidence_id}/verdicts', { evidence_id: one.evidence }), { body: one.judgement, keepalive }))
      forget(person, one)
    } catch (error) {
      refused.value = [...refused.value.filter((r) => r.evidence !== one.evidence), { ...one, why: inWords(error) }]
    }
  }

  async function sendSheet({ id, photos }: { id: string; photos: string[] }, keepalive: boolean) {
    const address = at('/api/desk/sheets/{sheet_id}/acceptance', { sheet_id: id })
    const { verdicts } = await call(address, { method: 'PUT', body: { photos }, keepalive })
    for (const { evidence_id, ...verdict } of verdicts) given(evidence_id, verdict)
  }

  function again() {
    const all = refused.value
    refused.value = []
    for (const one of all) void send(one)
  }

  function drop(one: Refused) {
    forget(person, one)
    refused.value = refused.value.filter((other) => other !== one)
  }

  function tick() {
    now.value = Date.now()
    for (const one of due(held.value, now.value)) {
      held.value = without(held.value, one.evidence)
      void send(one)
    }
  }

  /** Verdicts of a tab that closed before the server answered. A younger one may still be held by another tab. */
  function recover() {
    for (const one of kept(person)) if (Date.now() - one.since > 2 * UNDO_MS) void send(one)
  }

  const leave = () => void flush(true)
  const parted = beforeSignOut(() => flush())
  let clock = 0
  onMounted(() => {
    recover()
    clock = window.setInterval(tick, 500)
    window.addEventListener('pagehide', leave)
  })
  onBeforeUnmount(() => {
    window.clearInterval(clock)
    window.removeEventListener('pagehide', leave)
    parted()
    void flush()
  })

  return { held, refused, left, judge, acceptSheet, takeBack, flush, again, drop }
}
