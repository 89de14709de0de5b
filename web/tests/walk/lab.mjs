// Walks the labs as a learner would: every part of every track, by keyboard where one would use it. What is to be seen
// comes from the native program's documents of the same labs.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** `tools`: what run.mjs checks pages with. */
export async function walkLabs(tools, page, name) {
  const ridgeline = (...words) => JSON.parse(execFileSync(tools.native, [...words, '--json'], { env: { ...process.env, XDG_DATA_HOME: '/nowhere' }, maxBuffer: 1e9 }))
  const { labs } = ridgeline('lab', 'list')
  assert.ok(labs.length >= 1, 'there are labs')
  await page.addInitScript(noteStates)
  await page.goto(`${tools.url}#/lab`)
  await page.reload()
  for (const entry of labs) await page.getByRole('link', { name: entry.name, exact: true }).waitFor({ timeout: tools.patience })
  await look(tools, page, `${name} labs`)
  for (const entry of labs) {
    for (const [t, track] of entry.tracks.entries()) {
      await page.goto(`${tools.url}#/lab`)
      await page.getByRole('link', { name: entry.name, exact: true }).click()
      await page.getByRole('link', { name: track.name, exact: true }).waitFor({ timeout: tools.patience })
      if (t === 0) await look(tools, page, `${name} ${entry.id}`)
      await page.getByRole('link', { name: track.name, exact: true }).press('Enter')
      const lab = ridgeline('lab', 'show', entry.id, '--track', track.id)
      const { keys } = ridgeline('lab', 'key', entry.id, '--track', track.id)
      await page.getByRole('link', { name: `1. ${lab.parts[0].name}` }).first().waitFor({ timeout: tools.patience })
      if (t === 0) await look(tools, page, `${name} ${entry.id} ${track.id}`)
      for (const [i, part] of lab.parts.entries()) {
        const start = Date.now()
        await walkPart(tools, page, `${name} ${entry.id} ${track.id} ${part.id}`, { lab, part, i, keys })
        console.log(`  ${name}: ${entry.id}, ${track.id}, ${part.id}: ${((Date.now() - start) / 1000).toFixed(0)} s`)
      }
      await walkLedger(tools, page, `${name} ${entry.id} ${track.id} ledger`, lab, t === 0)
    }
  }
}

async function look(tools, page, where) {
  await tools.fits(page, where)
  await tools.nothingSerious(page, where)
  await tools.shot(page, where.replaceAll(' ', '-'))
}

/** In the page: what it said of its picture since it was loaded. */
function noteStates() {
  globalThis.states = []
  const note = () => {
    const text = document.querySelector('.state')?.textContent
    if (text && text !== globalThis.states.at(-1)) globalThis.states.push(text)
  }
  new MutationObserver(note).observe(document, { childList: true, subtree: true, characterData: true })
}

const exact = (tools, page, where) => tools.becomes(page, async () => {
  assert.deepEqual(await page.locator('.pictures .message.bad').allInnerTexts(), [], where)
  return page.locator('.state').innerText().catch(() => '')
}, (text) => text === 'Exact.', where)

async function predict(tools, page, where, part) {
  assert.equal(await page.locator('figure.chart').count(), 0, `${where}: nothing is drawn before the prediction`)
  await page.getByRole('button', { name: /^Lock the prediction/ }).click()
  await page.getByText(/^Not yet answered: /).waitFor()
  for (const [k, q] of part.questions.entries()) {
    const question = page.locator('.question').nth(k)
    if (q.kind === 'number') {
      await question.getByRole('spinbutton').focus()
      await page.keyboard.type('12.5')
    } else {
      await question.getByRole('radio').first().focus()
      await page.keyboard.press('Space')
    }
  }
  await look(tools, page, `${where} predict`)
  // What was typed and not locked outlives a reload.
  await page.reload()
  await page.getByRole('button', { name: /^Lock the prediction/ }).press('Enter')
}

