import type { Duration, Instant, TimerName } from '@lapse/protocol';
import type { Entry } from '../evidence/evidence.ts';
import type { Injection, Scenario, Side } from '../scenario.ts';
import { attributesOf } from '../toxics.ts';
import { timeoutInWords } from './explain.ts';
import { isAbruptEnd, isFiring } from './observed.ts';
import { seconds } from './seconds.ts';
import { endedBy } from './unseen.ts';

/** The first event that made the session unusable. */
export interface Root {
  readonly is: 'timer' | 'process' | 'toxic' | 'refused' | 'peer' | 'nothing' | 'unknown';
  readonly side?: Side;
  readonly timer?: TimerName;
  /** Of a timer: what it was armed with, and the number of the call that it belonged to, where it was one. */
  readonly span?: Duration;
  readonly call?: number;
  readonly at?: Instant;
  readonly words: string;
}

/** A record of one session, as an account reads it. */
export interface Story {
  /** All that was measured, and what of it is about the session. */
  readonly all: readonly Entry[];
  readonly entries: readonly Entry[];
  readonly scenario: Scenario;
  /** Whether the record says all that happened to the session until the end of measurement. */
  readonly isWhole: boolean;
}

/** What ended the session: a timer, a toxic, a process, its peer, or nothing. */
export function rootOf(story: Story): Root {
  const event = decisiveIn(untilAbort(story.entries));
  const kill = killIn(story);
  if (kill !== undefined && (event === undefined || kill.at <= event.at || !endsSession(event, story))) return kill;
  if (event === undefined) return story.isWhole ? NOTHING : UNKNOWN;
  if (event.type === 'timer') return timerRoot(event, story);
  const cut = cutBefore(event, story.scenario);
  if (cut !== undefined) return cut;
  if (event.type === 'connectFailed')
    return {
      is: 'refused',
      side: 'service',
      at: event.at,
      words: `Nothing listened where the client connected to (${event.code}).`,
    };
  const side = event.side === 'client' ? 'service' : 'client';
  return { is: 'peer', side, at: event.at, words: endedBy(side, story.scenario) };
}

const NOTHING: Root = { is: 'nothing', words: 'Nothing ended the session against the will of its client.' };
const UNKNOWN: Root = { is: 'unknown', words: 'The record does not say: it is not whole.' };

/** What ended the session, or, where nothing did, the first of its calls that failed alone: that is no reason of what comes later. */
function decisiveIn(entries: readonly Entry[]): Entry | undefined {
  const end = entries.find(isEnd);
  const since = end === undefined ? 0 : end.at - SKEW;
  return entries.find((entry) => entry.at >= since && isDecisive(entry));
}

function isEnd(entry: Entry): boolean {
  return isAbruptEnd(entry) || entry.type === 'peerReset';
}

function endsSession({ at }: Entry, { entries }: Story): boolean {
  return untilAbort(entries).some((entry) => isEnd(entry) && entry.at >= at && entry.at <= at + SKEW);
}

/** What ends a session, or one call of it, against the will of whoever uses it. */
function isDecisive(entry: Entry): boolean {
  if (entry.type === 'completed') return entry.side === 'client' && entry.exception !== undefined;
  return isEnd(entry) || isFiring(entry, ['send']);
}

/** What the client aborts by itself is over; whatever the service makes of that is no news. */
function untilAbort(entries: readonly Entry[]): readonly Entry[] {
  const aborted = entries.findIndex(({ type, side }) => type === 'abort' && side === 'client');
  return aborted < 0 ? entries : entries.slice(0, aborted);
}

type Firing = Extract<Entry, { readonly type: 'timer' }>;

function timerRoot({ side = 'service', timer, since, due, at, call }: Firing, { scenario }: Story): Root {
  const late = at - due >= LATE ? `, and ${seconds(at - due)} more` : '';
  const meanwhile = conditionsAt(at, scenario);
  const words = `The ${timeoutInWords(timer, side)} of the ${side} fired at ${seconds(at)}: ${seconds(due - since)} had passed since ${seconds(since)}${late}${meanwhile}.`;
  return { is: 'timer', side, timer, span: due - since, ...(call !== undefined && { call }), at, words };
}

/** What a timer is late by where its process was frozen; a busy machine is late by less. */
const LATE = 250;

/** Toxics and freezes that lay on the session at an instant. */
function conditionsAt(at: Instant, { faults, processFaults = [] }: Scenario): string {
  const toxics = faults
    .filter((fault) => isActive(fault, at))
    .map((fault) => `${toxicInWords(fault)} since ${seconds(fault.at)}`);
  const frozen = processFaults
    .filter((fault) => fault.how === 'freeze' && isActive(fault, at))
    .map((fault) => `the ${fault.side}'s process frozen since ${seconds(fault.at)}`);
  const all = [...toxics, ...frozen];
  return all.length === 0 ? '' : ` (meanwhile: ${all.join('; ')})`;
}

export function isFrozen(side: Side, at: Instant, { processFaults = [] }: Scenario): boolean {
  return processFaults.some((fault) => fault.how === 'freeze' && fault.side === side && isActive(fault, at));
}

function isActive({ at, heal }: { readonly at: Instant; readonly heal?: Instant }, instant: Instant): boolean {
  return at <= instant && (heal === undefined || instant < heal);
}

/** `bandwidth rate 0 on both streams`. */
export function toxicInWords({ toxic, stream }: Injection): string {
  if (toxic.type === 'down') return 'down';
  const attributes = Object.entries(attributesOf(toxic)).map(([name, value]) => ` ${name} ${value}`);
  return `${toxic.type}${attributes.join('')} on ${stream === 'both' ? 'both streams' : `the ${stream} stream`}`;
}

/** The kill of a process, unless the client had closed the session before. */
function killIn({ all, entries, scenario }: Story): (Root & { readonly at: Instant }) | undefined {
  const closed = entries.find(
    (entry) => entry.side === 'client' && entry.type === 'sessionEnded' && entry.why.code === 'closed',
  );
  const signal = all
    .filter((entry) => entry.type === 'signalled')
    .find((entry) => entry.signal === 'SIGKILL' && (closed === undefined || entry.before < closed.at));
  const side = signal && scenario.processFaults?.[signal.fault]?.side;
  if (signal === undefined || side === undefined) return undefined;
  return {
    is: 'process',
    side,
    at: signal.before,
    words: `The process of the ${side} was killed at ${seconds(signal.before)}, by the plan.`,
  };
}

/** A toxic that ends connections, the last one that was put on before the event. */
function cutBefore(event: Entry, { faults }: Scenario): Root | undefined {
  const cuts = faults.filter(({ toxic, at }) => at <= event.at && CUTS.includes(toxic.type));
  const cut = cuts.toSorted((one, other) => other.at - one.at)[0];
  if (cut === undefined) return undefined;
  const did = event.type === 'connectFailed' ? 'refused' : 'ended';
  return {
    is: 'toxic',
    at: cut.at,
    words: `Toxiproxy ${did} the connection: ${toxicInWords(cut)}, put on at ${seconds(cut.at)}.`,
  };
}

const CUTS: readonly string[] = ['down', 'limit_data', 'reset_peer', 'timeout'];

/** The clocks of two processes differ by some milliseconds. */
export const SKEW = 20;
