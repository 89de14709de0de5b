/** The settings of each page: names as they stand in the URL, and the command line that they mean. */

export type Settings = Record<string, string>

export const precisions = ['fp16', 'bf16', 'fp8', 'int8', 'int4', 'fp32'] as const
export const scenarios = ['single-stream', 'multi-stream', 'server', 'offline', 'constant-stream', 'closed-loop'] as const
export const routers = ['round-robin', 'least-outstanding', 'power-of-two'] as const
export const stacks = ['vllm', 'trtllm', 'sglang'] as const
export const heats = ['', 'datacenter-gpu', 'jetson', 'phone', 'ar-glasses', 'mcu'] as const

export const predictDefaults: Settings = {
  model: 'llama-3-8b', hardware: 'h100-sxm-80gb', precision: 'fp16', batch: '1', phase: '', context: '0', tokens: '',
  tp: '1', pp: '1', dp: '1', ep: '', kv: '', calibration: 'fitted', stack: '', users: '', isl: '1024', osl: '1024', replicas: '1', most: '',
}
export const simulateDefaults: Settings = {
  model: 'resnet-50', hardware: 'l4', precision: 'fp16', scenario: 'server', qps: '800', batch: '8', limit: '15',
  noise: '0', background: '0', switches: '0', heat: '', ambient: '25', replicas: '1', duration: '10', users: '8',
  isl: '', osl: '', continuous: '', tp: '1', wait: '', router: 'round-robin', stack: '', seed: '1',
}
export const compareDefaults: Settings = {
  model: 'llama-3.1-70b', hardware: 'h100-sxm-80gb', precision: 'fp8', batch: '48', context: '0', tp: '1',
  'b.model': '', 'b.hardware': 'h200-sxm-141gb', 'b.precision': '', 'b.batch': '', 'b.context': '', 'b.tp': '',
}

/** Which scenarios have an arrival rate. */
export const hasRate = (scenario: string): boolean => ['server', 'offline', 'constant-stream'].includes(scenario)

/** "--flag value" for each that is set and is not what the engine takes anyway. */
function flags(pairs: [flag: string, value: string | undefined, usual?: string][]): string[] {
  return pairs.flatMap(([flag, value, usual]) => (value && value !== usual ? [flag, value] : []))
}

/** Whether it is a serving point that is asked for: users who each have a request in the system. */
export const isServing = (s: Settings): boolean => (s.users ?? '') !== ''

export function predictWords(s: Settings): string[] {
  const serving = isServing(s)
  const ofPass = (value: string | undefined) => (serving ? '' : value)
  const ofServing = (value: string | undefined) => (serving ? value : '')
  return [
    'predict', s.model!, s.hardware!,
    ...flags([
      ['--precision', s.precision, 'fp16'], ['--kv-cache', s.kv], ['--batch', ofPass(s.batch), '1'], ['--phase', ofPass(s.phase)],
      ['--context', s.phase === 'prefill' ? '' : ofPass(s.context), '0'], ['--tokens', ofPass(s.tokens)],
      ['--tp', s.tp, '1'], ['--pp', s.pp, '1'], ['--dp', s.dp, '1'], ['--ep', s.ep],
      ['--calibration', s.calibration, 'fitted'], ['--stack', s.calibration === 'fitted' ? s.stack : ''],
      ['--concurrency', ofServing(s.users)], ['--isl', ofServing(s.isl), '1024'], ['--osl', ofServing(s.osl), '1024'],
      ['--replicas', ofServing(s.replicas), '1'], ['--max-batch', ofServing(s.most)],
    ]),
    '--json',
  ]
}

/** The same run, stopped after so many queries: a first, rough answer. */
export const roughly = (words: string[], queries: number): string[] => [...words.slice(0, -1), '--max-queries', String(queries), '--json']

export function simulateWords(s: Settings): string[] {
  const continuous = s.continuous === 'yes'
  const rated = hasRate(s.scenario!)
  return [
    'simulate', s.model!, s.hardware!, '--scenario', s.scenario!,
    ...flags([
      ['--precision', s.precision, 'fp16'], ['--qps', rated ? s.qps : ''],
      ['--users', s.scenario === 'closed-loop' ? s.users : ''], ['--max-batch', continuous ? '' : s.batch, '1'],
      ['--target-latency', s.limit && s.limit !== '0' && s.scenario !== 'offline' ? `${s.limit}ms` : ''],
      ['--isl', s.isl], ['--osl', s.osl], ['--duration', `${s.duration}s`, '10s'], ['--replicas', s.replicas, '1'],
      ['--noise-sigma', s.noise, '0'], ['--background-load', s.background, '0'], ['--context-switches', s.switches, '0'],
      ['--heat', s.heat], ['--ambient', s.heat ? s.ambient : '', '25'],
      ['--tp', continuous ? s.tp : '', '1'], ['--router', continuous && s.replicas !== '1' ? s.router : '', 'round-robin'],
      ['--batch-timeout', !continuous && s.wait && s.wait !== '0' ? `${s.wait}ms` : ''], ['--stack', s.stack], ['--seed', s.seed, '1'],
    ]),
    ...(continuous ? ['--continuous'] : []),
    '--json',
  ]
}

/** Side B's settings that are empty are A's. */
export function compareWords(s: Settings): string[] {
  const changes = ['model', 'precision', 'batch', 'context', 'tp']
    .filter((key) => s[`b.${key}`] && s[`b.${key}`] !== s[key])
    .flatMap((key) => ['--change', `${key}=${s[`b.${key}`]}`])
  const proposal = s['b.hardware'] || s.hardware!
  return [
    'explain', '--model', s.model!, '--baseline', s.hardware!,
    ...(proposal !== s.hardware || changes.length === 0 ? ['--proposal', proposal] : []),
    ...flags([['--precision', s.precision, 'fp16'], ['--batch', s.batch, '1'], ['--context', s.context, '0'], ['--tp', s.tp, '1']]),
    ...changes, '--json',
  ]
}

/** The command as one types it in a shell. */
export function shellLine(words: string[]): string {
  const plain = /^[\w@%+=:,./-]+$/
  return ['ridgeline', ...words].map((w) => (plain.test(w) ? w : `'${w.replaceAll("'", "'\\''")}'`)).join(' ')
}
