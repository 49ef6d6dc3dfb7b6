import { expect, it } from 'vitest'
import { fit, MOST, moveTo, zoomBy, type Zoom } from './zoom'

const start = (): Zoom => ({ scale: 1, x: 50, y: 50 })

it('never shows a photo smaller than the window, nor beyond its limit', () => {
  const zoom = start()
  zoomBy(zoom, 0.5)
  expect(zoom.scale).toBe(1)
  for (let n = 0; n < 40; n++) zoomBy(zoom, 1.3)
  expect(zoom.scale).toBe(MOST)
})

it('keeps the looked-at place inside the picture and forgets it when the photo is fitted', () => {
  const zoom = start()
  moveTo(zoom, -20, 130)
  expect(zoom).toMatchObject({ x: 0, y: 100 })
  fit(zoom)
  expect(zoom).toEqual(start())
})
