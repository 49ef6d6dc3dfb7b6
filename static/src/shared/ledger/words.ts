import { addWords } from '../i18n'

addWords({
  zh: {
    'log.alarm': '警告：系统账本与本机此前所见不一致',
    'log.bad_signature': '服务器给出的检查点签名无效。',
    'log.unknown_key': '检查点由一把未经交接的密钥签名。',
    'log.another_log': '服务器换成了另一本账本。',
    'log.shorter': '账本比此前所见更短，有条目被抹去。',
    'log.rewritten': '账本的历史条目被改写。',
    'log.no_proof': '服务器拿不出账本只增不改的证明。',
    'log.what_to_do': '请停止依据本系统作出决定，保留本机，并立即告知主管部门和系统管理员。',
    'log.sizes': '此前所见 {seen} 条，现在 {given} 条',
    'log.settled': '主管部门已核实…',
    'log.sure': '仅当主管部门书面确认账本系有意重建时，才从新账本重新开始核对。此前所见仍保留在本机。',
    'log.anew': '从新账本开始核对',
    'log.back': '返回',
  },
  en: {
    'log.alarm': 'Warning: the ledger is not the one that this device saw before',
    'log.bad_signature': 'The signature of the checkpoint does not hold.',
    'log.unknown_key': 'The checkpoint is signed by a key that no known key handed over to.',
    'log.another_log': 'The server shows another ledger.',
    'log.shorter': 'The ledger is shorter than before: entries were taken away.',
    'log.rewritten': 'The ledger was rewritten.',
    'log.no_proof': 'The server cannot prove that the ledger only grew.',
    'log.what_to_do': 'Stop deciding by this system, keep this device as it is, and tell the authority and the administrator at once.',
    'log.sizes': '{seen} entries before, {given} now',
    'log.settled': 'The authority has looked into it…',
    'log.sure': 'Only where the authority confirms in writing that the ledger was begun anew on purpose. What was seen before stays on this device.',
    'log.anew': 'Begin with the new ledger',
    'log.back': 'Back',
  },
})
