/** A hint of the seal chains: a person judges. */
import type { Schema } from '../../shared/api/client'

export type Notice = Schema<'Notice'>
