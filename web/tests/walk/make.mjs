// Walks Explore as an engineer would who writes a study there: made, brushed, changed, refused, stopped. What is to be
// seen comes from the native program's document of the same text.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** `tools`: what run.mjs checks pages with. */
export async function walkMaking(tools, page, name) {
  const { patience } = tools
  const folder = mkdtempSync(join(tmpdir(), 'study-'))
  const native = (text) => {
    writeFileSync(join(folder, 'study.yaml'), text)
    const done = spawnSync(tools.native, ['explore', 'study.yaml', '--json'], { cwd: folder, env: { ...process.env, XDG_DATA_HOME: '/nowhere' }, maxBuffer: 1e9 })
    return { ...done, document: done.stdout.length > 0 ? JSON.parse(done.stdout) : undefined }
  }
  const look = async (where) => {
    await tools.fits(page, `${name} ${where}`)
    await tools.nothingSerious(page, `${name} ${where}`)
    await tools.shot(page, `${name}-${where.replaceAll(' ', '-')}`)
  }
  const box = page.getByRole('textbox', { name: 'study.yaml' })
  const said = page.locator('.make [role=status]')
  const refused = page.locator('.make [role=alert]')
  const explore = page.getByRole('button', { name: 'Explore', exact: true })
  const designs = page.getByRole('group', { name: 'Designs' })
  const selected = (n, of) => page.getByRole('heading', { name: `Within the brush: ${n} of ${of}` }).waitFor({ timeout: patience })
  const listed = ({ front, top }) => [...new Map([...front, ...top].map((p) => [p.index, p])).values()]
  /** The pictures are those of this text: what the terminal would print, byte for byte. */
  const drawn = async (text) => {
    const there = native(text)
    assert.equal(there.status, 0, there.stderr.toString())
    await page.getByText(`${there.document.points.toLocaleString('en-US')} points in`).waitFor({ timeout: patience })
    await selected(listed(there.document).length, listed(there.document).length)
    assert.ok((await tools.download(page, designs.getByRole('button', { name: 'JSON' }))).equals(there.stdout), `${name}: the same document as the native program`)
    return there.document
  }

  const addressHas = (text) => tools.becomes(page, () => new URLSearchParams(page.url().split('?')[1]).get('yaml'), (yaml) => yaml === text, `${name}: the address`)

  // The text that is there, by keyboard.
  await page.goto(`${tools.url}#/explore`)
  await page.locator('.make summary').press('Enter')
  const first = await box.inputValue()
  await explore.press('Enter')
  const study = await drawn(first)
  assert.ok(study.points < 2000 && study.front.length >= 3, 'a small study with a front')
  await addressHas(first)
  assert.equal(await page.locator('.make .command code').innerText(), 'ridgeline explore study.yaml')
  assert.equal((await tools.download(page, page.getByRole('button', { name: 'Save study.yaml' }))).toString(), first)
  await look('make')

  // Brushed as a study from a file is; the address has all of it.
  const ranges = await tools.brush(page, [0.4, 0.7], [0.5, 0.8])
  const within = study.study.objectives.map(({ metric }, i) => {
    const [from, to] = ranges[i]
    return ({ metrics }) => metrics[metric] >= from && metrics[metric] <= to
  })
  const all = listed(study).length
  const inside = listed(study).filter((p) => within.every((keeps) => keeps(p))).length
  assert.ok(inside > 0 && inside < all, 'a part of the designs')
  await selected(inside, all)
  assert.equal(await page.locator('.course.out').count(), all - inside, 'linked to the lines')
  await look('make brushed')
  await page.reload()
  await selected(inside, all)
  assert.equal(await box.inputValue(), first)

  // Changed, and explored from within the box.
  const changed = first.replace('h100, mi300x', 'h100, h200')
  await box.fill(changed)
  await page.getByText('Changed since it was explored').waitFor()
  await box.press('Control+Enter')
  await drawn(changed)

  // What is misspelt: the nearest of the whole catalog, though the page has read but these devices.
  const misspelt = changed.replace('h100, h200', 'h101, h200')
  await box.fill(misspelt)
  await explore.press('Enter')
  await tools.becomes(page, () => refused.innerText(), (t) => t.trimEnd() === native(misspelt).stderr.toString().trimEnd().replace('ridgeline: ', ''), `${name}: h101`)

  // An error on purpose: the terminal's words beside the box, and the line they mean.
  const wrong = changed.replace('500ms', '500parrots')
  await box.fill(wrong)
  await explore.press('Enter')
  const words = native(wrong).stderr.toString().trimEnd().replace('ridgeline: ', '')
  await tools.becomes(page, () => refused.innerText(), (t) => t.trimEnd() === words, `${name}: ${words}`)
  await page.getByText('the study that was shown before').waitFor()
  await page.getByRole('button', { name: /^Go to line \d+$/ }).press('Enter')
  assert.match(await box.evaluate((e) => e.value.slice(e.selectionStart, e.selectionEnd)), /500parrots/)
  assert.ok(await box.evaluate((e) => document.activeElement === e))
  await addressHas(wrong)
  await look('make refused')
  await page.reload()
  await tools.becomes(page, () => refused.innerText(), (t) => t.trimEnd() === words, `${name}: after a reload`)
  assert.equal(await box.inputValue(), wrong)

  // Nothing that keeps to the constraints is an answer too.
  const none = changed.replace('500ms', '1ns')
  await box.fill(none)
  await explore.press('Enter')
  await page.getByText('No point keeps to the constraints').waitFor({ timeout: patience })
  assert.equal(native(none).status, 3)
  assert.ok((await tools.download(page, page.locator('.message').getByRole('button', { name: 'JSON' }))).equals(native(none).stdout))
  assert.match(await page.locator('.costs').innerText(), /\d rather than nothing/)
  await look('make nothing left')

  // Another's study to begin with; one of minutes can be watched and stopped.
  await page.getByRole('combobox', { name: 'Study' }).selectOption('pass-bandwidth')
  await page.getByRole('heading', { name: 'llama-3.1-8b', exact: true }).waitFor({ timeout: patience })
  await page.getByRole('button', { name: 'Edit the one shown' }).press('Enter')
  assert.match(await box.inputValue(), /hardware.memory.bandwidth/)
  await box.fill(first.replace('{from: 1, to: 256, factor: 2}', '{from: 1, to: 4096, step: 1}').replace('  precision', '  isl: {from: 1, to: 4096, step: 1}\n  precision').replace('isl: 1024, ', ''))
  await explore.press('Enter')
  await tools.becomes(page, () => said.innerText(), (t) => /screening: \d+ of 402653184 points/.test(t), `${name}: how far it is`)
  await page.getByRole('button', { name: 'Stop' }).press('Enter')
  await tools.becomes(page, () => refused.innerText(), (t) => t.trim() === 'stopped', `${name}: stopped`)

  // A file dropped in; one that is too long for an address is this page's alone, and that is said.
  const input = page.locator('input[type=file]')
  await input.setInputFiles({ name: 'mine.yaml', mimeType: 'application/yaml', buffer: Buffer.from(changed) })
  await drawn(changed)
  const long = `${changed}${'# why these devices, in many words\n'.repeat(200)}`
  await input.setInputFiles({ name: 'mine.yml', mimeType: 'application/yaml', buffer: Buffer.from(long) })
  await drawn(long)
  await page.getByText('it is on this page alone').waitFor()
  await tools.becomes(page, () => page.url(), (url) => /#\/explore\?study=study.yaml$/.test(url), `${name}: nothing of it in the address`)
  await look('make too long')
  await page.getByRole('link', { name: 'Predict' }).click()
  await page.getByRole('link', { name: 'Explore' }).click()
  await drawn(long)
  assert.equal(await box.inputValue(), long, 'kept while the page lasts')
  await page.reload()
  await page.getByText('The address names the study study.yaml').waitFor({ timeout: patience })
}
