// The browser's engine under node: the same documents as the native program, and how long calls take.
//
//   node engine.mjs ENGINE NATIVE_PROGRAM
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const [folder, native] = process.argv.slice(2).map((p) => resolve(p))
const read = (name) => readFileSync(join(folder, name))
const { default: create } = await import(pathToFileURL(join(folder, 'engine.mjs')))
const out = [], err = []
const catalog = Object.entries(JSON.parse(read('catalog.json')))
async function start(files) {
  const started = await create({ wasmBinary: read('engine.wasm'), print: (l) => out.push(l), printErr: (l) => err.push(l) })
  for (const [name, text] of files) {
    const path = `/data/${name}`
    started.FS.mkdirTree(path.slice(0, path.lastIndexOf('/')))
    started.FS.writeFile(path, text)
  }
  return started
}
const begun = performance.now()
let module = await start(catalog)
const loaded = performance.now()
// Studies, where both programs find them by the same name.
const root = resolve(import.meta.dirname, '../../..')
const studies = ['llama-70b', 'pass-bandwidth', 'disaggregated'].map((id) => `examples/studies/${id}.yaml`)
for (const file of studies) {
  module.FS.mkdirTree(dirname(file))
  module.FS.writeFile(file, readFileSync(join(root, file)))
}

function run(line, whole = 0) {
  out.length = err.length = 0
  const call = (name, types = [], values = []) => module.ccall(name, 'number', types, values)
  const code = call('ridgeline_command', ['string', 'number'], [JSON.stringify(line.split(' ')), whole])
  const text = module.UTF8ToString(call('ridgeline_output'), call('ridgeline_output_size'))
  return { code, text: text + (out.length ? out.join('\n') + '\n' : ''), errors: err.join('\n'), latencies: call('ridgeline_latencies') }
}
/** Of processor time, the mean: on a machine that is shared the clock says more of the others. */
function timed(line, repeats) {
  const start = process.cpuUsage()
  for (let i = 0; i < repeats; ++i) run(line)
  const { user, system } = process.cpuUsage(start)
  return ((user + system) / 1000 / repeats).toFixed(2)
}

// What a page shows first are the engine's own names.
const named = (list) => list.map(({ id, name }) => ({ id, name }))
const { hardware, models } = JSON.parse(run('catalog list --json').text)
assert.ok(read('names.json').toString() === JSON.stringify({ hardware: named(hardware), models: named(models) }), 'names.json')

const first = performance.now()
run('predict llama-3-8b h100-sxm-80gb --json')
console.log(`start ${(loaded - begun).toFixed(0)} ms, first prediction ${(performance.now() - first).toFixed(0)} ms: it reads the calibrations`)

for (const line of [
  'predict llama-3-8b h100-sxm-80gb --json', 'predict resnet-50 l4 --batch 32 --precision int8 --json',
  'predict deepseek-v3 h200-sxm-141gb --precision fp8 --tp 8 --concurrency 64 --json', 'catalog show l4 --json', 'catalog list --json',
  'explain --model llama-3.1-70b --baseline h100-sxm-80gb --proposal h200-sxm-141gb --precision fp8 --batch 48 --json',
  'simulate resnet-50 l4 --scenario server --qps 800 --max-batch 8 --target-latency 15ms --json',
  'simulate llama-3-8b h100 --precision fp8 --continuous --scenario server --qps 4 --duration 5s --json',
  'simulate mobilenet-v2 snapdragon-8-gen-3 --scenario single-stream --heat phone --duration 20s --json',
  ...studies.map((file) => `explore ${file} --json`),
]) {
  const here = run(line, 1)
  let code = 0, there
  try {
    // A probed machine of this user's would be in its catalog.
    const env = { ...process.env, XDG_DATA_HOME: '/nowhere' }
    there = execFileSync(native, line.split(' '), { maxBuffer: 1e9, env, cwd: root }).toString()
  } catch (error) {
    code = error.status
    there = error.stdout.toString()
  }
  assert.equal(here.code, code, line)
  assert.ok(here.text === there, `${line}: not the same document`)
  console.log(`${timed(line, line.startsWith('predict') || line.startsWith('catalog') ? 50 : 5).padStart(8)} ms  ${line}`)
}

// A run's numbers come beside its document: one a query, which the document then leaves out.
const figures = run('simulate resnet-50 l4 --scenario server --qps 800 --max-batch 8 --json')
const summary = JSON.parse(figures.text)
assert.equal(summary.schema, 'ridgeline.run-figures/1')
assert.equal(figures.latencies, summary.summary.queries)
assert.equal(run('predict llama-3-8b h100 --json').latencies, 0)
// What is refused leaves the engine fit for the next question.
const refused = run('predict llama-3-8b h101 --json')
assert.equal(refused.code, 2)
assert.match(refused.errors, /unknown hardware 'h101'/)
assert.equal(run('predict llama-3-8b h100 --json').code, 0)
console.log(`${timed('simulate resnet-50 l4 --scenario server --qps 10000 --max-batch 64 --duration 10s --json', 3).padStart(8)} ms  a run of 100,000 queries`)

// A page gives the engine the entries that a command names, and no others: web/src/engine/needed.ts.
const before = performance.now()
module = await start(catalog.filter(([name]) => !/^(models|hardware)/.test(name) || /(llama-3-8b|h100-sxm-80gb)\.yaml/.test(name)))
run('predict llama-3-8b h100-sxm-80gb --json')
console.log(`${(performance.now() - before).toFixed(0)} ms to the first prediction, with the files of its model and device alone`)
console.log(`${timed('predict llama-3-8b h100-sxm-80gb --json', 100).padStart(8)} ms  and each that follows`)
