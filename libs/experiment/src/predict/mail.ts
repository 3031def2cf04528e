import type { Instant } from '@lapse/protocol';
import type { Scenario } from '../scenario.ts';
import { type CallMail, callsOf, isOneWay, lastsFor, opensByCall, replySize, requestSize } from './exchange.ts';
import { writtenBy } from './flood.ts';
import { after, exactly, later, type Moment } from './moment.ts';
import { arrivalOf, type Direction, type Sent } from './path.ts';
import { ONE_BYTE, preambleSends } from './preamble.ts';
import type { Rule } from './rule.ts';
import { livedBy } from './stillness.ts';

export const MISBEHAVING: Rule = {
  id: 'misbehaving-service',
  source: 'docs/JUDGING.md, "misbehave"; wcf-timeouts 1.4 and 1.7 for what the client does about it',
  formula:
    'neverAcknowledges: no acknowledgement leaves; neverEnds: End is read, and none leaves; all else as if it had left',
  calibration: 'uncalibrated',
  restsOn: ['preamble'],
};

/** What of a session's records reaches the other side, and when; an absent one does not in this run. */
export interface Mail {
  readonly contentType?: Moment;
  readonly preambleEnd?: Moment;
  /** PreambleAck at the client. */
  readonly acknowledged?: Moment;
  readonly calls: readonly CallMail[];
  /** The client's End at the service. */
  readonly endAtService?: Moment;
  /** The service's answering End at the client. */
  readonly endAtClient?: Moment;
  /** Everything written, also what never arrives: it queues ahead of the connection's end. */
  readonly sends: Readonly<Record<Direction, readonly Sent[]>>;
}

/** Instants after which a side writes nothing more. */
export interface Deaths {
  readonly client?: Instant;
  readonly service?: Instant;
}

/** The records of a WCF session opened at `openedAt`, and closed at `closedAt` where it is. */
export function mailOf(
  scenario: Scenario,
  openedAt: Instant,
  { closedAt, deaths }: { readonly closedAt?: Instant | undefined; readonly deaths: Deaths },
): Mail {
  const preamble = preambleSends(scenario, openedAt);
  const alive = (sends: readonly Sent[]) =>
    sends.flatMap((sent) => {
      const at = livedBy(scenario, 'client', sent.at);
      return at === undefined || at.at > (deaths.client ?? Number.POSITIVE_INFINITY) ? [] : [{ ...sent, at }];
    });
  const read = (moment: Moment | undefined) => livedBy(scenario, 'service', moment);
  const complete = preamble.whole.length > 0 && alive(preamble.whole).length === preamble.whole.length;
  const contentType = complete ? read(arrivalOf(scenario, 'upstream', alive(preamble.untilContentType))) : undefined;
  const preambleEnd = complete ? read(arrivalOf(scenario, 'upstream', alive(preamble.whole))) : undefined;
  const written = alive(preamble.whole);
  const ready = opensByCall(scenario) ? readyAt(scenario, preambleEnd) : exactly(openedAt);
  const calls = callsOf(scenario).map((call): CallMail & { readonly sending: Sent | undefined } => {
    const at = ready && writtenBy(later(exactly(call.step.at), ready), call);
    const [sending] = at ? alive([{ at, bytes: requestSize(call.plan) }]) : [];
    return { ...call, sending, ...present({ sent: sending?.at }) };
  });
  const [end] = alive(closedAt === undefined ? [] : [oneByteAt(exactly(closedAt))]);
  const requests = calls.flatMap(({ sending }) => (sending === undefined ? [] : [sending]));
  const upstream = [...written, ...requests, ...(end === undefined ? [] : [end])];
  const arrived = (sent: Sent | undefined) =>
    sent && complete ? read(arrivalOf(scenario, 'upstream', upstream.slice(0, upstream.indexOf(sent) + 1))) : undefined;
  const served = serve(
    scenario,
    calls.map(({ sending, ...call }) => ({ ...call, arrived: arrived(sending) })),
  );
  const endAtService = afterCalls(arrived(end), served);
  const answers = answersOf(scenario, { preambleEnd, served, endAtService }).filter(
    ({ sent }) => sent.at.at <= (deaths.service ?? Number.POSITIVE_INFINITY),
  );
  const downstream = answers.map(({ sent }) => sent);
  const told = (of: Answer['of']) => {
    const index = answers.findIndex((answer) => answer.of === of);
    return index < 0
      ? undefined
      : livedBy(scenario, 'client', arrivalOf(scenario, 'downstream', downstream.slice(0, index + 1)));
  };
  const acknowledged = told('preamble');
  const endAtClient = told('end');
  return {
    ...present({ contentType, preambleEnd, acknowledged, endAtService }),
    ...present({ endAtClient: endAtClient && acknowledged && later(endAtClient, acknowledged) }),
    calls: served.map((call) => ({ ...call, ...present({ replied: told(call.number) }) })),
    sends: { upstream, downstream },
  };
}

