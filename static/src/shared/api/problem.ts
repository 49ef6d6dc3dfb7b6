/** The one shape in which the server says no, and what a caller sees when it cannot be reached. */
export interface Fault {
  where: string
  problem: string
  detail: string
}

export interface ProblemBody {
  problem: string
  status: number
  title: string
  detail: string
  where?: string | null
  errors?: Fault[]
  request_id?: string
}

export class Problem extends Error {
  constructor(readonly body: ProblemBody) {
    super(body.detail)
  }

  get status(): number {
    return this.body.status
  }
}

export class Unreachable extends Error {}

export async function problemOf(reply: Response): Promise<Problem> {
  const fallback = { problem: 'Unreadable', status: reply.status, title: '', detail: `服务器答复无法识别（${reply.status}），请稍后重试。` }
  try {
    const body: unknown = await reply.json()
    return new Problem({ ...fallback, ...(body as object) })
  } catch {
    return new Problem(fallback)
  }
}
