/** What an expression gives; never throws. Three-valued. Twin of fieldapp/checklists/language/evaluating.py. */
import type { Node } from './syntax'
import { compare, minus, negative, plus, times, type Value } from './values'

export type Lookup = (name: string) => Value

export function evaluate(node: Node, lookup: Lookup): Value {
  switch (node.is) {
    case 'constant': return node.value
    case 'name': return lookup(node.path)
    case 'not': return denied(truth(evaluate(node.part, lookup)))
    case 'all': return settled(node.parts.map(part => truth(evaluate(part, lookup))), false)
    case 'some': return settled(node.parts.map(part => truth(evaluate(part, lookup))), true)
    case 'compare': return compare(node.op, evaluate(node.left, lookup), evaluate(node.right, lookup))
    case 'among': return among(evaluate(node.part, lookup), node.values)
    case 'null': return evaluate(node.part, lookup) === null
    case 'product': return node.parts.map(part => evaluate(part, lookup)).reduce(times)
    case 'sum': return sum(node.parts.map(part => evaluate(part, lookup)), node.minus)
  }
}

/** `by` in one place settles it; else what is not known stays so. */
function settled(said: (boolean | null)[], by: boolean): boolean | null {
  if (said.includes(by)) return by
  return said.includes(null) ? null : !by
}

function truth(value: Value): boolean | null {
  return typeof value === 'boolean' ? value : null
}

function denied(said: boolean | null): boolean | null {
  return said === null ? null : !said
}

function among(value: Value, values: Value[]): boolean | null {
  return settled(values.map(each => compare('=', value, each)), true)
}

function sum([first, ...rest]: Value[], [taken, ...minuses]: boolean[]): Value {
  return rest.reduce((total, value, n) => (minuses[n] ? minus(total, value) : plus(total, value)), taken ? negative(first!) : first!)
}
