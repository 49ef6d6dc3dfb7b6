/** From text to a tree. Twin of fieldapp/checklists/language/{tokens,syntax}.py; the grammar is docs/form-language.md. */
import { exact, LONGEST_MS, type Value } from './values'

export type Node =
  | { is: 'constant'; value: Value }
  | { is: 'name'; path: string }
  | { is: 'not'; part: Node }
  | { is: 'all' | 'some' | 'product'; parts: Node[] }
  | { is: 'compare'; op: string; left: Node; right: Node }
  | { is: 'among'; part: Node; values: Value[] }
  | { is: 'null'; part: Node }
  | { is: 'sum'; parts: Node[]; minus: boolean[] }

/** What stands at `at` is not what the language allows there. */
export class BadExpression extends Error {
  constructor(readonly at: number, what: string) {
    super(`position ${at}: ${what}`)
  }
}

interface Token {
  kind: 'number' | 'duration' | 'text' | 'name' | 'word' | 'sign' | 'end'
  text: string
  at: number
}

const LONGEST = 1000
const DEEPEST = 16
const KEYWORDS = new Set(['and', 'or', 'not', 'in', 'is', 'null', 'true', 'false'])
const COMPARISONS = ['=', '!=', '<', '<=', '>', '>=']
const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 }
// Longest first: `3h` is a duration and not the number 3, `<=` not `<`.
const TOKEN = new RegExp([
  '(?<space>[ \\t\\n]+)',
  '(?<duration>[0-9]{1,9}[mhd](?![a-z0-9_.]))',
  '(?<number>[0-9]{1,18}(?:\\.[0-9]{1,6})?(?![a-z0-9_.]))',
  "(?<text>'[^'\\n]*')",
  '(?<name>[a-z][a-z0-9_]*(?:\\.[a-z][a-z0-9_]*)*)',
  '(?<sign><=|>=|!=|[=<>+\\-*()\\[\\],])',
].join('|'), 'y')

const known = new Map<string, Node>()

/** Throws BadExpression. Published forms are proven: their expressions always parse. */
export function parse(source: string): Node {
  const before = known.get(source)
  if (before) return before
  const tree = new Parser(tokens(source)).whole()
  known.set(source, tree)
  return tree
}

function tokens(source: string): Token[] {
  if ([...source].length > LONGEST) throw new BadExpression(LONGEST, `an expression has at most ${LONGEST} characters`)
  const found: Token[] = []
  let at = 0
  while (at < source.length) {
    TOKEN.lastIndex = at
    const groups = TOKEN.exec(source)?.groups
    const hit = Object.entries(groups ?? {}).find(([, text]) => text !== undefined)
    if (!hit) throw new BadExpression(at, 'no number, name, quoted text or sign begins here')
    const [kind, text] = hit as [Token['kind'] | 'space', string]
    if (kind !== 'space') found.push({ kind: kind === 'name' && KEYWORDS.has(text) ? 'word' : kind, text, at })
    at += text.length
  }
  return [...found, { kind: 'end', text: '', at: source.length }]
}

class Parser {
  private at = 0
  private depth = 0

  constructor(private readonly given: Token[]) {}

  whole(): Node {
    const found = this.some()
    if (this.next.kind !== 'end') this.refuse('an operator or the end is expected here')
    return found
  }

  private some(): Node {
    const parts = [this.all()]
    while (this.take('word', 'or')) parts.push(this.all())
    return parts.length === 1 ? parts[0]! : { is: 'some', parts }
  }

  private all(): Node {
    const parts = [this.negated()]
    while (this.take('word', 'and')) parts.push(this.negated())
    return parts.length === 1 ? parts[0]! : { is: 'all', parts }
  }

  private negated(): Node {
    if (!this.take('word', 'not')) return this.comparison()
    return this.deeper(() => ({ is: 'not', part: this.negated() }))
  }

  private comparison(): Node {
    const left = this.sum()
    if (this.take('word', 'in')) return { is: 'among', part: left, values: this.listed() }
    if (this.take('word', 'is')) return this.nullness(left)
    const op = COMPARISONS.find(each => this.take('sign', each))
    return op ? { is: 'compare', op, left, right: this.sum() } : left
  }

  private nullness(part: Node): Node {
    const denied = this.take('word', 'not')
    if (!this.take('word', 'null')) this.refuse('null is expected here')
    return denied ? { is: 'not', part: { is: 'null', part } } : { is: 'null', part }
  }

  private sum(): Node {
    const parts = [this.product()]
    const minus = [false]
    while (this.next.kind === 'sign' && (this.next.text === '+' || this.next.text === '-')) {
      minus.push(this.next.text === '-')
      this.at += 1
      parts.push(this.product())
    }
    return parts.length === 1 ? parts[0]! : { is: 'sum', parts, minus }
  }

  private product(): Node {
    const parts = [this.signed()]
    while (this.take('sign', '*')) parts.push(this.signed())
    return parts.length === 1 ? parts[0]! : { is: 'product', parts }
  }

  private signed(): Node {
    if (!this.take('sign', '-')) return this.term()
    return this.deeper(() => ({ is: 'sum', parts: [this.signed()], minus: [true] }))
  }

  private term(): Node {
    if (this.take('sign', '(')) {
      const found = this.deeper(() => this.some())
      if (!this.take('sign', ')')) this.refuse('a closing bracket is expected here')
      return found
    }
    const token = this.next
    if (token.kind !== 'name') return { is: 'constant', value: this.constant() }
    this.at += 1
    return { is: 'name', path: token.text }
  }

  private listed(): Value[] {
    if (!this.take('sign', '[')) this.refuse('a list in square brackets is expected here')
    const values = [this.constant()]
    while (this.take('sign', ',')) values.push(this.constant())
    if (!this.take('sign', ']')) this.refuse('a comma or a closing square bracket is expected here')
    return values
  }

  private constant(): Value {
    const value = constantOf(this.next)
    if (value === null) this.refuse('a value is expected here')
    this.at += 1
    return value
  }

  private get next(): Token {
    return this.given[this.at]!
  }

  private take(kind: Token['kind'], text: string): boolean {
    const taken = this.next.kind === kind && this.next.text === text
    if (taken) this.at += 1
    return taken
  }

  private deeper<T>(inside: () => T): T {
    this.depth += 1
    if (this.depth > DEEPEST) throw new BadExpression(this.given[this.at - 1]!.at, `nested deeper than ${DEEPEST}`)
    const found = inside()
    this.depth -= 1
    return found
  }

  private refuse(what: string): never {
    throw new BadExpression(this.next.at, what)
  }
}

function constantOf({ kind, text, at }: Token): Value {
  if (kind === 'number') return exact(text)
  if (kind === 'text') return text.slice(1, -1)
  if (kind === 'word' && (text === 'true' || text === 'false')) return text === 'true'
  return kind === 'duration' ? durationOf(text, at) : null
}

function durationOf(text: string, at: number): Value {
  const ms = Number(text.slice(0, -1)) * UNITS[text.at(-1)!]!
  if (ms > LONGEST_MS) throw new BadExpression(at, 'a duration is at most 36525 days')
  return { kind: 'duration', ms }
}
