import { afterEach, expect, test, vi } from 'vitest'
import { isServed, keepLedger, keptRun, keptRuns, runTitle } from '../../src/lib/served'

const run = (id: string, saved: string) => ({
  id, saved, origin: 'simulated', scenario: 'Server', workload: 'resnet-50', system: '1 x l4', queries: 12345,
})
/** A server that knows these paths. */
function answers(paths: Record<string, [status: number, body: string]>) {
  vi.stubGlobal('fetch', (path: string) => {
    const [status, body] = paths[path] ?? [404, '<html>']
    return Promise.resolve(new Response(body, { status }))
  })
}
afterEach(() => vi.unstubAllGlobals())

test('only `ridgeline lab` is taken for it', async () => {
  answers({ '/api/hello': [200, '{"ridgeline": "0.1.0"}'] })
  expect(await isServed()).toBe(true)
  answers({})
  expect(await isServed()).toBe(false)
  // A server that answers every path with its page.
  answers({ '/api/hello': [200, '<!doctype html>'] })
  expect(await isServed()).toBe(false)
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')))
  expect(await isServed()).toBe(false)
})

test('runs come newest first, and one as its document', async () => {
  const runs = [run('aa', '2026-11-28T10:00:00Z'), run('bb', '2026-11-29T10:00:00Z')]
  answers({ '/api/runs': [200, JSON.stringify({ runs })], '/api/runs/bb': [200, '{"schema": "ridgeline.run/1"}'] })
  expect((await keptRuns()).map((r) => r.id)).toEqual(['bb', 'aa'])
  expect(await keptRun('bb')).toBe('{"schema": "ridgeline.run/1"}')
  expect(runTitle(runs[1]!)).toBe('resnet-50 on 1 x l4, Server, simulated, 12,345 queries, 2026-11-29 10:00, bb')
})

test('the server says what is wrong', async () => {
  answers({ '/api/runs': [503, '{"error": "runs.db: no store is there"}'] })
  await expect(keptRuns()).rejects.toThrow('runs.db: no store is there')
  answers({ '/api/runs': [502, 'Bad gateway'] })
  await expect(keptRuns()).rejects.toThrow('HTTP 502')
})

test('a ledger is kept, or refused with the reason', async () => {
  answers({ '/api/ledgers': [201, '{"id": "3f2a9c01aa", "outcome": "added"}'] })
  expect(await keepLedger({})).toBe(' as 3f2a9c01')
  answers({ '/api/ledgers': [200, '{"id": "3f2a9c01aa", "outcome": "present"}'] })
  expect(await keepLedger({})).toBe(' as 3f2a9c01, where it was already')
  answers({ '/api/ledgers': [413, '{"error": "at most 5 MB"}'] })
  await expect(keepLedger({})).rejects.toThrow('at most 5 MB')
})
