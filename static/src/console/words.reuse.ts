/** Words of 疑似重复: photos that look like earlier ones. */
import { addWords } from '../shared/i18n'

addWords({
  zh: {
    'room.resemblances': '疑似重复',
    'reuse.title': '疑似重复',
    'reuse.hint': '系统提示，不是结论：是否采信仍在照片审核中决定，疑似重复本身不扣分、不退回。',
    'reuse.across': '两张照片由不同保险公司负责，仅主管部门可见。',
    'reuse.none': '没有待判断的疑似重复', 'reuse.none.words': '新照片会与以往全部照片比对，发现相同、相近或由其裁剪的会出现在这里。',
    'reuse.state.open': '待判断', 'reuse.state.reviewed': '已判断',
    'reuse.later': '较晚归档', 'reuse.earlier': '较早归档', 'reuse.beyond': '不在您的辖区，画面与项目不可见',
    'reuse.method.sha256': '逐字节相同', 'reuse.method.pdq': '画面指纹相差 {n}/256', 'reuse.method.local': '局部特征吻合：{inliers} 处，相关 {correlation}%',
    'reuse.severity.high': '高', 'reuse.severity.medium': '中', 'reuse.severity.low': '低', 'reuse.severity': '程度',
    'reuse.same_picture': '同一张照片', 'reuse.same_scene': '同一场景，另行拍摄', 'reuse.different': '不是同一画面',
    'reuse.words': '说明（可不填）', 'reuse.said': '{name} 判断：{outcome}', 'reuse.open': '打开照片',
  },
  en: {
    'room.resemblances': 'Possible reuse',
    'reuse.title': 'Possible reuse',
    'reuse.hint': 'A hint, not a conclusion: photos are accepted or rejected at the photo desk; a resemblance neither deducts nor rejects.',
    'reuse.across': 'Two insurers answer for these photos; only the authority sees the pair.',
    'reuse.none': 'No pair waits', 'reuse.none.words': 'Every new photo is compared with all earlier ones; the same, similar and cut ones appear here.',
    'reuse.state.open': 'Open', 'reuse.state.reviewed': 'Reviewed',
    'reuse.later': 'Filed later', 'reuse.earlier': 'Filed earlier', 'reuse.beyond': 'Beyond your area: picture and project are not shown',
    'reuse.method.sha256': 'The same bytes', 'reuse.method.pdq': 'Fingerprints differ in {n} of 256', 'reuse.method.local': 'Parts agree: {inliers} points, correlation {correlation} %',
    'reuse.severity.high': 'high', 'reuse.severity.medium': 'medium', 'reuse.severity.low': 'low', 'reuse.severity': 'Severity',
    'reuse.same_picture': 'The same picture', 'reuse.same_scene': 'The same scene, taken anew', 'reuse.different': 'Not the same',
    'reuse.words': 'Words (optional)', 'reuse.said': '{name}: {outcome}', 'reuse.open': 'Open the photo',
  },
})
