import type { Exception } from '@lapse/protocol';
import { HistoryBuilder, type Recorded } from './history.ts';
import { SITUATIONS } from './scenarios.ts';

/** What an operation is shown whose callback nobody answers, as captured of a client that waits for a reply. */
const UNANSWERED: Exception = {
  name: 'TimeoutException',
  message:
    'This request operation sent to http://www.w3.org/2005/08/addressing/anonymous did not receive a reply within the configured timeout (00:00:02). …',
};
const MESSAGE = 'bb'.repeat(130);
const IDS = { operation: 'TryAskBack', messageId: 'urn:uuid:1' } as const;

/** The client asks to be called back; a partition holds the callback until the service gives it up, and the reply until it heals. */
export function unansweredCallback(): readonly Recorded[] {
  const builder = new HistoryBuilder(SITUATIONS.callbackUnanswered)
    .begins((at) => at < 650 || at >= 4_000)
    .opens(100)
    .preambleArrives(101, 100)
    .acknowledged(102, 100)
    .injects(0);
  asks(builder);
  callsBackInVain(builder);
  return builder
    .client(4_001, { type: 'received', bytes: `${MESSAGE}${MESSAGE}` })
    .client(4_001, { type: 'transmit', id: 3, bytes: MESSAGE, what: 'reply Ask' })
    .timer('client', 4_001, { what: 'cancelled', timer: 'send', call: 1, since: 500, span: 9_000, by: 'replied' })
    .client(4_001, { type: 'completed', operation: 'call', call: 1, results: { TryAskBackResult: UNANSWERED.name } })
    .service(4_002, { type: 'received', bytes: MESSAGE })
    .service(4_002, { type: 'dropped', action: 'urn:AskResponse' })
    .ends().records;
}

function asks(builder: HistoryBuilder): void {
  builder
    .client(500, { type: 'call', call: 1, ...IDS, values: { q: 'hello', ms: 300 } })
    .timer('client', 500, { what: 'armed', timer: 'send', call: 1, since: 500, span: 9_000, by: 'call' })
    .client(500, { type: 'transmit', id: 2, bytes: MESSAGE, what: 'request TryAskBack' })
    .service(501, { type: 'received', bytes: MESSAGE })
    .service(501, { type: 'dispatched', ...IDS })
    .timer('service', 501, { what: 'rearmed', timer: 'receive', since: 501, span: 30_000, by: 'request' });
}

/** The timeout of the callback arms the idle timer anew, in one breath. */
function callsBackInVain(builder: HistoryBuilder): void {
  const send = { timer: 'send', call: 1, span: 2_000 } as const;
  builder
    .timer('service', 801, { what: 'armed', ...send, since: 801, by: 'callback' })
    .service(801, { type: 'transmit', id: 2, bytes: MESSAGE, what: 'callback Ask' })
    .timer('service', 2_802, { what: 'fired', ...send, since: 801 })
    .service(2_802, { type: 'completed', operation: 'call', call: 1, exception: UNANSWERED })
    .timer('service', 2_802, { what: 'rearmed', timer: 'receive', since: 2_802, span: 30_000, by: 'callback' })
    .service(2_802, { type: 'executed', ...IDS, how: 'replied' })
    .timer('service', 2_802, { what: 'armed', ...send, since: 2_802, by: 'answer' })
    .service(2_802, { type: 'transmit', id: 3, bytes: MESSAGE, what: 'reply TryAskBack' })
    .timer('service', 2_803, { what: 'cancelled', ...send, since: 2_802, by: 'transmitted' });
}