async function walkPart(tools, page, where, { lab, part, i, keys }) {
  await page.getByRole('navigation', { name: 'Parts' }).getByRole('link', { name: `${i + 1}. ${part.name}` }).click()
  await page.getByRole('heading', { level: 1, name: part.name, exact: true }).waitFor({ timeout: tools.patience })
  if (part.questions.length > 0) await predict(tools, page, where, part)
  await page.locator('figure.chart').first().waitFor({ timeout: tools.patience })
  await exact(tools, page, where)
  if (part.instruments[0].kind === 'audit') {
    // A rough picture came first, and said so; of later ones it depends on the machine whether they are worth it.
    const states = await page.evaluate(() => globalThis.states)
    assert.ok(states.includes('Rough: without scenarios and front; the exact one follows.') && states.at(-1) === 'Exact.', `${where}: ${states.join(' | ')}`)
  }
  await drawn(tools, page, where, part)

  // The key stands beside what was said, and is the native program's.
  for (const [k, q] of part.questions.entries()) {
    const key = keys.find((x) => x.part === part.id && x.question === q.id)
    const said = page.locator('.answer').nth(k)
    const text = await tools.becomes(page, () => said.locator('.key-text').innerText().catch(() => ''), (s) => s !== '', `${where}: the key`)
    if (q.kind === 'choice') assert.ok(text.startsWith(q.options.find((o) => o.id === key.key).text), `${where}: ${text}`)
    else assert.ok(Math.abs(parseFloat(text.replaceAll(',', '')) / key.value - 1) < 0.01, `${where}: ${text} for ${key.value}`)
    assert.match(await said.locator('dd').first().innerText(), q.kind === 'number' ? /^12.5/ : /./)
  }
  await look(tools, page, where)
  if (part.instruments.some((m) => m.kind === 'math')) {
    await page.getByLabel(/math peek/).check()
    await tools.becomes(page, () => page.locator('.percentile.assumed').count(), (n) => n === 2, `${where}: normal and lognormal`)
    await page.getByLabel('logarithmic counts').check()
    await page.getByLabel('logarithmic latency').check()
    await look(tools, page, `${where} peek`)
  }
  if (part.goals.length > 0) await reach(tools, page, where, part)
  else for (const control of part.controls) await move(tools, page, where, control, 'ArrowRight')
  await write(tools, page, where, lab, part)
}

async function drawn(tools, page, where, part) {
  const instrument = part.instruments[0]
  const count = (selector) => page.locator(selector).count()
  if (instrument.kind === 'scenarios') {
    const modes = instrument.command[instrument.command.indexOf('--as') + 1].split(',').length
    assert.ok((await page.locator('figure.chart').first().locator('.play').count()) >= modes - 1, `${where}: a mark for each scenario`)
    assert.equal(await count('figure.chart'), 2, `${where}: throughput against latency, latency by scenario`)
  } else if (instrument.kind === 'tail') {
    assert.ok((await count('.bar.histogram')) >= 3, `${where}: bars`)
    assert.ok((await count('.percentile')) >= 2, `${where}: mean, P95, P99`)
  } else if (instrument.kind === 'audit') {
    assert.equal(await count('.roofline'), 2, `${where}: two roofs`)
    assert.ok((await page.locator('figure.chart').first().locator('.play').count()) >= 4, `${where}: operators`)
    assert.ok((await count('.pair')) >= 8, `${where}: peak, calibrated, sustained, attained`)
    // The front is that of the whole catalog, as the native program has it.
    const said = await page.locator('.pictures').innerText()
    const starts = Object.fromEntries(part.controls.map((c) => [c.id, c.value]))
    const words = instrument.command.map((word) => word.replace(/\{(\w+)\}/g, (_, id) => starts[id]))
    const { a } = JSON.parse(execFileSync(tools.native, words, { env: { ...process.env, XDG_DATA_HOME: '/nowhere' }, maxBuffer: 1e9 }))
    for (const e of a.efficiency.filter((f) => f.efficiency !== null))
      assert.ok(said.includes(`Of ${e.compared} devices of the catalog ${e.front.length} are on the front.`), `${where}: the front, ${e.input}`)
  }
}

/** One key on a slider; the picture follows. */
async function move(tools, page, where, control, key) {
  if (control.kind === 'choice') {
    const last = page.getByRole('group', { name: control.name }).getByRole('radio').last()
    await last.focus()
    await page.keyboard.press('Space')
  } else {
    const slider = page.getByLabel(`${control.name}, slider`)
    await slider.focus()
    await page.keyboard.press(key)
  }
  await exact(tools, page, `${where}: ${control.name} ${key}`)
}

/** The goal is looked for with the keyboard, and taken back. */
async function reach(tools, page, where, part) {
  const goal = () => page.locator('.goal').first().innerText()
  const sliders = part.controls.filter((c) => c.kind === 'slider')
  const tries = [...sliders.map((c) => [c, 'End']), ...sliders.map((c) => [c, 'Home'])]
  let broken = false
  for (const [control, key] of tries) {
    if (/Reached|Broken/.test(await goal())) break
    await move(tools, page, where, control, key)
    await page.keyboard.press('Enter')
    await tools.becomes(page, () => page.getByRole('button', { name: /^Count this/ }).isDisabled(), (off) => off, `${where}: counted`)
  }
  const state = await goal()
  assert.match(state, /Reached at iteration \d|Broken at iteration \d/, `${where}: the goal was not reached`)
  if (part.goals[0].violate) {
    broken = true
    // The failure says value, limit, unit, and what to try first.
    assert.match(await page.locator('.results .message.bad').first().innerText(), /[\d.,]+ .* is (beyond|short of) the limit of [\d.,]+[\s\S]*(First to try|by)/, where)
    await look(tools, page, `${where} broken`)
    await page.waitForTimeout(300) // the address follows once the slider rests
    const hash = page.url()
    for (let k = 0; k < 6 && !/undone/.test(await goal()); ++k) {
      await page.getByRole('button', { name: 'Undo', exact: true }).press('Enter')
      await exact(tools, page, `${where}: undo`)
      await page.waitForTimeout(100)
    }
    await tools.becomes(page, goal, (t) => /undone/.test(t), `${where}: undone`)
    await tools.becomes(page, () => page.url(), (url) => url !== hash, `${where}: the address followed`)
  }
  // What was found is in the ledger by itself.
  assert.match(await page.getByRole('link', { name: /^Ledger/ }).innerText(), /\(\d+\)/)
  return broken
}

