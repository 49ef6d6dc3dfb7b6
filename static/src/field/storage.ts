/** Whether the browser promised to keep our data, and how much room there is. */
import { reactive, readonly } from 'vue'

export interface StorageFacts {
  /** The browser's answer to persist(); null where it cannot be asked. */
  persisted: boolean | null
  usage: number | null
  quota: number | null
  /** Bytes that may still be kept. */
  left: number | null
}

const facts = reactive<StorageFacts>({ persisted: null, usage: null, quota: null, left: null })

export const storage = readonly(facts)

/** Asks once more each time: browsers say yes only after some use. */
export async function askToPersist(): Promise<boolean | null> {
  const store = navigator.storage
  if (store?.persist) facts.persisted = (await store.persisted()) || (await store.persist())
  return facts.persisted
}

export async function measureStorage(): Promise<Readonly<StorageFacts>> {
  const estimate = await navigator.storage?.estimate?.()
  facts.usage = estimate?.usage ?? null
  facts.quota = estimate?.quota ?? null
  facts.left = facts.usage !== null && facts.quota !== null ? Math.max(0, facts.quota - facts.usage) : null
  return storage
}
