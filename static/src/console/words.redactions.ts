/** Words of what was deleted by law. */
import { addWords } from '../shared/i18n'

addWords({
  zh: {
    'photo.redacted': '已依法删除', 'photo.redacted.words': '内容已从存储中删除；散列值、封签、判定和账本仍保留，可继续验证。',
    'redaction.title': '依法删除', 'redaction.told': '{at} · {by}', 'redaction.operator': '平台运营', 'redaction.pending': '存储正在删除，或其中一份相同文件仍被另一份证据使用。', 'redaction.erased': '存储中已无任何副本（{at}）',
    'redaction.reason.person_asked': '本人依法要求删除', 'redaction.reason.consent_withdrawn': '撤回同意', 'redaction.reason.unlawfully_collected': '违法收集', 'redaction.reason.ordered': '司法机关或主管部门决定', 'redaction.reason.retention_ended': '保存期满',
    'redaction.open': '依法删除内容…', 'redaction.warning': '删除后无法恢复，任何人都不能再看到内容。散列值、封签、判定和账本保留。', 'redaction.reason': '法定理由', 'redaction.words': '说明（申请人、文号）', 'redaction.sure': '我确认已核对依据', 'redaction.save': '永久删除内容',
    'act.redaction.insert': '依法删除内容',
  },
  en: {
    'photo.redacted': 'Deleted by law', 'photo.redacted.words': 'The bytes were deleted from the store; hash, seal, verdicts and entries stay and can be verified.',
    'redaction.title': 'Deleted by law', 'redaction.told': '{at} · {by}', 'redaction.operator': 'the operator', 'redaction.pending': 'The store is deleting it, or another piece of evidence still uses the same file.', 'redaction.erased': 'No copy is left in the store ({at})',
    'redaction.reason.person_asked': 'the person asked for it', 'redaction.reason.consent_withdrawn': 'consent was withdrawn', 'redaction.reason.unlawfully_collected': 'collected unlawfully', 'redaction.reason.ordered': 'ordered by a court or authority', 'redaction.reason.retention_ended': 'the years of keeping are over',
    'redaction.open': 'Delete by law…', 'redaction.warning': 'There is no way back: nobody will see it again. Hash, seal, verdicts and entries stay.', 'redaction.reason': 'Lawful reason', 'redaction.words': "Words (who asked, the paper's number)", 'redaction.sure': 'I have checked what it rests on', 'redaction.save': 'Delete for good',
    'act.redaction.insert': 'Deleted by law',
  },
})
