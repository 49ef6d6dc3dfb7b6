import vue from '@vitejs/plugin-vue'
import { resolve } from 'node:path'
import { defineConfig, type Plugin } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'

const BACK_END = process.env.FIELDAPP_BACK_END ?? 'http://localhost:8000'

/** One workspace, two apps: `vite build --mode field` and `--mode console`. */
export default defineConfig(({ mode }) => {
  const app = mode === 'console' ? 'console' : 'field'
  return {
    root: `src/${app}`,
    base: `/${app}/`,
    publicDir: app === 'field' ? '../../public-field' : false,
    plugins: [vue(), ...(app === 'field' ? [earlyAsked(), installable()] : [])],
    // Every component of the phone is a <script setup>: it need not carry what serves the others.
    define: app === 'field' ? { __VUE_OPTIONS_API__: 'false' } : {},
    build: {
      outDir: `../../dist/${app}`,
      emptyOutDir: true,
      target: ['chrome87', 'safari16.4'],
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      ...(app === 'field' ? { rolldownOptions: { output: { codeSplitting: { groups: IN_FEW_FILES } } } } : {}),
    },
    server: { proxy: { '/api': BACK_END, '/uploads': BACK_END, '/files': BACK_END } },
    test: { root: '.', include: ['src/**/*.test.ts'], environment: 'node' },
  }
})

function installable() {
  return VitePWA({
    strategies: 'injectManifest',
    srcDir: '.',
    filename: 'sw.ts',
    injectRegister: false,
    manifest: {
      id: '/field/',
      name: 'fieldapp 现场勘查',
      short_name: 'fieldapp',
      lang: 'zh-CN',
      start_url: '/field/',
      scope: '/field/',
      display: 'standalone',
      orientation: 'any',
      background_color: '#f4f6f8',
      theme_color: '#ffffff',
      icons: [
        { src: 'icons/icon-192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
        { src: 'icons/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
        { src: 'icons/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
      ],
    },
    injectManifest: { globPatterns: ['**/*.{js,css,html,svg,png,webmanifest,woff2}'] },
  })
}

type Graph = { getModuleInfo(id: string): { importedIds: readonly string[] } | null }

/**
 * Left to itself the first screen comes in thirty pieces, each a request: here in two. The first runs in any browser
 * and says so where it cannot be used, so nothing of the second may be needed for that.
 */
const IN_FEW_FILES = [
  { name: allOf('shell', 'src/field/main.ts', 'src/field/screens/WrongBrowser.vue'), priority: 2 },
  { name: allOf('first', 'src/field/opening.ts'), priority: 1 },
]

function allOf(name: string, ...entries: string[]): (id: string, graph: Graph) => string | null {
  const roots = entries.map(entry => resolve(import.meta.dirname, entry))
  let needed: Set<string> | undefined
  return (id, graph) => {
    needed ??= neededBy(roots, graph)
    return !roots.includes(id) && needed.has(id) ? name : null
  }
}

function neededBy(roots: readonly string[], graph: Graph): Set<string> {
  const found = new Set(roots)
  for (const id of found) for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) found.add(imported)
  return found
}

/** The page asks for everything the first screen needs at once, although its script looks at the browser before it runs it. */
function earlyAsked(): Plugin {
  return {
    name: 'early-asked',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {} }) {
        const chunks = Object.values(bundle).flatMap(one => (one.type === 'chunk' ? [one] : []))
        const opening = chunks.filter(({ name }) => ['opening', 'SignIn'].includes(name))
        const files = [...new Set(opening.flatMap(({ fileName, imports }) => [fileName, ...imports]))]
        return files.filter(file => !html.includes(file)).map(file => (
          { tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: `/field/${file}` }, injectTo: 'head' as const }))
      },
    },
  }
}
