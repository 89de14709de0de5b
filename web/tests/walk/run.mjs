// Walks the built pages in Chromium as a person would, at two widths: what is drawn, not that a function ran.
//
//   node run.mjs SITE NATIVE_PROGRAM     (SHOTS=folder keeps screenshots, CHROMIUM=path chooses a browser)
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { chromium } from 'playwright-core'
import { walkLabs } from './lab.mjs'
import { walkMaking } from './make.mjs'
import { serve } from './site.mjs'

const [site, native] = process.argv.slice(2).map((p) => resolve(p))
const shots = process.env.SHOTS && resolve(process.env.SHOTS)
if (shots) mkdirSync(shots, { recursive: true })
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const patience = 60_000
const root = resolve(import.meta.dirname, '../../..')

const server = await serve(site)
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'],
})

async function nothingSerious(page, where) {
  await page.evaluate(axeSource)
  const found = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }))
  const bad = found.violations.filter((v) => ['serious', 'critical'].includes(v.impact))
  assert.deepEqual(bad.map((v) => `${v.id}: ${v.nodes.map((n) => n.target + ' ' + n.failureSummary).slice(0, 3).join(' | ')}`), [], `axe on ${where}`)
}

async function fits(page, where) {
  const [needs, has] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
  assert.ok(needs <= has, `${where}: the page is ${needs} px wide in ${has}`)
  // Everything drawn in a chart lies inside it.
  const out = await page.$$eval('figure.chart svg', (charts) => charts.flatMap((svg) => {
    const frame = svg.getBoundingClientRect()
    return [...svg.querySelectorAll('text, rect, circle')].filter((e) => {
      const box = e.getBoundingClientRect()
      return box.left < frame.left - 2 || box.right > frame.right + 2 || box.top < frame.top - 2 || box.bottom > frame.bottom + 2
    }).map((e) => e.textContent || e.outerHTML.slice(0, 80))
  }))
  assert.deepEqual(out, [], `${where}: drawn outside of its chart`)
}

const figure = (page, name) => page.locator('.figure', { has: page.locator('dt', { hasText: name }) }).locator('dd').first()
async function becomes(page, what, check, where) {
  const end = Date.now() + patience
  for (;;) {
    const text = await what()
    if (check(text)) return text
    assert.ok(Date.now() < end, `${where}: still ${JSON.stringify(text)}`)
    await page.waitForTimeout(50)
  }
}
async function download(page, button) {
  const [file] = await Promise.all([page.waitForEvent('download'), button.click()])
  return readFileSync(await file.path())
}
/** Every number says what kind of number it is: under the pointer, with the focus, and no longer after Escape. */
async function sourced(page, where) {
  const numbers = page.locator('.results .number')
  const kinds = /^(measured|simulated|fitted|assumed|counted|datasheet)\. [A-Z]/
  const tip = page.locator('.tip:visible')
  assert.ok((await numbers.count()) >= 4, `${where}: numbers`)
  assert.equal(await numbers.count(), await page.locator('.results .figure dd').count() + await page.locator('.results .line .number').count(), `${where}: each is one`)
  for (const number of await numbers.all()) {
    await number.focus()
    assert.match(await tip.innerText(), kinds, where)
    await fits(page, `${where}, a number explained`)
    await page.keyboard.press('Escape')
    assert.equal(await tip.count(), 0, `${where}: Escape`)
  }
  await page.mouse.move(0, 0)
  await page.evaluate(() => document.activeElement.blur())
  await numbers.first().hover()
  await tip.waitFor()
  await nothingSerious(page, `${where}, a number explained`)
  await page.mouse.move(0, 0)
  await tip.waitFor({ state: 'detached' })
}
const shot = (page, name) => shots && page.screenshot({ path: join(shots, `${name}.png`), fullPage: true })

const threeDigits = (seconds) => (seconds < 1 ? `${(seconds * 1000).toPrecision(3)} ms` : `${seconds.toPrecision(3)} s`)

