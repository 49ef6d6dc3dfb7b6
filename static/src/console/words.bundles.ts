/** Words of evidence that is taken out of the house. */
import { addWords } from '../shared/i18n'

addWords({
  zh: {
    'room.bundles': '证据包', 'bundle.title': '证据包', 'bundle.hint': '证据包可脱离本系统自证：内附原始文件、记录、封签、判定与账本证明。脱敏版不含文字说明和涉及个人的内容。订购和下载都会记入账本。',
    'bundle.order': '订购证据包', 'bundle.about': '范围', 'bundle.version': '版本', 'bundle.redacted': '脱敏版', 'bundle.redacted.words': '不含文字说明、手机记录和个人材料',
    'bundle.full': '完整版', 'bundle.full.words': '含全部内容，以口令加密', 'bundle.purpose': '用途', 'bundle.purpose.none': '未写',
    'purpose.court': '诉讼', 'purpose.supervision': '监管检查', 'purpose.complaint': '投诉处理', 'purpose.appeal': '申诉', 'purpose.audit': '审计',
    'bundle.passphrase': '口令（至少 12 个字符）', 'bundle.passphrase.again': '再输入一次口令', 'bundle.passphrase.differ': '两次输入不一致', 'bundle.passphrase.short': '口令太短', 'bundle.passphrase.words': '口令不保存，遗失后无法打开；请另行告知收件人。',
    'bundle.save': '订购', 'bundle.ordered': '已订购，正在生成。', 'bundle.see': '看证据包',
    'bundle.none': '还没有订购过证据包', 'bundle.none.words': '在检查记录、工伤案件、项目或评分表页面点“订购证据包”。',
    'bundle.state.waiting': '排队中', 'bundle.state.making': '正在生成 {n}%', 'bundle.state.ready': '可下载', 'bundle.state.failed': '未能生成', 'bundle.state.cancelled': '已取消', 'bundle.state.removed': '已移除',
    'bundle.reason.nothing_selected': '范围内没有可取出的证据', 'bundle.reason.no_access': '订购人已不具备权限', 'bundle.reason.given_up': '多次尝试仍未能生成，文件与密钥已清除；请告知管理员，排除故障后重新订购',
    'bundle.photos': '{n} 份证据', 'bundle.until': '保留至 {at}', 'bundle.download': '下载', 'bundle.cancel': '取消', 'bundle.refresh': '刷新',
    'bundle.link': '链接只能开始一次下载，一小时内有效，中断后可续传。', 'bundle.downloaded': '{at} 已下载', 'bundle.digest': '文件 SHA-256 {hash}',
    'bundle.verify': '怎样验证', 'bundle.verify.page': '解压后用浏览器打开 verify.html，选择证据包文件；或运行下面的命令。验证程序请取自主管部门或系统发行版，随包附带的一份仅为方便。', 'bundle.verify.full': '完整版先用 fieldapp bundle open 解密。',
    'bundle.fingerprint': '账本密钥指纹', 'bundle.fingerprint.words': '验证者应从主管部门公告、纸质报告等别的途径取得指纹核对，不要只用这里显示的。', 'bundle.kind.visit': '检查', 'bundle.kind.case': '案件', 'bundle.kind.project': '项目', 'bundle.kind.evidence': '照片', 'bundle.kind.insurer': '评分年度',
  },
  en: {
    'room.bundles': 'Bundles', 'bundle.title': 'Bundles', 'bundle.hint': 'A bundle proves itself without this system: originals, records, seals, verdicts and the log\'s proofs. A redacted one holds no words and nothing personal. Orders and downloads are entries of the ledger.',
    'bundle.order': 'Order a bundle', 'bundle.about': 'Of', 'bundle.version': 'Version', 'bundle.redacted': 'Redacted', 'bundle.redacted.words': 'without words, records and personal papers',
    'bundle.full': 'Full', 'bundle.full.words': 'everything, encrypted with a passphrase', 'bundle.purpose': 'Purpose', 'bundle.purpose.none': 'not given',
    'purpose.court': 'Court', 'purpose.supervision': 'Supervision', 'purpose.complaint': 'Complaint', 'purpose.appeal': 'Appeal', 'purpose.audit': 'Audit',
    'bundle.passphrase': 'Passphrase (12 characters or more)', 'bundle.passphrase.again': 'The passphrase again', 'bundle.passphrase.differ': 'The two are not the same', 'bundle.passphrase.short': 'The passphrase is too short', 'bundle.passphrase.words': 'It is not kept; without it nobody opens the file. Tell it to the recipient apart from the file.',
    'bundle.save': 'Order', 'bundle.ordered': 'Ordered; it is being made.', 'bundle.see': 'See bundles',
    'bundle.none': 'No bundle was ordered yet', 'bundle.none.words': 'Order one on the page of a visit, case, project or score.',
    'bundle.state.waiting': 'Waiting', 'bundle.state.making': 'Being made: {n} %', 'bundle.state.ready': 'Ready', 'bundle.state.failed': 'Failed', 'bundle.state.cancelled': 'Cancelled', 'bundle.state.removed': 'Removed',
    'bundle.reason.nothing_selected': 'there is no evidence in it that may be taken out', 'bundle.reason.no_access': 'who ordered it may not any more', 'bundle.reason.given_up': 'every try failed and nothing of it is kept; tell an administrator, then order it again',
    'bundle.photos': 'Pieces of evidence: {n}', 'bundle.until': 'kept until {at}', 'bundle.download': 'Download', 'bundle.cancel': 'Cancel', 'bundle.refresh': 'Refresh',
    'bundle.link': 'A link begins one download, lives an hour, and goes on after a cut.', 'bundle.downloaded': 'downloaded {at}', 'bundle.digest': 'SHA-256 of the file {hash}',
    'bundle.verify': 'How to verify', 'bundle.verify.page': 'Unpack it, open verify.html in a browser and choose the bundle; or run the command below. Take the verifier from a source that you trust; the copy inside is a convenience.', 'bundle.verify.full': 'Decrypt a full one first with fieldapp bundle open.',
    'bundle.fingerprint': 'Fingerprint of the log\'s key', 'bundle.fingerprint.words': 'Whoever verifies compares it with one from elsewhere (an authority\'s notice, a printed report), not with what stands here alone.', 'bundle.kind.visit': 'Visit', 'bundle.kind.case': 'Case', 'bundle.kind.project': 'Project', 'bundle.kind.evidence': 'Photo', 'bundle.kind.insurer': 'Year of a score',
  },
})