/** When the first call, which opens the session, has done so. */
function readyAt(scenario: Scenario, preambleEnd: Moment | undefined): Moment | undefined {
  if (preambleEnd === undefined || scenario.service.misbehave === 'neverAcknowledges') return undefined;
  return livedBy(scenario, 'client', arrivalOf(scenario, 'downstream', [oneByteAt(preambleEnd)]));
}

/** One after another: an operation begins when its request has come and the one before it is done. */
function serve(
  scenario: Scenario,
  calls: readonly (CallMail & { readonly arrived: Moment | undefined })[],
): readonly CallMail[] {
  let free: Moment | undefined;
  return calls.map(({ arrived, ...call }) => {
    const { plan } = call;
    const dispatched = arrived && (free === undefined ? arrived : later(arrived, free));
    const done = livedBy(scenario, 'service', dispatched && after(dispatched, lastsFor(plan)));
    free = done ?? free;
    return { ...call, ...present({ dispatched, done }) };
  });
}

/** The service reads End in its turn, and answers when no operation runs any more (wcf-timeouts 1.7). */
function afterCalls(end: Moment | undefined, served: readonly CallMail[]): Moment | undefined {
  return served.reduce((latest, { done }) => latest && done && later(latest, done), end);
}

/** What the service sends, and what it answers by it: the preamble, a call by its number, or End. */
interface Answer {
  readonly of: 'preamble' | 'end' | number;
  readonly sent: Sent;
}

/** It answers at once what it has read or done, if it answers. */
function answersOf(
  { service }: Scenario,
  {
    preambleEnd,
    served,
    endAtService,
  }: {
    readonly preambleEnd: Moment | undefined;
    readonly served: readonly CallMail[];
    readonly endAtService: Moment | undefined;
  },
): readonly Answer[] {
  const replies = served
    .filter(({ plan }) => !isOneWay(plan))
    .flatMap(({ number, plan, done }) => answer(number, done, replySize(plan)));
  if (service.misbehave === 'neverAcknowledges') return [];
  const end = service.misbehave === 'neverEnds' ? [] : answer('end', endAtService, ONE_BYTE);
  return [...answer('preamble', preambleEnd, ONE_BYTE), ...replies, ...end];
}

function answer(of: Answer['of'], at: Moment | undefined, bytes: Sent['bytes']): readonly Answer[] {
  return at === undefined ? [] : [{ of, sent: { at, bytes } }];
}

function oneByteAt(at: Moment): Sent {
  return { at, bytes: ONE_BYTE };
}

function present<T extends Readonly<Record<string, Moment | undefined>>>(
  moments: T,
): { readonly [K in keyof T]?: Moment } {
  const result: { [K in keyof T]?: Moment } = {};
  for (const key in moments) {
    const moment = moments[key];
    if (moment !== undefined) result[key] = moment;
  }
  return result;
}