async function predict(page, name) {
  await page.goto(`${server.url}#/predict`)
  await page.locator('.mark').first().waitFor({ timeout: patience })
  assert.ok((await page.locator('.mark').count()) >= 5, 'operators on the roofline')
  assert.match(await page.locator('.verdict').innerText(), /Memory Bound/)
  await fits(page, `${name} predict`)
  await nothingSerious(page, `${name} predict`)
  await shot(page, `${name}-predict`)

  // The document behind the chart is the terminal's, byte for byte.
  const json = await download(page, page.getByRole('button', { name: 'JSON' }).first())
  const there = execFileSync(native, ['predict', 'llama-3-8b', 'h100-sxm-80gb', '--json'], { env: { ...process.env, XDG_DATA_HOME: '/nowhere' } })
  assert.ok(json.equals(there), 'the same document as the native program')
  const picture = await download(page, page.getByRole('button', { name: 'SVG' }).first())
  assert.match(picture.toString(), /^<svg[\s\S]*ffn_up/)
  const png = await download(page, page.getByRole('button', { name: 'PNG' }).first())
  assert.equal(png.subarray(1, 4).toString(), 'PNG')

  // By keyboard alone: the batch grows until the pass is bound by compute, and shrinks again.
  const latency = await figure(page, 'Latency').innerText()
  await page.getByLabel('Batch, slider').focus()
  await page.keyboard.press('End')
  await becomes(page, () => page.locator('.verdict').innerText(), (t) => /Compute Bound/.test(t), 'batch 1024')
  await page.waitForURL(/#\/predict\?batch=1024$/, { timeout: patience })
  await page.reload()
  await becomes(page, () => page.locator('.verdict').innerText().catch(() => ''), (t) => /Compute Bound/.test(t), 'after a reload')
  await page.getByLabel('Batch, slider').focus()
  await page.keyboard.press('Home')
  await becomes(page, () => figure(page, 'Latency').innerText(), (t) => t === latency, 'batch 1 again')

  // What does not fit says so, and what would be right.
  await page.getByRole('combobox', { name: 'Model' }).selectOption('llama-3.1-70b')
  await becomes(page, () => page.locator('.verdict').innerText(), (t) => /Does not fit: it needs 141 GB of 80.0 GB/.test(t), '70B on one device')
  // What the engine refuses is said in its words.
  await page.getByRole('combobox', { name: 'Hardware' }).selectOption('l4')
  await page.getByText('Deployment', { exact: true }).click().catch(() => {})
  await page.getByRole('combobox', { name: 'Precision' }).selectOption('int4')
  await becomes(page, () => page.locator('.message.bad, .verdict').first().innerText(), (t) => t.length > 0, 'int4 on an L4')
  await page.getByRole('button', { name: 'Reset' }).click()
  await becomes(page, () => figure(page, 'Latency').innerText(), (t) => t === latency, 'reset')
  await page.getByRole('button', { name: 'Table' }).first().click()
  assert.ok((await page.locator('figure.chart table tbody tr').count()) >= 12, 'a row an operator')
  await nothingSerious(page, `${name} predict, tables`)
  await page.getByRole('button', { name: 'Table' }).first().click()
  await sourced(page, `${name} predict`)

  // A serving point: TTFT and TPOT are the native program's, and the pictures those of one decode pass.
  await page.getByLabel('a serving point').check()
  await becomes(page, () => figure(page, 'TTFT').innerText().catch(() => ''), (t) => /ms/.test(t), `${name} serving point`)
  await page.waitForURL(/users=64/, { timeout: patience })
  const command = ['predict', 'llama-3-8b', 'h100-sxm-80gb', '--concurrency', '64']
  const served = JSON.parse(execFileSync(native, [...command, '--json'], { env: { ...process.env, XDG_DATA_HOME: '/nowhere' } }))
  assert.ok((await figure(page, 'TTFT').innerText()).startsWith(threeDigits(served.ttft.seconds)))
  assert.ok((await figure(page, 'TPOT').innerText()).startsWith(threeDigits(served.tpot.seconds)))
  assert.equal(await page.locator('.results .command code').innerText(), `ridgeline ${command.join(' ')}`)
  assert.ok((await page.locator('.mark').count()) >= 5, 'operators of a decode pass')
  await sourced(page, `${name} serving point`)
  await fits(page, `${name} serving point`)
  await nothingSerious(page, `${name} serving point`)
  await shot(page, `${name}-predict-serving`)
  await page.getByLabel('one pass').check()
  await becomes(page, () => figure(page, 'Latency').innerText().catch(() => ''), (t) => t === latency, 'one pass again')
}

async function simulate(page, name) {
  await page.getByRole('link', { name: 'Simulate' }).click()
  const exact = (queries) => becomes(page, () => page.locator('.verdict').innerText().catch(() => ''), (t) => queries.test(t), `${name} simulate`)
  await exact(/VALID, exact: all 7,963 queries/)
  assert.ok((await page.locator('.bar.histogram').count()) >= 20, 'bars of the histogram')
  assert.equal(await page.locator('.percentile').count(), 4)
  await fits(page, `${name} simulate`)
  await nothingSerious(page, `${name} simulate`)
  await shot(page, `${name}-simulate`)
  assert.match(await figure(page, 'P99').innerText(), /2.85 ms.*\[2.76 ms, 3.01 ms\]/s)
  await page.getByRole('button', { name: 'Keep as run A' }).click()
  await page.getByText('Kept as run A').waitFor({ timeout: patience })

  // The failure can be reached, says why, and can be undone.
  const rate = page.getByLabel('Arrival rate, queries/s')
  await rate.fill('9000')
  await exact(/INVALID/)
  assert.match(await page.locator('.reason').first().innerText(), /latency|limit|15/i)
  await shot(page, `${name}-simulate-overload`)
  await rate.fill('900')
  await exact(/VALID, exact: all 8,\d\d\d queries|VALID, exact: all 9,\d\d\d queries/)
  await page.getByLabel('logarithmic counts').check()
  await page.getByLabel('logarithmic latency').check()
  await fits(page, `${name} simulate, logarithmic`)
  await shot(page, `${name}-simulate-log`)
  await page.getByRole('button', { name: 'Keep as run B' }).click()
  await page.getByText('Kept as run B').waitFor({ timeout: patience })
  await sourced(page, `${name} simulate`)
  const kept = page.url()

  // A policy: at 100 queries/s a batch of 64 would wait long to be full, and does not beyond 5 ms.
  await page.goto(`${server.url}#/simulate?qps=100&batch=64&wait=5`)
  await exact(/VALID, exact/)
  const waits = async () => parseFloat(await figure(page, 'P50').innerText())
  const bounded = await waits()
  await page.getByLabel('Longest wait for a full batch, ms').fill('10')
  await becomes(page, waits, (t) => t > bounded, `${name}: a longer wait is a longer latency`)

  // A run of minutes keeps nothing waiting: rough answers come, and it can be stopped.
  const seconds = page.getByLabel('Least duration, s')
  await seconds.fill('400000')
  const rough = (test) => becomes(page, async () => [await page.locator('.verdict').innerText(), await figure(page, 'P50').innerText()], ([v, t]) => /Rough/.test(v) && test(t), `${name}: rough beside a long run`)
  const [, before] = await rough(() => true)
  await page.getByLabel('Noise, sigma', { exact: true }).fill('0.6')
  await rough((t) => t !== before)
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByText('stopped').waitFor({ timeout: patience })
  await seconds.fill('2')
  await exact(/VALID, exact/)
  await page.goto(kept)
  await exact(/VALID, exact: all [89],\d\d\d queries/)
}

async function compare(page, name) {
  await page.getByRole('link', { name: 'Compare' }).click()
  await becomes(page, () => page.locator('.results .verdict').innerText().catch(() => ''), (t) => /1.35×/.test(t), `${name} compare`)
  assert.ok((await page.locator('svg .bar').count()) >= 3, 'A, a part, B')
  await fits(page, `${name} compare`)
  await nothingSerious(page, `${name} compare`)
  await shot(page, `${name}-compare`)
  await page.getByLabel('runs').check()
  await becomes(page, () => page.locator('.prose').innerText().catch(() => ''), (t) => /P99 is .* higher in B/.test(t), `${name} two runs`)
  await fits(page, `${name} two runs`)
  await nothingSerious(page, `${name} two runs`)
  await shot(page, `${name}-compare-runs`)

  // Two predictions that a terminal made, dropped in; then a run beside one, which the engine refuses in its own words.
  const printed = (...words) => execFileSync(native, [...words, '--json'], { env: { ...process.env, XDG_DATA_HOME: '/nowhere' } })
  const drop = (side, buffer) => page.getByLabel(`${side}: drop a file`).setInputFiles({ name: `${side}.json`, mimeType: 'application/json', buffer })
  const [a, b] = ['t4', 'l4'].map((device) => printed('predict', 'bert-base', device))
  const times = JSON.parse(a).latency_seconds / JSON.parse(b).latency_seconds
  await drop('A', a)
  await drop('B', b)
  await becomes(page, () => page.locator('.results .verdict').innerText().catch(() => ''), (t) => t.startsWith(`${times.toPrecision(3)}×`), `${name}: two predictions`)
  await nothingSerious(page, `${name} two predictions`)
  await shot(page, `${name}-compare-predictions`)
  await drop('B', printed('simulate', 'bert-base', 'l4', '--scenario', 'single-stream', '--duration', '1s'))
  await page.getByText('file B: no prediction, as the other is').waitFor({ timeout: patience })
}

/** Draws a rectangle with a pointer, from the corner by way of one place to another, shares of the ground; the address's ranges. */
async function brush(page, ...places) {
  const ground = await page.locator('.brush-ground').boundingBox()
  await page.mouse.move(ground.x + 2, ground.y + 2)
  await page.mouse.down()
  for (const [x, y] of places) await page.mouse.move(ground.x + ground.width * x, ground.y + ground.height * y)
  await page.mouse.up()
  await page.waitForURL(/xr=.*yr=/)
  const query = new URLSearchParams(page.url().split('?')[1])
  return ['xr', 'yr'].map((key) => query.get(key).split('..').map(Number))
}

async function explore(page, name) {
  await page.getByRole('link', { name: 'Explore' }).click()
  const selected = (n, of) => page.getByRole('heading', { name: `Within the brush: ${n} of ${of}` }).waitFor({ timeout: patience })
  // The studies that come with the page are the engine's of today.
  const studyOf = (file) => execFileSync(native, ['explore', resolve(root, `examples/studies/${file}.yaml`), '--json'], { env: { ...process.env, XDG_DATA_HOME: '/nowhere' } })
  await page.locator('.design').first().waitFor({ timeout: patience })
  for (const file of ['llama-70b', 'pass-bandwidth']) {
    await page.getByRole('combobox', { name: 'Study' }).selectOption(file)
    await page.getByRole('heading', { name: file === 'llama-70b' ? 'llama-3.1-70b' : 'llama-3.1-8b', exact: true }).waitFor({ timeout: patience })
    const json = await download(page, page.getByRole('group', { name: 'Designs' }).getByRole('button', { name: 'JSON' }))
    assert.ok(json.equals(studyOf(file)), `stale: ridgeline explore examples/studies/${file}.yaml --json > web/src/examples/${file}.json`)
  }
  await page.getByRole('combobox', { name: 'Study' }).selectOption('llama-70b')
  const study = JSON.parse(studyOf('llama-70b'))
  const all = new Set([...study.front, ...study.top].map((p) => p.index)).size
  await selected(all, all)
  assert.equal(await page.locator('.design:not(.dominated)').count(), study.front.length)
  assert.equal(await page.locator('.course').count(), all, 'a line for each design')
  // Every point is accounted for.
  const counted = (await page.locator('.counts td').allInnerTexts()).map((t) => Number(t.replaceAll(',', '')))
  assert.equal(counted.reduce((a, b) => a + b), study.points)
  assert.match(await page.locator('.costs').innerText(), /memory < 75GB costs most[\s\S]*27.8 % better/)
  await fits(page, `${name} explore`)
  await nothingSerious(page, `${name} explore`)
  await shot(page, `${name}-explore`)

  // Drawn with a pointer: what lies inside the rectangle, by the document's own numbers and the address's.
  const [xr, yr] = await brush(page, [0.3, 0.4], [0.5, 0.5])
  const within = study.front.concat(study.top).filter(({ metrics: m }) => m.tokens_per_device >= xr[0] && m.tokens_per_device <= xr[1] && m.tokens_per_user >= yr[0] && m.tokens_per_user <= yr[1])
  const inside = new Set(within.map((p) => p.index)).size
  assert.ok(inside > 0 && inside < all, 'a part of the designs')
  await selected(inside, all)
  assert.equal(await page.locator('.design.out').count(), all - inside, 'the others are pale')
  assert.equal(await page.locator('.course.out').count(), all - inside, 'and so are their lines')
  await shot(page, `${name}-explore-brushed`)
  await page.reload()
  await selected(inside, all)

  // By keyboard: the rectangle undone, a range typed, a design chosen, and its pass opened.
  await page.getByRole('button', { name: 'Select all again' }).press('Enter')
  await selected(all, all)
  await page.getByLabel('tokens_per_user from').fill('60')
  const fast = new Set(study.front.concat(study.top).filter((p) => p.metrics.tokens_per_user >= 60).map((p) => p.index))
  await selected(fast.size, all)
  const pick = study.front.find((p) => fast.has(p.index))
  await page.getByRole('button', { name: `Point ${pick.index}`, exact: true }).press('Enter')
  await page.getByRole('heading', { name: `Point ${pick.index}`, exact: true }).waitFor()
  await page.waitForURL(new RegExp(`point=${pick.index}`), { timeout: patience })
  // The command beside it predicts what the study says of the point, to the last digit.
  const line = await page.locator('.results .command code').innerText()
  const there = JSON.parse(execFileSync(native, [...line.split(' ').slice(1), '--json'], { env: { ...process.env, XDG_DATA_HOME: '/nowhere' } }))
  assert.equal(there.ttft.seconds, pick.metrics.ttft)
  assert.equal(there.tokens_per_second_per_device, pick.metrics.tokens_per_device)
  await sourced(page, `${name} explore`)
  await fits(page, `${name} explore, a design chosen`)
  await nothingSerious(page, `${name} explore, a design chosen`)
  await shot(page, `${name}-explore-chosen`)
  await page.getByRole('link', { name: 'Open in Predict' }).press('Enter')
  await page.locator('.mark').first().waitFor({ timeout: patience })
  await page.waitForURL(new RegExp(`#/predict\\?.*model=llama-3.1-70b.*hardware=${pick.at.hardware}.*stack=vllm`), { timeout: patience })
  await becomes(page, () => figure(page, 'TTFT').innerText().catch(() => ''), (t) => t.startsWith(threeDigits(pick.metrics.ttft)), 'the TTFT of the study')
  await page.goBack()
  await page.getByRole('link', { name: 'Open in Simulate' }).press('Enter')
  await becomes(page, () => page.locator('.verdict').innerText().catch(() => ''), (t) => /exact/.test(t), 'a design played')
  await page.waitForURL(new RegExp(`#/simulate\\?.*scenario=closed-loop.*users=${pick.at.concurrency}`), { timeout: patience })
  await shot(page, `${name}-explore-simulated`)
  await page.getByRole('link', { name: 'Explore' }).click()
  await selected(fast.size, all)

  // Other metrics on the axes, logarithmic, as a table and as pictures.
  await page.getByRole('combobox', { name: 'Up: metric' }).selectOption('cost_per_mtok')
  await selected(all, all)
  await page.getByLabel('logarithmic').last().check()
  await fits(page, `${name} explore, cost`)
  await shot(page, `${name}-explore-cost`)
  const designs = page.getByRole('group', { name: 'Designs' })
  assert.match((await download(page, designs.getByRole('button', { name: 'SVG' }))).toString(), /^<svg[\s\S]*cost_per_mtok/)
  assert.equal((await download(page, designs.getByRole('button', { name: 'PNG' }))).subarray(1, 4).toString(), 'PNG')
  await designs.getByRole('button', { name: 'Table' }).click()
  assert.equal(await page.locator('figure.chart').first().locator('tbody tr').count(), all)
  await nothingSerious(page, `${name} explore, table`)

  // A study of one's own, with workers that Predict has no setting for; then a file that is none.
  const file = page.locator('input[type=file]')
  await file.setInputFiles({ name: 'mine.json', mimeType: 'application/json', buffer: studyOf('disaggregated') })
  await page.getByRole('heading', { name: /llama-3.1-8b, qwen-3-8b/ }).waitFor({ timeout: patience })
  await page.waitForURL(/study=mine.json/, { timeout: patience })
  await page.locator('tbody button').first().click()
  assert.match(await page.locator('.results').innerText(), /Predict has no setting for prefill_replicas|Predict shows/)
  await fits(page, `${name} explore, a study dropped in`)
  await shot(page, `${name}-explore-dropped`)
  await file.setInputFiles({ name: 'run.json', mimeType: 'application/json', buffer: Buffer.from('{"schema": "ridgeline.run/1"}') })
  await page.getByText('run.json is ridgeline.run/1; give ridgeline.study/1').waitFor()
  await page.reload()
  await page.getByText('The address names the study mine.json').waitFor({ timeout: patience })
}

/** For people to read: how long the first picture takes, and a run of 100,000 queries from the slider to what is drawn. */
async function speed() {
  const context = await browser.newContext({ serviceWorkers: 'block' })
  const page = await context.newPage()
  const start = Date.now()
  await page.goto(`${server.url}#/simulate`)
  await page.locator('.bar.histogram').first().waitFor({ timeout: patience })
  console.log(`${Date.now() - start} ms to the first picture`)
  await becomes(page, () => page.locator('.verdict').innerText(), (t) => /exact/.test(t), 'the first run')
  const times = await page.evaluate(async () => {
    const input = document.querySelector('.slide input[type=number]')
    const verdict = () => document.querySelector('.verdict').textContent
    const begun = performance.now()
    input.value = '10000'
    input.dispatchEvent(new Event('input', { bubbles: true }))
    const seen = {}
    for (;;) {
      await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)))
      if (/Rough/.test(verdict())) seen.rough ??= performance.now() - begun
      if (/VALID/.test(verdict()) && seen.rough !== undefined) return { ...seen, exact: performance.now() - begun }
    }
  })
  console.log(`100,000 queries: rough after ${times.rough.toFixed(0)} ms, exact after ${times.exact.toFixed(0)} ms`)
  await context.close()
}

