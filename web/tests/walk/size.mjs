// What the first visit loads, gzipped, stays below 1.5 MB.
//
//   node size.mjs SITE
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const [site] = process.argv.slice(2)
const limit = 1.5e6
const sizes = readdirSync(site, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .map((path) => ({ path, size: gzipSync(readFileSync(path), { level: 9 }).length }))
const total = sizes.reduce((sum, { size }) => sum + size, 0)
for (const { path, size } of sizes) console.log(`${String(size).padStart(9)}  ${path}`)
console.log(`${String(total).padStart(9)}  gzipped, of at most ${limit}`)
process.exit(total <= limit ? 0 : 1)
