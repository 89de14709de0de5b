import { expect, test } from 'vitest'
import { parsePlace, placeHash, withDefaults } from '../../src/state/url'
import { compareDefaults, compareWords, predictDefaults, predictWords, roughly, shellLine, simulateDefaults, simulateWords } from '../../src/lib/setups'

test('settings go to the URL and come back; defaults and strange keys are left out', () => {
  const settings = { ...simulateDefaults, qps: '1234.5', model: 'a b&c', noise: '0.3' }
  const place = parsePlace(placeHash('simulate', settings, simulateDefaults))
  expect(place.view).toBe('simulate')
  expect(Object.keys(place.given).sort()).toEqual(['model', 'noise', 'qps'])
  expect(withDefaults({ ...place.given, evil: '1' }, simulateDefaults)).toEqual(settings)
  expect(placeHash('predict', predictDefaults, predictDefaults)).toBe('#/predict')
  expect(parsePlace('')).toEqual({ view: '', given: {} })
})

test('defaults are the shortest commands', () => {
  expect(predictWords(predictDefaults)).toEqual(['predict', 'llama-3-8b', 'h100-sxm-80gb', '--json'])
  expect(simulateWords(simulateDefaults)).toEqual(
    ['simulate', 'resnet-50', 'l4', '--scenario', 'server', '--qps', '800', '--max-batch', '8', '--target-latency', '15ms', '--json'])
})

test('a rough run is the same one, cut short', () => {
  const whole = simulateWords(simulateDefaults)
  expect(roughly(whole, 400)).toEqual([...whole.slice(0, -1), '--max-queries', '400', '--json'])
})

test('only what a scenario has is asked for', () => {
  const alone = simulateWords({ ...simulateDefaults, scenario: 'single-stream', heat: 'phone', ambient: '35' })
  expect(alone).not.toContain('--qps')
  expect(alone.join(' ')).toContain('--heat phone --ambient 35')
  const continuous = simulateWords({ ...simulateDefaults, continuous: 'yes', tp: '4' })
  expect(continuous).not.toContain('--max-batch')
  expect(continuous.join(' ')).toContain('--tp 4 --continuous')
})

test('a serving stack is the fitted calibration’s', () => {
  expect(predictWords({ ...predictDefaults, stack: 'vllm' })).toContain('--stack')
  expect(predictWords({ ...predictDefaults, stack: 'vllm', calibration: 'ideal' })).not.toContain('--stack')
})

test('users make it a serving point, and what is of a pass is left out', () => {
  const point = { ...predictDefaults, batch: '64', context: '2048', phase: 'prefill', users: '64', osl: '256', replicas: '2' }
  expect(predictWords(point).join(' ')).toBe('predict llama-3-8b h100-sxm-80gb --concurrency 64 --osl 256 --replicas 2 --json')
  expect(predictWords({ ...point, users: '' }).join(' ')).toBe('predict llama-3-8b h100-sxm-80gb --batch 64 --phase prefill --json')
})

test('a policy is that of its kind of batching', () => {
  const policy = { ...simulateDefaults, wait: '2.5', router: 'power-of-two', replicas: '4' }
  expect(simulateWords(policy).join(' ')).toMatch(/--max-batch 8 .*--replicas 4 --batch-timeout 2.5ms --json/)
  expect(simulateWords({ ...policy, continuous: 'yes' }).join(' ')).toMatch(/--replicas 4 --router power-of-two --continuous --json/)
  expect(simulateWords({ ...policy, continuous: 'yes', replicas: '1' }).join(' ')).not.toContain('--router')
})

test('B differs from A by what is given for it', () => {
  expect(compareWords(compareDefaults).join(' ')).toBe(
    'explain --model llama-3.1-70b --baseline h100-sxm-80gb --proposal h200-sxm-141gb --precision fp8 --batch 48 --json')
  const same = compareWords({ ...compareDefaults, 'b.hardware': '', 'b.batch': '96', 'b.precision': 'fp8' })
  expect(same.join(' ')).toBe('explain --model llama-3.1-70b --baseline h100-sxm-80gb --precision fp8 --batch 48 --change batch=96 --json')
})

test('a shell takes the line as it stands', () => {
  expect(shellLine(['predict', "it's", 'a=b', '$x'])).toBe("ridgeline predict 'it'\\''s' a=b '$x'")
})
