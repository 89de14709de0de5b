import { svelte } from '@sveltejs/vite-plugin-svelte'
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { defineConfig, type Plugin } from 'vite'

const here = import.meta.dirname
/** What `cmake --build --preset wasm --target ridgeline_browser ridgeline_browser_catalog` leaves. */
const engine = process.env.RIDGELINE_ENGINE ?? resolve(here, '../build/wasm/engine')

/** Fills in the list of files that sw.js keeps, and its version: a hash of them all. */
function offline(): Plugin {
  let folder = ''
  return {
    name: 'ridgeline-offline',
    apply: 'build',
    configResolved: (config) => void (folder = resolve(config.root, config.build.outDir)),
    closeBundle() {
      const files = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== 'sw.js')
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
        .sort()
      const hash = createHash('sha256')
      for (const file of files) hash.update(file).update(readFileSync(join(folder, file)))
      const worker = readFileSync(join(here, 'src/sw.js'), 'utf8')
        .replace('__VERSION__', hash.digest('hex').slice(0, 16))
        .replace("['__FILES__']", JSON.stringify(['./', ...files]))
      writeFileSync(join(folder, 'sw.js'), worker)
    },
  }
}

/** The pages are asked for with the document, and not once the script that starts the engine has run. */
function ahead(): Plugin {
  return {
    name: 'ridgeline-ahead',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_, { bundle }) =>
        Object.values(bundle ?? {})
          .filter((file) => file.type === 'chunk' && file.name === 'App')
          .map(({ fileName }) => ({ tag: 'link', attrs: { rel: 'modulepreload', href: `./${fileName}`, crossorigin: true }, injectTo: 'head' as const })),
    },
  }
}

export default defineConfig({
  root: here,
  base: './', // the folder works under any path
  plugins: [svelte(), ahead(), offline()],
  resolve: { alias: { '@engine': engine } },
  server: { fs: { allow: [here, engine] } },
  worker: { format: 'es' },
  build: { outDir: resolve(here, '../build/site-lab'), emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0 },
  test: { include: ['tests/unit/**/*.test.ts'], environment: 'node' },
} as Parameters<typeof defineConfig>[0])
