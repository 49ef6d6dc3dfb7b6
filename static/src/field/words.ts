/** What the phone says. Chinese is the source; the trade's terms are those of the glossary. */
import { addWords } from '../shared/i18n'
import { zh } from './words.zh'

addWords({ zh, en: () => import('./words.en').then(({ en }) => en) })
