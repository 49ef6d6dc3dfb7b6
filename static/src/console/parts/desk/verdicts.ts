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
    now.value = Date.now()
    const one = { evidence, visit, judgement, since: now.value }
    refused.value = refused.value.filter((other) => other.evidence !== evidence)
    held.value = hold(held.value, one)
    keep(person, one)
  }

  /** Takes back the latest verdict that was not sent; the photo that it was about. */
  function takeBack(): string | null {
    const { left: rest, taken } = undo(held.value)
    held.value = rest
    if (taken) forget(person, taken)
    return taken?.evidence ?? null
  }

  /** Sends everything that waits, now. */
  async function flush(keepalive = false) {
    const all = held.value
    held.value = []
    await Promise.all(all.map((one) => send(one, keepalive)))
  }

  async function send(one: Held, keepalive = false) {
    try {
      const address = at('/api/evidence/{evidence_id}/verdicts', { evidence_id: one.evidence })
      given(one.evidence, await call(address, { body: one.judgement, keepalive }))
      forget(person, one)
    } catch (error) {
      refused.value = [...refused.value.filter((r) => r.evidence !== one.evidence), { ...one, why: inWords(error) }]
    }
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

  return { held, refused, left, judge, takeBack, flush, again, drop }
}
