/** What the last page says about each shortfall: code -> zh, en. Twin of fieldapp/checklists/sentences.py. */
export const SENTENCES = {
  unanswered: {
    zh: '{where}：还没有回答',
    en: '{where}: not answered yet',
  },
  reading_unreadable: {
    zh: '{where}：读数“{q}”看不懂，请重填',
    en: '{where}: the reading “{q}” is not a number',
  },
  row_missing: {
    zh: '{where}：请选“{q}”',
    en: '{where}: choose “{q}”',
  },
  pass_violates_limit: {
    zh: '{where}：“{q}”超出限值，却答了合格',
    en: '{where}: answered pass although “{q}” is outside its limit',
  },
  reason_missing: {
    zh: '{where}：请选未能检查的原因',
    en: '{where}: say why it could not be inspected',
  },
  reason_words_missing: {
    zh: '{where}：请写明原因',
    en: '{where}: write the reason in words',
  },
  major_unanswered: {
    zh: '{where}：请回答是否属于重大隐患情形',
    en: '{where}: answer whether the major condition is met',
  },
  words_missing: {
    zh: '{where}：请说明不合格情况',
    en: '{where}: say what is wrong',
  },
  deadline_missing: {
    zh: '{where}：请定整改期限',
    en: '{where}: set the deadline',
  },
  photo_missing: {
    zh: '{where}：还缺{shot_zh}',
    en: '{where}: still needs “{shot_en}”',
  },
  category_undeclared: {
    zh: '{where}：登记中没有，请申报不在场或登记设备',
    en: '{where}: nothing registered; declare it absent or add units',
  },
  absence_reason_missing: {
    zh: '{where}：请选不在场的原因',
    en: '{where}: say why it is not on site',
  },
  absence_photo_missing: {
    zh: '{where}：还缺不在场佐证照片',
    en: '{where}: still needs a photo of its absence',
  },
  never_absent: {
    zh: '{where}：不能申报不在场，请检查',
    en: '{where}: cannot be declared absent',
  },
  absent_while_registered: {
    zh: '{where}：登记中有，却申报不在场',
    en: '{where}: declared absent although units are registered',
  },
} as const

export type ShortfallCode = keyof typeof SENTENCES
