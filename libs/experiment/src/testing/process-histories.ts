import { SHOWN } from './histories.ts';
import { HistoryBuilder, type Recorded } from './history.ts';
import { SITUATIONS as S } from './scenarios.ts';

/** Histories of the scenarios whose processes are killed or frozen, in which everything happens as predicted. */
export const PROCESS_HISTORIES = {
  serviceKilledIdle: (): readonly Recorded[] => {
    const history = new HistoryBuilder(S.serviceKilledIdle)
      .begins((at) => at < 2_000)
      .opens(100)
      .preambleArrives(101, 100)
      .acknowledged(102, 100)
      .add({ source: 'host', at: 2_001, type: 'signalled', fault: 0, signal: 'SIGKILL', before: 2_000, after: 2_001 })
      .add({ source: 'host', at: 2_004, type: 'exited', process: 'service', planned: true, how: 'SIGKILL' })
      .client(2_003, { type: 'peerEnded' })
      .client(2_003, { type: 'sessionEnded', why: { code: 'peerClosedEarly' } })
      .ends();
    return history.records.filter(({ type, at }) => type !== 'exited' || at < 4_000);
  },
  serviceFrozenIdle: (): readonly Recorded[] =>
    new HistoryBuilder(S.serviceFrozenIdle)
      .begins((at) => at < 1_000 || at >= 3_000)
      .opens(100)
      .preambleArrives(101, 100)
      .acknowledged(102, 100)
      .add({ source: 'host', at: 1_001, type: 'signalled', fault: 0, signal: 'SIGSTOP', before: 1_000, after: 1_001 })
      .add({ source: 'host', at: 3_001, type: 'signalled', fault: 0, signal: 'SIGCONT', before: 3_000, after: 3_001 })
      .serviceFires(3_003, 'receive', { since: 101, span: 2_000 })
      .add({ source: 'service', at: 3_004, type: 'noise', what: 'loopDelay', ms: 1_990 })
      .add({ source: 'host', at: 3_005, type: 'noise', what: 'roundTrip', ms: 1_960 })
      .client(3_004, { type: 'peerEnded' })
      .client(3_004, { type: 'sessionEnded', why: { code: 'peerClosedEarly' } })
      .ends().records,
  clientFrozenIdle: (): readonly Recorded[] =>
    new HistoryBuilder(S.clientFrozenIdle)
      .begins()
      .opens(100)
      .preambleArrives(101, 100)
      .acknowledged(102, 100)
      .add({ source: 'host', at: 1_001, type: 'signalled', fault: 0, signal: 'SIGSTOP', before: 1_000, after: 1_001 })
      .serviceFires(2_103, 'receive', { since: 101, span: 2_000 })
      .add({ source: 'host', at: 3_001, type: 'signalled', fault: 0, signal: 'SIGCONT', before: 3_000, after: 3_001 })
      .client(3_003, { type: 'peerReset' })
      .client(3_003, { type: 'state', from: 'opened', to: 'faulted', why: 'connectionReset' })
      .client(3_003, { type: 'sessionEnded', why: { code: 'connectionReset' }, exception: SHOWN.reset })
      .add({ source: 'host', at: 3_004, type: 'noise', what: 'loopDelay', ms: 1_985 })
      .ends()
      .records.map((record) => (ofClient(record) ? { ...record, source: 'client' } : record)),
} as const;

/** What the client logs itself, once it runs in a process of its own: also how late its event loop was. */
function ofClient(record: Recorded): boolean {
  return record.source === 'host' && (record.side === 'client' || record.type === 'noise');
}
