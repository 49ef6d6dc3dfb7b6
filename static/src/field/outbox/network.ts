/** Whether originals wait for Wi-Fi: a person's choice, where the browser can tell what network it is on. */
import { ref } from 'vue'
import { fact, keepFact } from '../local/keyring'

interface Connection {
  type?: string
  saveData?: boolean
}

const CHOICE = 'originals-on-wifi'

/** Records, seals and previews always go; originals wait while this is set and the network is a mobile one. */
export const wifiOnly = ref(false)

export async function restoreWifiChoice(): Promise<void> {
  wifiOnly.value = (await fact<boolean>(CHOICE)) ?? false
}

export async function chooseWifiOnly(chosen: boolean): Promise<void> {
  wifiOnly.value = chosen
  await keepFact(CHOICE, chosen)
}

/** iPhones and desktop browsers do not say: there the choice would promise what it cannot keep. */
export function canTellNetwork(): boolean {
  return typeof connection()?.type === 'string'
}

export function originalsMayGo(): boolean {
  return !(wifiOnly.value && connection()?.type === 'cellular')
}

function connection(): Connection | undefined {
  return (globalThis.navigator as { connection?: Connection } | undefined)?.connection
}