async function withoutNetwork(context, page) {
  await page.goto(`${server.url}#/predict`)
  await page.evaluate(() => navigator.serviceWorker.ready)
  await context.setOffline(true)
  await page.reload()
  await page.locator('.mark').first().waitFor({ timeout: patience })
  await context.setOffline(false)
}

async function failures() {
  const bare = await browser.newPage()
  await bare.addInitScript(() => delete globalThis.WebAssembly)
  await bare.goto(server.url)
  await bare.getByText('This browser cannot run the engine').waitFor()
  await bare.close()
  const cut = await browser.newContext({ serviceWorkers: 'block' })
  const page = await cut.newPage()
  await page.route('**/*.wasm', (route) => route.abort())
  await page.goto(server.url)
  await page.getByText('The engine stopped').waitFor({ timeout: patience })
  await cut.close()
}

try {
  for (const [name, width, height] of [['wide', 1440, 900], ['narrow', 360, 740]]) {
    const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce', colorScheme: name === 'wide' ? 'light' : 'dark' })
    const page = await context.newPage()
    const errors = []
    page.on('pageerror', (e) => errors.push(e.message))
    page.on('console', (m) => m.type() === 'error' && !m.location().url.endsWith('/api/hello') && errors.push(m.text()))
    await predict(page, name)
    await simulate(page, name)
    await compare(page, name)
    await explore(page, name)
    const tools = { native, url: server.url, patience, becomes, brush, download, fits, nothingSerious, shot }
    await walkMaking(tools, page, name)
    await walkLabs(tools, page, name)
    if (name === 'wide') await withoutNetwork(context, page)
    assert.deepEqual(errors, [], 'errors in the console')
    await context.close()
    console.log(`${name}: Predict, Simulate, Compare, Explore and every part of the labs walked at ${width} px`)
  }
  await failures()
  await speed()
  console.log('no network, no WebAssembly, no engine: each says so or works')
} finally {
  await browser.close()
  server.close()
}
