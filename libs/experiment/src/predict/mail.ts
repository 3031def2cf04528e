import type { Instant } from '@lapse/protocol';
import type { Scenario } from '../scenario.ts';
import { exactly, later, type Moment } from './moment.ts';
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
  const upstream = [...alive(preamble.whole), ...alive(closedAt === undefined ? [] : [oneByteAt(exactly(closedAt))])];
  const endAtService =
    upstream.length > preamble.whole.length ? read(arrivalOf(scenario, 'upstream', upstream)) : undefined;
  const answers = answersOf(scenario, [preambleEnd, endAtService])
    .filter((moment) => moment !== undefined)
    .filter(({ at }) => at <= (deaths.service ?? Number.POSITIVE_INFINITY))
    .map(oneByteAt);
  const told = (sends: readonly Sent[]) => livedBy(scenario, 'client', arrivalOf(scenario, 'downstream', sends));
  const acknowledged = answers[0] && told(answers.slice(0, 1));
  const endAtClient = answers[1] && told(answers);
  return {
    ...present({ contentType, preambleEnd, acknowledged, endAtService }),
    ...present({ endAtClient: endAtClient && acknowledged && later(endAtClient, acknowledged) }),
    sends: { upstream, downstream: answers },
  };
}

/** When the service sends its acknowledgement, then its End: it answers at once what it reads, if it answers. */
function answersOf({ service }: Scenario, read: readonly (Moment | undefined)[]): readonly (Moment | undefined)[] {
  if (service.misbehave === 'neverAcknowledges') return [];
  return service.misbehave === 'neverEnds' ? read.slice(0, 1) : read;
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
