/** A statement being recorded on one page: leaving the page stops the microphone, and what was said until then is kept. */
import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import { forgetFresh } from '../local/captures'
import { beginFilm, type Film, type FilmOf } from '../local/films'
import { sentenceOf, Trouble } from '../trouble'
import type { Filming } from './lens'
import { recordSound } from './sound'

export function useRecording(of: Omit<FilmOf, 'mediaType'>) {
  const running = shallowRef<Filming | null>(null)
  const seconds = ref(0)
  /** By capture id, of those recorded on this page: the files themselves do not say. */
  const lengths = ref<Record<string, string>>({})
  const busy = ref(false)
  const trouble = ref<string | null>(null)
  const lasting = computed(() => `${Math.floor(seconds.value / 60)}:${String(seconds.value % 60).padStart(2, '0')}`)

  let left = false
  onScopeDispose(() => {
    left = true
    running.value?.stop()
    forgetFresh()
  })

  async function record(): Promise<void> {
    let film: Film | null = null
    const filming = await recordSound(async (mediaType) => {
      // Who went on before the microphone was allowed is not listened to.
      if (left) throw new Trouble('Left', '已离开本页，没有录音。', 'The page was left; nothing was recorded.')
      film = await beginFilm({ ...of, mediaType })
      return piece => film!.add(piece)
    }).catch(async (error: unknown) => {
      await film?.finish().catch(() => {}) // nothing was heard: nothing of it stays
      throw error
    })
    film!.endedBy(filming.stop)
    running.value = filming
    if (left) filming.stop()
    void keepWhenEnded(filming, film!)
  }

  async function keepWhenEnded(filming: Filming, film: Film): Promise<void> {
    const since = Date.now()
    seconds.value = 0
    const counting = setInterval(() => { seconds.value = Math.floor((Date.now() - since) / 1000) }, 500)
    await filming.ended
    clearInterval(counting)
    running.value = null
    await guarded(async () => {
      const { id } = await film.finish()
      lengths.value = { ...lengths.value, [id]: lasting.value }
    })
    if (left) forgetFresh()
  }

  async function guarded(act: () => Promise<unknown>): Promise<void> {
    busy.value = true
    trouble.value = null
    try {
      await act()
    } catch (error) {
      trouble.value = sentenceOf(error)
    } finally {
      busy.value = false
    }
  }

  return { running, lasting, lengths, busy, trouble, begin: () => guarded(record), stop: () => running.value?.stop() }
}
