/** What a piece of evidence is: photo, video, recording or another file. */
import { addWords } from '../shared/i18n'

addWords({
  zh: {
    'medium.photo': '照片', 'medium.video': '视频', 'medium.sound': '录音', 'medium.file': '文件',
    'original.photo': '下载原图（读取会记入账本）', 'original.video': '下载视频原件（读取会记入账本）', 'original.sound': '下载录音原件（读取会记入账本）', 'original.file': '下载原件（读取会记入账本）',
  },
  en: {
    'medium.photo': 'Photo', 'medium.video': 'Video', 'medium.sound': 'Recording', 'medium.file': 'File',
    'original.photo': 'Download the original photo (the ledger keeps who did)', 'original.video': 'Download the original video (the ledger keeps who did)', 'original.sound': 'Download the original recording (the ledger keeps who did)', 'original.file': 'Download the original file (the ledger keeps who did)',
  },
})
