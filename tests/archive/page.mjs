// The checks of verify.html without a browser:
//   node page.mjs PAGE BUNDLE FINGERPRINT [TSA...]   a bundle
//   node page.mjs PAGE --stamps LIST                 each stamp of LIST, JSON of [token in base64, fingerprint]
import { openAsBlob, readFileSync } from 'node:fs'

const [page, bundle, given, ...tsa] = process.argv.slice(2)
const html = readFileSync(page, 'utf8')
const script = html.slice(html.indexOf('<script>') + '<script>'.length, html.indexOf('</script>'))
const { check, signatureOf } = new Function(`${script}\nreturn { check, signatureOf }`)()
const stamp = ([token, trusted]) => signatureOf(Uint8Array.from(Buffer.from(token, 'base64')), [trusted])
const stamps = () => Promise.all(JSON.parse(readFileSync(given, 'utf8')).map(stamp))
process.stdout.write(JSON.stringify(bundle === '--stamps' ? await stamps() : await check(await openAsBlob(bundle), given, tsa)))
