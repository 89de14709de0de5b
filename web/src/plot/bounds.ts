import type { Operator } from '../engine/documents'

export type Bound = 'compute' | 'memory' | 'network'

export const kindName: Record<Bound | 'overhead', string> = {
  compute: 'compute', memory: 'memory', network: 'network', overhead: 'overhead',
}

/** The longest of the three times that the engine gives for an operator. */
export function boundOf(op: Operator): Bound {
  if (op.network_seconds > op.compute_seconds && op.network_seconds > op.memory_seconds) return 'network'
  return op.compute_seconds > op.memory_seconds ? 'compute' : 'memory'
}
