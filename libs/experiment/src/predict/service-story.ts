import type { Scenario, Step } from '../scenario.ts';
import { type Clock, poolClock, rearmedClock, reusedClock, serviceClocks } from './clocks.ts';
import { type Draft, endedByPeer, firing } from './draft.ts';
import type { Mail } from './mail.ts';
import type { Moment } from './moment.ts';
import { type Contender, type Doubt, type Ending, race } from './race.ts';
import type { Rule } from './rule.ts';

export const SERVICE_SESSION_ENDED: Rule = {
  id: 'service-session-ended',
  source: 'wcf-timeouts 15.5 (client process killed; RST, idle), wcf-wire 1.5 (EOF rules)',
  formula: "the instant at which the end of the client's connection is read; every timer of the session stops there",
  calibration: 'calibrated by dotnet-server raw-fin-after-ack, raw-fin-mid-record for the end itself',
  restsOn: ['path-endings'],
};

export const SERVICE_CLOSES: Rule = {
  id: 'service-closes',
  source: 'wcf-timeouts 1.7, wcf-wire 1.8',
  formula: 't_close + L_cs: without a running operation the service answers End at once',
  calibration: 'calibrated by dotnet-server raw-good-session',
  restsOn: ['preamble', 'path-endings'],
};

/** When this side ends the connection, or has read its end: with End before it or not, and by which clock, if by one. */
export interface Over {
  readonly at: Moment;
  readonly abrupt: boolean;
  readonly clock?: Clock;
  /** Its process was killed: the kernel ends the connection. */
  readonly killed?: boolean;
  /** The connection does not end with the session: it goes to the pool. */
  readonly pooled?: boolean;
}

/** What one side goes through until its connection is gone, or the run ends. */
export interface Story {
  readonly drafts: readonly Draft[];
  readonly clocks: readonly Clock[];
  readonly over?: Over;
  readonly doubt?: Doubt;
  /** A reused connection ended before the acknowledgement: the open goes on from here, on another one. */
  readonly preambleFailed?: Moment;
  /** The service's idle timer, still running when the next session takes the connection over. */
  readonly idle?: Clock;
}

interface Told {
  readonly mail: Mail;
  readonly ending: Ending | undefined;
  readonly next: Step | undefined;
}

/**
 * The service's side of a session: content type, PreambleEnd, End (wcf-timeouts 5.2, 1.6, 3.3, 1.7). `begins` is the clock of the
 * connection that it comes on: that of a new one, or the idle timer of one that is reused.
 */
export function serviceStory(scenario: Scenario, begins: Clock, { mail, ending, next }: Told): Story {
  const clocks: Clock[] = [];
  const { open, receive } = serviceClocks(scenario, mail);
  const waiting = begins.timer === 'poolIdle' ? reusedClock(begins, mail) : begins;
  const end: Contender | undefined = ending && { kind: 'end', ending };
  const stages: readonly (readonly (Clock | Contender | undefined)[])[] = [
    [waiting, arrival(mail.contentType, 'the content type')],
    [open, receive, arrival(mail.preambleEnd, 'PreambleEnd')],
    ...requestStages(receive, mail),
  ];
  for (const stage of stages) {
    const running = stage.filter((each) => each !== undefined).filter((each) => 'timer' in each);
    clocks.push(...running.filter((clock) => !clocks.includes(clock)));
    const { first, doubt } = race([...stage.map(asContender), end]);
    if (first === undefined || first.kind !== 'mail') return { clocks, ...abrupt(first), ...(doubt && { doubt }) };
    if (doubt !== undefined) return { drafts: [], clocks, doubt };
  }
  return pooled(scenario, clocks, { mail, ending, next });
}

/** One stage for each request, with the idle timer as the one before has left it; then End. */
function requestStages(
  receive: Clock | undefined,
  { calls, endAtService }: Mail,
): readonly (readonly (Clock | Contender | undefined)[])[] {
  let idle = receive;
  const stages = calls.flatMap(({ dispatched, number }) => {
    if (dispatched === undefined) return [];
    const stage = [idle, arrival(dispatched, `call ${number}`)];
    idle = idle && rearmedClock(idle, dispatched);
    return [stage];
  });
  return [...stages, [idle, arrival(endAtService, 'End')]];
}

function arrival(at: Moment | undefined, what: string): Contender | undefined {
  return at && { kind: 'mail', at, what };
}

function asContender(each: Clock | Contender | undefined): Contender | undefined {
  return each !== undefined && 'timer' in each ? { kind: 'clock', clock: each } : each;
}

function abrupt(first: Contender | undefined): Pick<Story, 'drafts' | 'over'> {
  if (first?.kind === 'clock') {
    const draft = first.clock.timer === 'poolIdle' ? idleFiring(first.clock) : firing(first.clock);
    return { drafts: [draft], over: { at: draft.at, abrupt: true, clock: first.clock } };
  }
  if (first?.kind !== 'end') return { drafts: [] };
  return {
    drafts: [endedByPeer('service', first.ending, { rule: SERVICE_SESSION_ENDED })],
    over: { at: first.ending.at, abrupt: true },
  };
}

/** After End/End the connection waits for another session: until that comes, or its end, or the idle timeout. */
function pooled(scenario: Scenario, clocks: readonly Clock[], { mail, ending, next }: Told): Story {
  const ended = mail.endAtService;
  if (ended === undefined) return { drafts: [], clocks };
  const pool = poolClock(scenario, ended, ending?.at);
  const closed: Draft = {
    side: 'service',
    outcome: { is: 'completes', operation: 'close' },
    windowSpan: 0,
    at: ended,
    rule: SERVICE_CLOSES,
    ends: 'graceful',
  };
  const taken: Contender | undefined = next && { kind: 'step', step: next };
  const { first, doubt } = race([{ kind: 'clock', clock: pool }, ending && { kind: 'end', ending }, taken]);
  const expired = first?.kind === 'clock' ? idleFiring(pool) : undefined;
  const over: Over =
    expired === undefined ? { at: ended, abrupt: false } : { at: expired.at, abrupt: true, clock: pool };
  return {
    drafts: [closed, ...(expired === undefined ? [] : [expired])],
    clocks: [...clocks, pool],
    over,
    ...(doubt && { doubt }),
    ...(first?.kind === 'step' ? { idle: pool } : {}),
  };
}

/** No session is there that it could end. */
function idleFiring(idle: Clock): Draft {
  return { ...firing(idle), ends: 'no' };
}
