import { createApp } from 'vue'
import '../shared/tokens.css'
import './base.css'
import './words'
import { speak, language } from '../shared/i18n'
import { reopenWhenStale } from '../shared/stale'
import App from './App.vue'
import { whyNot, type NotOpened } from './browser'
import { fillIn } from './elder'
import { chooseScheme, scheme } from './scheme'

fillIn()
reopenWhenStale()
const spoken = speak(language.value)
chooseScheme(scheme.value)
void start()

/** What a browser cannot do is said before anything is kept in it. */
async function start(): Promise<void> {
  await spoken
  const lacking = whyNot()
  if (lacking) return say(lacking)
  const { open } = await import('./opening')
  await open(createApp(App)).catch(async (error: unknown) => {
    await say('shut') // else the screen stays white
    throw error
  })
}

async function say(lacking: NotOpened): Promise<void> {
  const { default: WrongBrowser } = await import('./screens/WrongBrowser.vue')
  createApp(WrongBrowser, { lacking }).mount('#app')
}
