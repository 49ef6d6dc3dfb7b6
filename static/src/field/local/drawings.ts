/** 标注: what is drawn on a copy of a photo is kept, sealed and sent as a picture of its own. */
import type { Capture } from '../types'
import { keepCapture, removeCapture } from './captures'
import { draftIn } from './drafts'
import { mine } from './person'

/** `bytes`: a JPEG. The photo stays as it is; an earlier drawing goes. Throws Trouble as keepCapture does. */
export async function keepDrawing(photo: Capture, bytes: ArrayBuffer): Promise<void> {
  const { id, draftId, question, category, shot, findingId, drawing } = photo
  const draft = await draftIn(draftId, mine())
  await keepCapture({
    draft, bytes, mediaType: 'image/jpeg', question, category, shot, findingId, capture: 'live',
    fix: null, positionState: 'off', annotates: id,
  })
  if (drawing) await removeCapture(drawing.id)
}

/** A personal photo cannot be read here any more, and a film is no picture. */
export function canDrawOn({ mediaType, envelope }: Capture): boolean {
  return mediaType.startsWith('image/') && !envelope
}
