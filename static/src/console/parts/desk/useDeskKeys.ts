/** Hands what the pressed keys mean to the desk, unless single letters are switched off or a dialog is open. */
import { onBeforeUnmount, onMounted, type Ref } from 'vue'
import { deedOf, keyOf, type Deed, type Mode } from './keys'
import { single } from './single'

export function useDeskKeys(mode: Ref<Mode>, act: (deed: Deed) => void): void {
  function pressed(event: KeyboardEvent) {
    if (event.defaultPrevented || document.querySelector('dialog[open]')) return
    const deed = deedOf(keyOf(event), mode.value)
    if (!deed || (!single.value && !['back', 'confirm'].includes(deed.do))) return
    event.preventDefault()
    act(deed)
  }

  onMounted(() => window.addEventListener('keydown', pressed))
  onBeforeUnmount(() => window.removeEventListener('keydown', pressed))
}
