/** The server's signed word that it has the bytes. Only against it does the phone let an original go. */
import type { Schema } from '../../shared/api/describing'
import { verifies } from '../device'
import { keyring } from '../local/keyring'

/** What is signed. */
export interface Receipt {
  visit_id: string
  made_at: string
  records: { sha256: string; state: string }[]
  evidence: { id: string; sha256: string; size: number; stored_at: string | null; intake: string; reason?: string | null; envelope?: { sha256: string } }[]
}

/** As it came; `body` is kept so that anybody can check it again. */
export type SignedReceipt = Schema<'Receipt'>

/** not_ours: the shape or the visit is another's · unknown_key: not pinned at sign-in · bad_signature. */
export type ReceiptFault = 'not_ours' | 'unknown_key' | 'bad_signature'

export async function readReceipt(signed: SignedReceipt, visitId: string): Promise<Receipt | ReceiptFault> {
  if (typeof signed.body !== 'string' || typeof signed.signature !== 'string') return 'not_ours'
  const key = await keyring.serverKeys.get(String(signed.key_id))
  if (!key) return 'unknown_key'
  if (!(await verifies(key.publicKey, signed.signature, signed.body))) return 'bad_signature'
  const receipt = JSON.parse(signed.body) as Receipt
  return receipt.visit_id === visitId ? receipt : 'not_ours'
}

export const RECEIPT_FAULTS: Record<ReceiptFault, { zh: string; en: string }> = {
  not_ours: {
    zh: '服务器的回执与本次检查不符，原始文件继续保留在本机。请稍后重试，仍不行请联系管理员。',
    en: 'The receipt is of another visit. The originals stay on this phone; try later, then ask an administrator.',
  },
  unknown_key: {
    zh: '回执的签名密钥尚未登记，原始文件继续保留在本机。请在“我的”中重新登录一次。',
    en: 'The receipt is signed by a key this phone does not know. The originals stay; sign in once more.',
  },
  bad_signature: {
    zh: '回执的签名不对，原始文件继续保留在本机。请换一个网络重试，并告知管理员。',
    en: 'The signature of the receipt is wrong. The originals stay; try another network and tell an administrator.',
  },
}
