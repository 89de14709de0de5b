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
  console.log(`${what.padEnd(44)} median ${median.toFixed(1).padStart(7)} ms (${ratio(median)}), P95 ${p95.toFixed(1).padStart(7)} ms (${ratio(p95)})`)
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

/** Of a slider in a part of a lab, looked at without predicting: from the input event to the frame after the rough picture, and the exact one. */
async function labSlider(place, step) {
  const context = await browser.newContext({ serviceWorkers: 'block', viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  await page.goto(`${server.url}${place}`)
  await page.getByRole('button', { name: /^Look without predicting/ }).click({ timeout: patience })
  const isExact = () => document.querySelector('.state')?.textContent === 'Exact.'
  await page.waitForFunction(isExact, undefined, { timeout: patience })
  const times = await page.evaluate(async ([repeats, step]) => {
    const input = document.querySelector('.moves input[type=range]')
    const state = () => document.querySelector('.state').textContent
    const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))
    const becomes = (test) => new Promise((done) => {
      const look = () => test(state()) && (observer.disconnect(), painted().then(done))
      const observer = new MutationObserver(look)
      observer.observe(document.querySelector('.pictures'), { childList: true, subtree: true, characterData: true })
    })
    const at = input.valueAsNumber
    const times = { rough: [], exact: [] }
    for (let i = 0; i < repeats; ++i) {
      const rough = becomes((text) => /^Rough/.test(text))
      const begun = performance.now()
      input.value = String(at + (i + 1) * step) // never where it was: that is known
      input.dispatchEvent(new Event('input', { bubbles: true }))
      times.rough.push((await rough) - begun)
      times.exact.push((await (state() === 'Exact.' ? painted() : becomes((text) => text === 'Exact.'))) - begun)
      await new Promise((rest) => setTimeout(rest, 50))
    }
    return times
  }, [Math.min(repeats, 20), step])
  await context.close()
  return times
}

/** From the input event to the frame after the picture changed: rough and exact. */
async function slider() {
  const context = await browser.newContext({ serviceWorkers: 'block', viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  await page.goto(`${server.url}#/simulate?model=resnet-50&hardware=h100-sxm-80gb&batch=64&qps=10000`)
  await page.waitForFunction(() => /exact/.test(document.querySelector('.verdict')?.textContent ?? ''), undefined, { timeout: patience })
  const queries = await page.evaluate(() => Number(/all ([\d,]+) queries/.exec(document.querySelector('.verdict').textContent)[1].replaceAll(',', '')))
  assert.ok(Math.abs(queries - 100_000) < 2000, `${queries} queries`)
  return await page.evaluate(async (repeats) => {
    const input = document.querySelector('input[type=range]') // the arrival rate
    const verdict = () => document.querySelector('.verdict').textContent
    const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))
    const changed = (test) => new Promise((done) => {
      const look = () => test(verdict()) && (observer.disconnect(), painted().then(done))
      const observer = new MutationObserver(look)
      observer.observe(document.querySelector('.results'), { childList: true, subtree: true, characterData: true })
    })
    const at = input.valueAsNumber
    const times = { rough: [], exact: [] }
    for (let i = 0; i < repeats; ++i) {
      const rough = changed((text) => /Rough/.test(text))
      const begun = performance.now()
      input.value = String(at + (i % 2 ? 0 : 1)) // a rate 0.1 % higher, and back
      input.dispatchEvent(new Event('input', { bubbles: true }))
      const first = await rough
      const exact = await (/exact/.test(verdict()) ? painted() : changed((text) => /exact/.test(text)))
      times.rough.push(first - begun)
      times.exact.push(exact - begun)
      await new Promise((rest) => setTimeout(rest, 50))
    }
    return times
  }, repeats)
}

try {
  const load = () => loadavg()[0].toFixed(1)
  console.log(`${cpus().length} x ${cpus()[0].model.trim()}, Chromium ${browser.version()}, load ${load()} at the start`)
  for (const [name, place, picture] of [['Predict', '#/predict', '.mark'], ['Simulate', '#/simulate', '.bar.histogram']]) {
    const times = await cold(place, picture)
    report(`${name}, cold: the form`, times.form, 1000, 'of 1 s')
    report(`${name}, cold: the first picture`, times.picture, 1000, 'of 1 s')
  }
  const { rough, exact } = await slider()
  report('100,000 queries, slider to rough picture', rough, frame, 'frames')
  report('100,000 queries, slider to exact picture', exact, 1000, 'of 1 s')
  for (const [name, place, step] of [
    ['the tail, edge', '#/lab/performance-benchmarking/edge-guardian/tail', 0.01],
    ['the audit, cloud', '#/lab/performance-benchmarking/cloud-titan/audit', 6],
  ]) {
    const times = await labSlider(place, step)
    report(`Lab, ${name}: slider to rough picture`, times.rough, frame, 'frames')
    report(`Lab, ${name}: slider to exact picture`, times.exact, 1000, 'of 1 s')
  }
  console.log(`load ${load()} at the end`)
} finally {
  await browser.close()
  server.close()
}
