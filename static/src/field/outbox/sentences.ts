/** What a person reads where something does not go its way: what is wrong, and what to do next. */
import { inEnglish } from '../../shared/i18n'
import type { Reason } from './parcel'
import type { ProblemBody } from '../../shared/api/problem'

export interface Sentence {
  zh: string
  en: string
}

export function quarantined(reasons: readonly Reason[]): Sentence {
  const why = reasons[0]?.detail || reasons[0]?.code || '?'
  return {
    zh: `记录已安全收到，但需要审核员核对：${why}。照片继续上传，不用重拍；请联系本单位审核员处理。`,
    en: `The record is safe on the server but a supervisor must look at it: ${why}. Photos keep uploading; do not take them again.`,
  }
}

export function refused({ detail, title, status }: ProblemBody): Sentence {
  const why = detail || title || String(status)
  return {
    zh: `服务器没有接受这条记录：${why} 内容完整保留在本机，请联系管理员；处理后点“立即重试”。`,
    en: `The server did not take this record: ${why} Everything stays on this phone; ask an administrator, then press Try now.`,
  }
}

export function fileRefused({ detail, title, status }: ProblemBody): string {
  return detail || title || String(status)
}

export function spoiltOnItsWay(times: number): string {
  return inEnglish.value
    ? `Sent ${times} times, and what arrived was each time not what was taken. Try another network.`
    : `传了 ${times} 次，到达的内容都与拍摄时的不一致，可换一个网络再试。`
}

export const TEXT_LOST: Sentence = {
  zh: '这次提交的记录在本机已读不出，没有发出，也未作任何删除。答案和照片另存着：点“重新打开”，看一遍再提交。打不开时请保留本机数据并联系管理员。',
  en: 'The record of this visit cannot be read on this phone. It was not sent, and nothing was deleted. Answers and photos are kept apart: press Open again, look it through and hand it in. If it does not open, leave the data on this phone and tell an administrator.',
}

/** Nothing is wrong with the file; it is tried again by itself. */
export function storeBusy(status: number): string {
  return inEnglish.value
    ? `The server's store cannot take this file at the moment (${status}). It stays here and is tried again.`
    : `服务器存储暂时收不下这个文件（${status}），保留在本机，会自动再试。若一直如此，请联系管理员。`
}

/** The envelope is safe on the server, which cannot open it: nor could this phone. */
export function storedSealed(): string {
  return inEnglish.value
    ? 'Received, but the server could not open the envelope; a supervisor decides, and may ask for it again.'
    : '已收到，但服务器未能打开这份加密件，由审核员处理，可能会派补拍。'
}

/** The bytes are safe, but intake would not open them. */
export function storedUnopened(reason: string | null | undefined): string {
  const why = reason ? `（${reason}）` : ''
  return inEnglish.value ? `Stored, but it could not be opened ${why}; a supervisor decides.` : `已保存，但文件无法打开${why}，由审核员处理。`
}
