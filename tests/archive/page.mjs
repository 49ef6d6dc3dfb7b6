// The check of verify.html without a browser: node page.mjs PAGE BUNDLE FINGERPRINT
import { openAsBlob, readFileSync } from 'node:fs'

const [page, bundle, trust] = process.argv.slice(2)
const html = readFileSync(page, 'utf8')
const script = html.slice(html.indexOf('<script>') + '<script>'.length, html.indexOf('</script>'))
const check = new Function(`${script}\nreturn check`)()
process.stdout.write(JSON.stringify(await check(await openAsBlob(bundle), trust)))
