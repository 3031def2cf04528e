import type { Scenario, Step } from '../scenario.ts';
import { callbackClock, callbackOver, callbackRefused, callbacksOnEnded, callbacksSideBySide } from './callbacks.ts';
import { type Clock, poolClock, rearmedClock, reusedClock, serviceClocks } from './clocks.ts';
import { type Draft, endedByPeer, firing } from './draft.ts';
import { type CallMail, callsBack } from './exchange.ts';
import type { Mail } from './mail.ts';
import type { Moment } from './moment.ts';
import { type Contender, type Doubt, type Ending, earliestOf, race } from './race.ts';
import type { Rule } from './rule.ts';

export const SERVICE_SESSION_ENDED: Rule = {
  id: 'service-session-ended',
  source: 'wcf-timeouts 15.5 (client process killed; RST, idle), 7.3 (pump release), wcf-wire 1.5 (EOF rules)',
  formula:
    "the instant at which the end of the client's connection arrives; every timer of the session stops there, or, where an operation of a service that is single keeps it from reading FIN, when that is done",
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
export function serviceStory(scenario: Scenario, begins: Clock, told: Told): Story {
  const story = storyOf(scenario, begins, told);
  const until = story.over?.abrupt ? story.over.at.at : Number.POSITIVE_INFINITY;
  const begun = told.mail.calls.filter(({ dispatched }) => dispatched !== undefined && dispatched.at < until);
  return { ...story, ...withDoubt(earliestOf([story.doubt, callbacksSideBySide(scenario, begun)])) };
}

function withDoubt(doubt: Doubt | undefined): Pick<Story, 'doubt'> {
  return doubt === undefined ? {} : { doubt };
}

function storyOf(scenario: Scenario, begins: Clock, { mail, ending, next }: Told): Story {
  const clocks: Clock[] = [];
  const drafts: Draft[] = [];
  const { open, receive } = serviceClocks(scenario, mail);
  const waiting = begins.timer === 'poolIdle' ? reusedClock(begins, mail) : begins;
  const end: Contender | undefined = ending && { kind: 'end', ending };
  const stages: readonly Stage[] = [
    { of: [waiting, arrival(mail.contentType, 'the content type')] },
    { of: [open, receive, arrival(mail.preambleEnd, 'PreambleEnd')] },
    ...requestStages(scenario, receive, mail),
  ];
  for (const { of, tells } of stages) {
    const running = of.filter((each) => each !== undefined).filter((each) => 'timer' in each);
    clocks.push(...running.filter((clock) => !clocks.includes(clock)));
    const { first, doubt } = race([...of.map(asContender), end]);
    if (first === undefined || !goesOn(first)) {
      const idle = running.find(({ timer }) => timer === 'receive');
      const { fires, doubt: near } = idleBehindEnd(scenario, mail.calls, { first, idle });
      const { drafts: last, ...over } = abrupt(first);
      const untold = mail.calls.filter(({ number }) => !drafts.some(({ call }) => call === number));
      const callbacks = first === undefined ? [] : callbacksOnEnded(scenario, untold, fires ?? first);
      const told = [...drafts, ...last, ...(fires === undefined ? [] : [firing(fires.clock)]), ...callbacks];
      return { clocks, ...over, drafts: told, ...withDoubt(earliestOf([doubt, near])) };
    }
    if (doubt !== undefined) return { drafts, clocks, doubt };
    const told = tells?.(first);
    if (told !== undefined) drafts.push(told);
  }
  const last = pooled(scenario, clocks, { mail, ending, next });
  return { ...last, drafts: [...drafts, ...last.drafts] };
}

/**
 * A service that is single-threaded does not read FIN under an operation: its idle timer runs on, and may fire before the operation
 * is done (wcf-timeouts 3.3, 7.3).
 */
function idleBehindEnd(
  { service }: Scenario,
  calls: readonly CallMail[],
  { first, idle }: { readonly first: Contender | undefined; readonly idle: Clock | undefined },
): { readonly fires?: Firing; readonly doubt?: Doubt } {
  if (service.concurrencyMode !== 'single' || first?.kind !== 'end' || first.ending.how !== 'fin') return {};
  const end = first.ending.at.at;
  const running = calls.find(({ dispatched, done }) => dispatched && dispatched.at < end && !(done && done.at < end));
  if (running === undefined || idle === undefined) return {};
  const fires = { kind: 'clock', clock: idle } as const;
  const { first: next, doubt } = race([
    fires,
    arrival(running.done, `the end of the operation of call ${running.number}`),
  ]);
  return { ...(next === fires && { fires }), ...withDoubt(doubt) };
}

type Firing = Extract<Contender, { readonly kind: 'clock' }>;

/** What may be next, and what is told of it where the session goes on behind it. */
interface Stage {
  readonly of: readonly (Clock | Contender | undefined)[];
  readonly tells?: (first: Contender) => Draft | undefined;
}

/** A message that comes leaves a session as it was, and so does the timeout of a callback. */
function goesOn(first: Contender): boolean {
  return first.kind === 'mail' || (first.kind === 'clock' && first.clock.timer === 'send');
}

/** One stage for each request, where it is read, and two for its callback, with the idle timer as the one before has left it; then End. */
function requestStages(
  scenario: Scenario,
  receive: Clock | undefined,
  { calls, endAtService }: Mail,
): readonly Stage[] {
  let idle = receive;
  const stages = calls.flatMap((call): readonly Stage[] => {
    const { read, number, calledBack, done } = call;
    if (read === undefined) return [];
    const request: Stage = { of: [idle, arrival(read, `call ${number}`)] };
    idle = idle && rearmedClock(idle, read);
    if (!callsBack(call.plan)) return [request];
    const clock = callbackClock(scenario, call);
    const begins: Stage = {
      of: [idle, arrival(calledBack, `the callback of call ${number}`)],
      ...(clock === undefined && { tells: () => calledBack && callbackRefused(call, calledBack) }),
    };
    if (clock === undefined) return [request, begins];
    const over: Stage = {
      of: [idle, clock, arrival(call.answered, `the answer to the callback of call ${number}`)],
      tells: (first) => callbackOver(call, first),
    };
    idle = idle && done && rearmedClock(idle, done);
    return [request, begins, over];
  });
  return [...stages, { of: [idle, arrival(endAtService, 'End')] }];
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
