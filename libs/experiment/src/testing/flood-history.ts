import type { Exception } from '@lapse/protocol';
import { HistoryBuilder, type Recorded } from './history.ts';
import { SITUATIONS } from './scenarios.ts';

/** What a .NET client is shown whose message the socket does not take, as captured. */
export const SEND_TIMED_OUT: Exception = {
  name: 'TimeoutException',
  message:
    'The socket connection was aborted because an asynchronous send to the socket did not complete within the allotted timeout of 00:00:02. …',
};

const FAULTED: Exception = {
  name: 'CommunicationObjectFaultedException',
  message: 'The communication object … cannot be used for communication because it is in the Faulted state.',
};

/** A one-way call, and whether the socket takes its 60 kB, of which a history keeps the beginning. */
function calls(builder: HistoryBuilder, at: number, { call, taken }: { call: number; taken: boolean }): void {
  const armed = { timer: 'send', call, since: at, span: 2_000 } as const;
  const values = { s: 'xxxx' };
  builder.client(at, {
    type: 'call',
    call,
    operation: 'OneWay',
    values,
    messageId: 'urn:uuid:x',
    sizes: { s: 60_000 },
  });
  builder.timer('client', at, { what: 'armed', ...armed, by: 'call' });
  builder.client(at, { type: 'transmit', id: call + 1, bytes: '06aa', size: 60_050, what: 'oneWay OneWay' });
  if (!taken) return;
  builder.client(at, { type: 'transmitted', id: call + 1 });
  builder.timer('client', at, { what: 'cancelled', ...armed, by: 'transmitted' });
  builder.client(at, { type: 'completed', operation: 'call', call });
}

/** A flood into a hold: `taken` calls return, the next one waits until its operation timeout, and the one after the flood fails. */
export function blockedWrite(taken = 66): readonly Recorded[] {
  const builder = new HistoryBuilder(SITUATIONS.blockedWrite)
    .begins((at) => at < 300)
    .opens(100)
    .preambleArrives(101, 100)
    .acknowledged(102, 100)
    .injects(0);
  for (let call = 1; call <= taken; call += 1) calls(builder, 499 + call, { call, taken: true });
  const since = 500 + taken;
  const call = taken + 1;
  calls(builder, since, { call, taken: false });
  const at = since + 2_001;
  const why = { code: 'timedOut', timer: 'send', after: 2_000 } as const;
  return builder
    .timer('client', at, { what: 'fired', timer: 'send', call, since, span: 2_000 })
    .callFails(at, call, SEND_TIMED_OUT)
    .client(at, { type: 'state', from: 'opened', to: 'faulted', why: 'timedOut' })
    .client(at, { type: 'disconnect', how: 'abort' })
    .client(at, { type: 'sessionEnded', why, exception: SEND_TIMED_OUT })
    .client(4_000, { type: 'call', call: 421, operation: 'Echo', values: {}, messageId: 'urn:uuid:421' })
    .callFails(4_000, 421, FAULTED)
    .ends().records;
}