async function write(tools, page, where, lab, part) {
  for (let k = 0; k < part.reflections.length; ++k) {
    const form = page.getByRole('form', { name: 'Reflection' }).nth(k)
    await form.getByRole('button').first().click()
    await form.getByText('Write a sentence or two first.').waitFor()
    await form.getByRole('textbox').fill(`What I saw in ${part.name}: the "headline" <b>hides</b> what waits.`)
    await form.getByRole('button', { name: 'Into the ledger' }).press('Enter')
    await form.getByText('In the ledger.').waitFor()
  }
  for (const [k, d] of part.decisions.entries()) {
    const uses = page.getByRole('button', { name: /^Use as evidence/ })
    for (let e = 0; e < Math.max(1, d.evidence); ++e) await uses.first().press('Enter')
    const form = page.getByRole('form', { name: 'Decision' }).nth(k)
    await form.getByRole('button', { name: 'Into the ledger' }).click()
    await form.getByText(/^Still missing: /).waitFor()
    if (d.options.length > 0) await form.getByRole('radio').last().check()
    const boxes = form.getByRole('checkbox')
    for (let e = 0; e < d.evidence; ++e) await boxes.nth(e).check()
    await form.getByRole('textbox').fill('Peak is not what this work attains.')
    await form.getByRole('button', { name: 'Into the ledger' }).press('Enter')
    await form.getByText('In the ledger.').waitFor()
  }
  if (part.reflections.length + part.decisions.length > 0) await look(tools, page, `${where} written`)
}

async function walkLedger(tools, page, where, lab, thorough) {
  await page.getByRole('link', { name: /^Ledger/ }).click()
  await page.getByRole('heading', { level: 1, name: 'Ledger' }).waitFor()
  const entries = await page.locator('.log > li').count()
  const least = lab.parts.reduce((sum, p) => sum + p.questions.length + p.goals.length + p.reflections.length + p.decisions.reduce((n, d) => n + 1 + d.evidence, 0), 0)
  assert.ok(entries >= least - lab.parts.reduce((n, p) => n + Math.max(0, p.goals.length - 1), 0), `${where}: ${entries} entries of at least ${least}`)
  await page.getByLabel('Your name, for the teacher (optional)').fill('Ada')
  await look(tools, page, where)
  const json = await tools.download(page, page.getByRole('button', { name: 'Export JSON' }))
  const ledger = JSON.parse(json)
  assert.deepEqual([ledger.schema, ledger.lab, ledger.track, ledger.learner, ledger.entries.length], ['ridgeline.ledger/1', lab.id, lab.track.id, 'Ada', entries])
  assert.deepEqual(ledger.entries.map((e) => e.at), ledger.entries.map((e) => e.at).toSorted(), 'in order of time')
  const markdown = (await tools.download(page, page.getByRole('button', { name: 'Export Markdown' }))).toString()
  for (const part of lab.parts) assert.ok(markdown.includes(`## ${part.name}`), `${where}: ${part.name} in the Markdown`)

  // A teacher's program reads it, and finds every figure of the evidence as it was.
  const file = join(mkdtempSync(join(tmpdir(), 'ledger-')), 'ledger.json')
  writeFileSync(file, json)
  const grade = JSON.parse(execFileSync(tools.native, ['lab', 'grade', file, '--json'], { env: { ...process.env, XDG_DATA_HOME: '/nowhere' }, maxBuffer: 1e9 }))
  assert.ok(grade)
  if (!thorough) return
  await page.reload()
  await tools.becomes(page, () => page.locator('.log > li').count(), (n) => n === entries, `${where}: after a reload`)
  await page.getByRole('button', { name: 'Reset this track' }).click()
  assert.equal(await page.locator('.log > li').count(), 0)
  await page.reload()
  await page.getByRole('button', { name: 'Undo the reset' }).press('Enter')
  await tools.becomes(page, () => page.locator('.log > li').count(), (n) => n === entries, `${where}: undone`)
  await page.locator('input[type=file]').setInputFiles({ name: 'other.json', mimeType: 'application/json', buffer: Buffer.from('{"schema": "ridgeline.run/1"}') })
  await page.getByText('other.json is ridgeline.run/1; give ridgeline.ledger/1').waitFor()
  await page.locator('input[type=file]').setInputFiles({ name: 'mine.json', mimeType: 'application/json', buffer: json })
  await page.getByText(`mine.json is read: ${entries} entries`).waitFor()
}
