/** What is kept and not opened on the page: a PDF, a picture too large to decode. It is read before it is accepted. */
import { reactive } from 'vue'
import { isSound, isVisible, type EvidenceView } from './types'

/** Downloaded since this page was loaded: the server learns of it sooner than it is asked again. */
const downloaded = reactive(new Set<string>())

export const isDocument = (view: EvidenceView): boolean =>
  view.bytes.intake === 'accepted' && view.bytes.reason === 'not_shown' && !isVisible(view) && !isSound(view)

export const isRead = (view: EvidenceView): boolean => view.original_read || downloaded.has(view.id)
export const noteDownload = (id: string): unknown => downloaded.add(id)

/** Whether a judge has had what there is to see: else nobody can accept. */
export const isAcceptable = (view: EvidenceView): boolean => isVisible(view) || isSound(view) || (isDocument(view) && isRead(view))
