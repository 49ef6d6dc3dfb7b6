import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'

const BACK_END = process.env.FIELDAPP_BACK_END ?? 'http://localhost:8000'

/** One workspace, two apps: `vite build --mode field` and `--mode console`. */
export default defineConfig(({ mode }) => {
  const app = mode === 'console' ? 'console' : 'field'
  return {
    root: `src/${app}`,
    base: `/${app}/`,
    publicDir: app === 'field' ? '../../public-field' : false,
    plugins: [vue(), ...(app === 'field' ? [installable()] : [])],
    // Every component of the phone is a <script setup>: it need not carry what serves the others.
    define: app === 'field' ? { __VUE_OPTIONS_API__: 'false' } : {},
    build: {
      outDir: `../../dist/${app}`,
      emptyOutDir: true,
      target: ['chrome87', 'safari16.4'],
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
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
      name: 'fieldapp 现场查勘',
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
