import type { Instant } from '@lapse/protocol';
import { INFINITE } from '@lapse/protocol/constants';
import type { Scenario } from '../scenario.ts';
import {
  type CallMail,
  callsBack,
  callsOf,
  ENVELOPE,
  isOneWay,
  lastsFor,
  opensByCall,
  replySize,
  requestSize,
} from './exchange.ts';
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

interface Told {
  readonly closedAt?: Instant | undefined;
  readonly deaths: Deaths;
}

/** What the client sends to answer the callback of a call, by the call's number. */
type ClientAnswers = ReadonlyMap<number, Sent>;

/** The records of a WCF session opened at `openedAt`, and closed at `closedAt` where it is. */
export function mailOf(scenario: Scenario, openedAt: Instant, told: Told): Mail {
  const unanswered = exchanged(scenario, openedAt, { ...told, answers: new Map() });
  // When the client is asked does not hang on what it answers: no request comes later for an answer that is sent before it.
  const answers = answersTo(unanswered, told.deaths);
  return answers.size === 0 ? unanswered : exchanged(scenario, openedAt, { ...told, answers });
}

/** The client's callback object answers at once. */
function answersTo({ calls }: Mail, { client }: Deaths): ClientAnswers {
  return new Map(
    calls.flatMap(({ number, asked }) =>
      asked === undefined || asked.at > (client ?? Number.POSITIVE_INFINITY)
        ? []
        : [[number, { at: asked, bytes: ENVELOPE }]],
    ),
  );
}

/** What is exchanged where the client answers callbacks so. */
function exchanged(scenario: Scenario, openedAt: Instant, told: Told & { readonly answers: ClientAnswers }): Mail {
  const { contentType, preambleEnd, calls, end, upstream } = towardService(scenario, openedAt, told);
  const served = serve(scenario, calls);
  const endAtService = afterCalls(end, served);
  const sent = serviceSends(scenario, { preambleEnd, served, endAtService }).filter(
    ({ sent: { at } }) => at.at <= (told.deaths.service ?? Number.POSITIVE_INFINITY),
  );
  const downstream = sent.map((each) => each.sent);
  const arrival = (what: string) => {
    const index = sent.findIndex((each) => each.what === what);
    return index < 0
      ? undefined
      : livedBy(scenario, 'client', arrivalOf(scenario, 'downstream', downstream.slice(0, index + 1)));
  };
  const acknowledged = arrival('preamble');
  const endAtClient = arrival('end');
  return {
    ...present({ contentType, preambleEnd, acknowledged, endAtService }),
    ...present({ endAtClient: endAtClient && acknowledged && later(endAtClient, acknowledged) }),
    calls: served.map((call) => ({
      ...call,
      ...present({ asked: arrival(`callback ${call.number}`), replied: arrival(`reply ${call.number}`) }),
    })),
    sends: { upstream, downstream },
  };
}

/** A call as it comes to the service. */
type Arrived = CallMail & {
  readonly arrived: Moment | undefined;
  /** The client's answer to its callback. */
  readonly back: Moment | undefined;
};

interface Upstream {
  readonly contentType: Moment | undefined;
  readonly preambleEnd: Moment | undefined;
  readonly calls: readonly Arrived[];
  /** End, as it arrives. */
  readonly end: Moment | undefined;
  readonly upstream: readonly Sent[];
}

function towardService(
  scenario: Scenario,
  openedAt: Instant,
  { closedAt, deaths, answers }: Told & { readonly answers: ClientAnswers },
): Upstream {
  const preamble = preambleSends(scenario, openedAt);
  const alive = (sends: readonly Sent[]) =>
    sends.flatMap((sent) => {
      const at = livedBy(scenario, 'client', sent.at);
      return at === undefined || at.at > (deaths.client ?? Number.POSITIVE_INFINITY) ? [] : [{ ...sent, at }];
    });
  const read = (moment: Moment | undefined) => livedBy(scenario, 'service', moment);
  const written = alive(preamble.whole);
  const complete = preamble.whole.length > 0 && written.length === preamble.whole.length;
  const contentType = complete ? read(arrivalOf(scenario, 'upstream', alive(preamble.untilContentType))) : undefined;
  const preambleEnd = complete ? read(arrivalOf(scenario, 'upstream', written)) : undefined;
  const ready = opensByCall(scenario) ? readyAt(scenario, preambleEnd) : exactly(openedAt);
  const calls = callsOf(scenario).map((call) => {
    const at = ready && writtenBy(later(exactly(call.step.at), ready), call);
    const [sending] = at ? alive([{ at, bytes: requestSize(call.plan) }]) : [];
    return { ...call, sending, ...present({ sent: sending?.at }) };
  });
  const [end] = alive(closedAt === undefined ? [] : [oneByteAt(exactly(closedAt))]);
  const requests = calls.flatMap(({ sending }) => (sending === undefined ? [] : [sending]));
  const upstream = [...written, ...inTime([...requests, ...answers.values(), ...(end === undefined ? [] : [end])])];
  const arrived = (sent: Sent | undefined) =>
    sent && complete ? read(arrivalOf(scenario, 'upstream', upstream.slice(0, upstream.indexOf(sent) + 1))) : undefined;
  return {
    ...{ contentType, preambleEnd, upstream, end: arrived(end) },
    calls: calls.map(({ sending, ...call }) => ({
      ...call,
      arrived: arrived(sending),
      back: arrived(answers.get(call.number)),
    })),
  };
}

