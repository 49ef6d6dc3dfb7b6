/** Whether single letters act as shortcuts (WCAG 2.1.4: they can be switched off). Remembered on this machine. */
import { ref, watch } from 'vue'

const KEPT = 'fieldapp-single-keys'

export const single = ref(localStorage.getItem(KEPT) !== 'off')
watch(single, (on) => localStorage.setItem(KEPT, on ? 'on' : 'off'))
