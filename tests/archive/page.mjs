// The checks of verify.html without a browser:
//   node page.mjs PAGE BUNDLE FINGERPRINT [TSA...]     a bundle
//   node page.mjs PAGE --stamps LIST [TSA...]          each of the tokens that the file LIST holds, one a line in base64
import { openAsBlob, readFileSync } from 'node:fs'

const [page, bundle, given, ...tsa] = process.argv.slice(2)
const html = readFileSync(page, 'utf8')
const script = html.slice(html.indexOf('<script>') + '<script>'.length, html.indexOf('</script>'))
const { check, signatureOf } = new Function(`${script}\nreturn { check, signatureOf }`)()
const tokens = () => readFileSync(given, 'utf8').split('\n').slice(0, -1).map((line) => Uint8Array.from(Buffer.from(line, 'base64')))
const stamps = () => Promise.all(tokens().map((token) => signatureOf(token, tsa)))
process.stdout.write(JSON.stringify(bundle === '--stamps' ? await stamps() : await check(await openAsBlob(bundle), given, tsa)))
