/** Which key means what at the desk. Pure: the screen hands in the key and where the person is. */
export const REASONS = ['reused', 'wrong_place', 'wrong_time', 'unclear', 'wrong_object', 'incomplete', 'other'] as const
export const FOLLOW_UPS = ['re_shoot', 'explain', 'none'] as const

/** `look` at a photo · choose a `reason` (after R) · choose the `follow`-up · look at the contact `sheet`. */
export type Mode = 'look' | 'reason' | 'follow' | 'sheet'

export type Deed =
  | { do: 'reason'; code: string }
  | { do: 'follow'; code: string }
  | { do: 'accept' | 'reject' | 'confirm' | 'back' | 'undo' | 'words' | 'help' }
  | { do: 'sheet' | 'take_out' | 'open' }
  | { do: 'next' | 'previous' | 'next_visit' | 'previous_visit' | 'twin' | 'pixels' | 'fit' }

export interface Key {
  key: string
  shift: boolean
  /** Ctrl, Alt or Meta is down: the browser's business. */
  chord: boolean
  /** The person is writing in a field. */
  typing: boolean
  /** A button or link has the focus and wants this key for itself: both Enter, a link no Space. */
  onControl: boolean
}

export function deedOf(pressed: Key, mode: Mode): Deed | null {
  if (pressed.chord) return null
  if (pressed.key === 'Escape') return { do: 'back' }
  if (pressed.key === 'Enter' && mode === 'follow' && !pressed.onControl) return { do: 'confirm' }
  if (pressed.key === 'Enter' && mode === 'sheet' && !pressed.onControl) return { do: 'open' }
  if (pressed.typing) return null
  if (pressed.key === ' ') return pressed.onControl ? null : { do: 'pixels' }
  return numbered(pressed, mode) ?? lettered(pressed, mode)
}

function numbered({ key }: Key, mode: Mode): Deed | null {
  const n = /^[1-9]$/.test(key) ? Number(key) - 1 : -1
  const reason = REASONS[n]
  const follow = FOLLOW_UPS[n]
  if (mode === 'reason' && reason) return { do: 'reason', code: reason }
  if (mode === 'follow' && follow) return { do: 'follow', code: follow }
  return null
}

const LETTERS: Record<string, Deed> = {
  a: { do: 'accept' },
  r: { do: 'reject' },
  z: { do: 'undo' },
  j: { do: 'next' },
  k: { do: 'previous' },
  t: { do: 'twin' },
  w: { do: 'words' },
  f: { do: 'fit' },
  g: { do: 'sheet' },
  '?': { do: 'help' },
}

/** A sheet has no photo to reject or to lay a twin beside. */
const NOT_ON_SHEET = ['r', 't', 'w', 'f']

function lettered({ key, shift }: Key, mode: Mode): Deed | null {
  const letter = key.toLowerCase()
  if (mode === 'sheet' && letter === 'x') return { do: 'take_out' }
  if (mode === 'sheet' && NOT_ON_SHEET.includes(letter)) return null
  if (shift && letter === 'j') return { do: 'next_visit' }
  if (shift && letter === 'k') return { do: 'previous_visit' }
  return LETTERS[letter] ?? null
}

/** What was pressed, and where. */
export function keyOf(event: KeyboardEvent): Key {
  const target = event.target instanceof Element ? event.target : null
  return {
    key: event.key,
    shift: event.shiftKey,
    chord: event.ctrlKey || event.altKey || event.metaKey,
    typing: target?.closest('input, textarea, select, [contenteditable]') != null,
    onControl: target?.closest(event.key === ' ' ? 'button, summary, video' : 'button, a, summary') != null,
  }
}
