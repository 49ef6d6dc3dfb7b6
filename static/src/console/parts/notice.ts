/** A hint of the seal chains: a person judges. */
export interface Notice {
  code: string
  severity: 'high' | 'medium' | 'low'
  sentence: string
}
