/** Words of what was drawn on a copy of a photo, and of statements that were recorded. */
import { addWords } from '../shared/i18n'

addWords({
  zh: { 'photo.annotation': '原图或标注', 'photo.original': '原图', 'photo.annotated': '标注', 'shot.statement': '录音', 'photo.recording': '录音，播放记入账本', 'photo.recording.length': '长 {s} 秒' },
  en: { 'photo.annotation': 'Photo or annotation', 'photo.original': 'Photo', 'photo.annotated': 'Annotated', 'shot.statement': 'Recording', 'photo.recording': 'Recording; the ledger keeps who plays it', 'photo.recording.length': '{s} s' },
})
