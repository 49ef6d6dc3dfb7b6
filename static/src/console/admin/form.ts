/** A form's life: sending it, and each fault of the reply beside the field that it names. */
import { reactive, ref } from 'vue'
import { send, type Address, type Path, type Told } from '../../shared/api/client'
import { Problem, type ProblemBody } from '../../shared/api/problem'
import { inWords } from '../load'

export function useForm() {
  const busy = ref(false)
  const failure = ref<string | null>(null)
  const problem = ref<ProblemBody | null>(null)
  const faults = reactive<Record<string, string>>({})

  /** Runs `deed`; true when it went through. What is wrong at a field stands in `faults`, the rest in `failure`. */
  async function submit(deed: () => Promise<unknown>): Promise<boolean> {
    busy.value = true
    failure.value = problem.value = null
    for (const where of Object.keys(faults)) delete faults[where]
    try {
      await deed()
      return true
    } catch (error) {
      failure.value = told(error)
      return false
    } finally {
      busy.value = false
    }
  }

  function told(error: unknown): string {
    if (!(error instanceof Problem)) return inWords(error)
    problem.value = error.body
    for (const fault of error.body.errors ?? []) faults[fault.where] ??= fault.detail
    return error.body.detail
  }

  return { busy, failure, problem, faults, submit }
}

export interface Tagged<T> {
  value: T
  etag: string
}

/** A thing with the version that If-Match wants back. */
export async function fetchTagged<P extends Path>(address: Address<P>): Promise<Tagged<Told<P, 'GET'>>> {
  const reply = await send(address)
  return { value: (await reply.json()) as Told<P, 'GET'>, etag: reply.headers.get('ETag') ?? '' }
}

/** The value, or null for a field left empty. */
export const orNull = (value: string) => value.trim() || null
