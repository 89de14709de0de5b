// The workbench in Chromium: how long from nothing to the first picture, and from a slider to what it changes, in a run of
// 100,000 queries. As ratios against one second and one frame: the machine's load is in them, and is printed.
//
//   node web_latency.mjs SITE      (REPEATS=50, LOADS=10, CHROMIUM=path)
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { cpus, loadavg } from 'node:os'
import { resolve } from 'node:path'
import { serve } from '../web/tests/walk/site.mjs'

const { chromium } = createRequire(resolve(import.meta.dirname, '../web/package.json'))('playwright-core')
const [repeats, loads] = [Number(process.env.REPEATS ?? 50), Number(process.env.LOADS ?? 10)]
const patience = 120_000
const frame = 1000 / 60
const server = await serve(resolve(process.argv[2]))
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })

/** Linear between order statistics. */
function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (sorted.length - 1) * q
  return sorted[Math.floor(at)] + (at % 1) * (sorted[Math.ceil(at)] - sorted[Math.floor(at)])
}
function report(what, values, against, name) {
  const [median, p95] = [quantile(values, 0.5), quantile(values, 0.95)]
  const ratio = (x) => `${(x / against).toFixed(2)} ${name}`
  console.log(`${what.padEnd(48)} median ${median.toFixed(1).padStart(7)} ms (${ratio(median)}), P95 ${p95.toFixed(1).padStart(7)} ms (${ratio(p95)})`)
}

/** In the page: when there was first one of each selector, and the frame after it was drawn, in ms since the navigation began. */
const watch = (selectors) => {
  globalThis.seen = {}
  const look = () => {
    for (const selector of selectors) {
      if (!(selector in seen) && document.querySelector(selector)) {
        seen[selector] = 0
        requestAnimationFrame(() => setTimeout(() => (seen[selector] = performance.now())))
      }
    }
  }
  new MutationObserver(look).observe(document, { childList: true, subtree: true })
}

/** Each in a context of its own: no cache, no service worker, no compiled code kept. */
async function cold(place, picture) {
  const times = { form: [], picture: [] }
  for (let i = 0; i < loads; ++i) {
    const context = await browser.newContext({ serviceWorkers: 'block' })
    const page = await context.newPage()
    await page.addInitScript(watch, ['.controls', picture])
    await page.goto(`${server.url}${place}`)
    await page.waitForFunction((s) => seen[s] > 0, picture, { timeout: patience })
    const seen = await page.evaluate(() => globalThis.seen)
    times.form.push(seen['.controls'])
    times.picture.push(seen[picture])
    await context.close()
  }
  return times
}

/**
 * From the input event to the change of the picture: the first and the exact, in ms, and how many frames later the first is
 * drawn. The event comes where browsers send a pointer's: at the start of a frame, before it is drawn. `said` says which
 * picture it is; the slider takes the values of `places`, one after the other.
 */
async function slide(page, { input: slider, said, places }) {
  return await page.evaluate(async ([slider, said, places]) => {
    const input = document.querySelector(slider)
    const text = () => document.querySelector(said).textContent
    const nextFrame = () => new Promise((begun) => requestAnimationFrame(begun))
    const changed = (test) => new Promise((done) => {
      const look = () => test(text()) && (observer.disconnect(), done(performance.now()))
      const observer = new MutationObserver(look)
      observer.observe(document.querySelector('main') ?? document.body, { childList: true, subtree: true, characterData: true })
    })
    const isRough = (text) => /^Rough/.test(text.trim())
    const isExact = (text) => /exact\b/i.test(text) && !isRough(text)
    const times = { first: [], exact: [], frames: [] }
    for (const place of places) {
      let frames = 0
      let counting = true
      await nextFrame()
      const count = () => counting && (++frames, requestAnimationFrame(count))
      requestAnimationFrame(count)
      // Where the exact one takes no longer than a rough one may, it is the first.
      let left = false
      const isFirst = (text) => ((left ||= !isExact(text)), isRough(text) || (left && isExact(text)))
      const first = changed(isFirst).then((when) => ((counting = false), when))
      const begun = performance.now()
      input.value = String(place)
      input.dispatchEvent(new Event('input', { bubbles: true }))
      const shown = await first
      const exact = isExact(text()) ? shown : await changed(isExact)
      times.first.push(shown - begun)
      times.exact.push(exact - begun)
      times.frames.push(frames + 1) // it is drawn at the end of the frame that follows those counted
      await new Promise((rest) => setTimeout(rest, 50))
    }
    return times
  }, [slider, said, places])
}

async function opened(place, isReady) {
  const context = await browser.newContext({ serviceWorkers: 'block', viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  await page.goto(`${server.url}${place}`)
  if (place.startsWith('#/lab')) await page.getByRole('button', { name: /^Look without predicting/ }).click({ timeout: patience })
  await page.waitForFunction(isReady, undefined, { timeout: patience })
  return page
}

async function manyQueries() {
  const page = await opened('#/simulate?model=resnet-50&hardware=h100-sxm-80gb&batch=64&qps=10000', () => /exact/.test(document.querySelector('.verdict')?.textContent ?? ''))
  const queries = await page.evaluate(() => Number(/all ([\d,]+) queries/.exec(document.querySelector('.verdict').textContent)[1].replaceAll(',', '')))
  assert.ok(Math.abs(queries - 100_000) < 2000, `${queries} queries`)
  const input = 'input[type=range]' // the arrival rate
  const at = await page.locator(input).first().evaluate((slider) => slider.valueAsNumber)
  // A rate 0.1 % higher, and back.
  return slide(page, { input, said: '.verdict', places: Array.from({ length: repeats }, (_, i) => at + (i % 2 ? 0 : 1)) })
}

/** The first slider of a part, up by `step` each time: the page knows what it has just shown. */
async function labPart(place, step) {
  const page = await opened(place, () => document.querySelector('.state')?.textContent === 'Exact.')
  const input = '.moves input[type=range]'
  const at = await page.locator(input).first().evaluate((slider) => slider.valueAsNumber)
  return slide(page, { input, said: '.state', places: Array.from({ length: Math.min(repeats, 20) }, (_, i) => at + (i + 1) * step) })
}

try {
  const load = () => loadavg()[0].toFixed(1)
  console.log(`${cpus().length} x ${cpus()[0].model.trim()}, Chromium ${browser.version()}, load ${load()} at the start`)
  for (const [name, place, picture] of [['Predict', '#/predict', '.mark'], ['Simulate', '#/simulate', '.bar.histogram']]) {
    const times = await cold(place, picture)
    report(`${name}, cold: the form`, times.form, 1000, 'of 1 s')
    report(`${name}, cold: the first picture`, times.picture, 1000, 'of 1 s')
  }
  for (const [name, measured] of [
    ['100,000 queries', manyQueries],
    ['lab, the tail (edge)', () => labPart('#/lab/performance-benchmarking/edge-guardian/tail', 0.01)],
    ['lab, the audit (cloud)', () => labPart('#/lab/performance-benchmarking/cloud-titan/audit', 6)],
  ]) {
    const { first, exact, frames } = await measured()
    report(`${name}, slider to first picture`, first, frame, 'of a frame')
    const next = frames.filter((n) => n <= 1).length
    console.log(`${'  drawn by the frame after'.padEnd(48)} ${next} of ${frames.length}; the latest ${Math.max(...frames)} frames after`)
    report(`${name}, slider to exact picture`, exact, 1000, 'of 1 s')
  }
  console.log(`load ${load()} at the end`)
} finally {
  await browser.close()
  server.close()
}
