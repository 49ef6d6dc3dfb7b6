/** Words of what was drawn on a copy of a photo, and of statements that were recorded. */
import { addWords } from '../shared/i18n'

addWords({
  zh: { 'photo.annotation': '原图或标注', 'photo.original': '原图', 'photo.annotated': '标注' },
  en: { 'photo.annotation': 'Photo or annotation', 'photo.original': 'Photo', 'photo.annotated': 'Annotated' },
})