function inTime(sends: readonly Sent[]): readonly Sent[] {
  return sends.toSorted((one, other) => one.at.at - other.at.at);
}

/** When the first call, which opens the session, has done so. */
function readyAt(scenario: Scenario, preambleEnd: Moment | undefined): Moment | undefined {
  if (preambleEnd === undefined || scenario.service.misbehave === 'neverAcknowledges') return undefined;
  return livedBy(scenario, 'client', arrivalOf(scenario, 'downstream', [oneByteAt(preambleEnd)]));
}

/**
 * An operation begins when its request has come, and in a service that is not `multiple` when the one before it is done, or, if it
 * is `reentrant`, calls its client back. A service that is `single` does not even read a request before (wcf-timeouts 7.3).
 */
function serve(scenario: Scenario, calls: readonly Arrived[]): readonly CallMail[] {
  const { concurrencyMode } = scenario.service;
  let free: Moment | undefined;
  return calls.map(({ arrived, back, ...call }) => {
    const dispatched = arrived && (free === undefined ? arrived : later(arrived, free));
    const read = concurrencyMode === 'single' ? dispatched : arrived;
    const worked = livedBy(scenario, 'service', dispatched && after(dispatched, lastsFor(call.plan)));
    const calledBack = callsBack(call.plan) ? worked : undefined;
    const answered = calledBack && back;
    const done = calledBack ? calledBackBy(scenario, calledBack, answered) : worked;
    const leaves = concurrencyMode === 'reentrant' ? (calledBack ?? done) : done;
    if (concurrencyMode !== 'multiple') free = leaves ?? free;
    return { ...call, ...present({ read, dispatched, calledBack, answered, done }) };
  });
}

/** When a callback is over: at once where it is refused, or else with its answer, or with its timeout. */
function calledBackBy(scenario: Scenario, calledBack: Moment, answered: Moment | undefined): Moment | undefined {
  const { concurrencyMode, sendTimeout } = scenario.service;
  if (concurrencyMode === 'single') return calledBack;
  const timedOut = sendTimeout === INFINITE ? undefined : livedBy(scenario, 'service', after(calledBack, sendTimeout));
  if (answered === undefined || timedOut === undefined) return answered ?? timedOut;
  return answered.at < timedOut.at ? answered : timedOut;
}

/** The service reads End in its turn, and answers when no operation runs any more (wcf-timeouts 1.7). */
function afterCalls(end: Moment | undefined, served: readonly CallMail[]): Moment | undefined {
  return served.reduce((latest, { done }) => latest && done && later(latest, done), end);
}

/** Something that the service sends: the acknowledgement of the preamble, the callback or the reply of a call, or End. */
interface ServiceSend {
  readonly what: string;
  readonly sent: Sent;
}

/** It sends at once what it has to say, if it says anything. */
function serviceSends(
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
): readonly ServiceSend[] {
  const { misbehave, concurrencyMode } = service;
  if (misbehave === 'neverAcknowledges') return [];
  const messages = served.flatMap(({ number, plan, calledBack, done }) => [
    ...(concurrencyMode === 'single' ? [] : sending(`callback ${number}`, calledBack, ENVELOPE)),
    ...(isOneWay(plan) ? [] : sending(`reply ${number}`, done, replySize(plan))),
  ]);
  return [
    ...sending('preamble', preambleEnd, ONE_BYTE),
    ...messages.toSorted((one, other) => one.sent.at.at - other.sent.at.at),
    ...(misbehave === 'neverEnds' ? [] : sending('end', endAtService, ONE_BYTE)),
  ];
}

function sending(what: string, at: Moment | undefined, bytes: Sent['bytes']): readonly ServiceSend[] {
  return at === undefined ? [] : [{ what, sent: { at, bytes } }];
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
