import { expect, it } from 'vitest'
import { niceLength, planOf, SHAPE } from './plan'

const site = { lon: 120, lat: 30, polygon: [[119.999, 29.999], [120.001, 29.999], [120.001, 30.001], [119.999, 30.001]] as [number, number][] }

it('shows a photo far away and the site on one plan, in true proportion', () => {
  const plan = planOf(site, [{ lon: 120.02, lat: 30, accuracy_m: 12, here: true }])
  const [x, y] = plan.fixes[0]!.at
  expect(x).toBeCloseTo(1928, -1)
  expect(y).toBeCloseTo(0)
  expect(plan.box.width / plan.box.height).toBeCloseTo(SHAPE)
  for (const [px, py] of [...plan.outline, plan.fixes[0]!.at]) {
    expect(px > plan.box.x && px < plan.box.x + plan.box.width).toBe(true)
    expect(py > plan.box.y && py < plan.box.y + plan.box.height).toBe(true)
  }
})

it('draws north upwards', () => {
  expect(planOf(site, [{ lon: 120, lat: 30.001, accuracy_m: 5, here: false }]).fixes[0]!.at[1]).toBeLessThan(0)
})

it.each([[120, 100], [49, 20], [700, 500]])('rules %i metres with a bar of %i', (metres, bar) => expect(niceLength(metres)).toBe(bar))
