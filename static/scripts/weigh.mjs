// Says what a phone must fetch before it shows anything, and fails the build when that outgrows a slow site's network.
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { gzipSync } from 'node:zlib'

const APP = 'dist/field'
const MOST_BYTES = 120_000

const page = await readFile(join(APP, 'index.html'), 'utf8')
const first = [...page.matchAll(/(?:src|href)="\/field\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, file]) => file)
// Asked for at once by the page's own script, after it has looked at the browser.
const opening = (await readdir(join(APP, 'assets'))).filter((name) => /^opening-.*\.js$/.test(name)).map((name) => `assets/${name}`)
if (opening.length !== 1) throw new Error(`the opening script is not where it was: ${opening}`)
const needed = new Map()
for (const file of [...first, ...opening]) await weigh(file)

const scripts = [...needed].filter(([file]) => file.endsWith('.js'))
const total = scripts.reduce((sum, [, size]) => sum + size, 0)
for (const [file, size] of needed) console.log(`${String(size).padStart(8)}  ${file}`)
console.log(`${String(total).padStart(8)}  bytes of script, packed, before the phone shows anything (at most ${MOST_BYTES})`)
if (!scripts.length) throw new Error('no script found in the page')
if (total > MOST_BYTES) process.exitCode = 1

// A script waits for everything it imports by name; what it imports on demand does not hold it up.
async function weigh(file) {
  if (needed.has(file)) return
  const text = await readFile(join(APP, file))
  needed.set(file, gzipSync(text, { level: 9 }).length)
  if (!file.endsWith('.js')) return
  for (const [, , imported] of text.toString().matchAll(/(?:^|[;}\s])(import|export)\b[^;"'()]*["'](\.\.?\/[^"']+\.js)["']/g))
    await weigh(normalize(join(dirname(file), imported)))
}
