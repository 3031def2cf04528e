import { LABELS, type Recorded } from './history.ts';
import { changing, dropping } from './judged.ts';

/** A service that is none of ours. */
export const TARGET = { host: 'orders.example', port: 8_081, path: '/orders' } as const;

/** The same as the client alone tells it. */
export function withoutService(records: readonly Recorded[]): readonly Recorded[] {
  const external = changing(
    ({ type }) => type === 'experiment',
    (record) => ({ ...record, labels: { ...LABELS, service: 'external' } }),
  );
  return external(dropping(({ source }) => source === 'service')(records));
}
