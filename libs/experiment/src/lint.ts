import type { Duration, Instant } from '@lapse/protocol';
import { INFINITE } from '@lapse/protocol/constants';
import { lintProcessFaults } from './lint-processes.ts';
import type { ClientSettings, Injection, Scenario, ServiceSettings, Step, Stream } from './scenario.ts';
import { attributeProblems } from './toxics.ts';

/** What is wrong with a scenario as a whole, although each of its values alone is legal. */
export interface Problem {
  /** Keys and indexes that lead to the value concerned, from the scenario down. */
  readonly where: readonly (string | number)[];
  /** A sentence: what is wrong, and what would be right. */
  readonly message: string;
}

/** Everything that makes a scenario meaningless, impossible on its injector, or not reproducible. Empty: nothing does. */
export function lint(scenario: Scenario): readonly Problem[] {
  return [
    ...lintWorkload(scenario),
    ...lintClient(scenario),
    ...scenario.faults.flatMap((_, index) => lintInjection(scenario, index)),
    ...lintOverlaps(scenario.faults),
    ...lintProcessFaults(scenario),
    ...lintDuration(scenario),
  ];
}

function lintWorkload({ workload, client, runFor }: Scenario): readonly Problem[] {
  if (workload.length === 0)
    return [{ where: ['workload'], message: 'The workload is empty: without a step there is no session.' }];
  return workload.flatMap((step, index) => {
    const earlier = workload.slice(0, index);
    const messages = [misplaced(step, client.raw), outOfOrder(step, earlier), tooLate('step', step.at, runFor)];
    return problemsAt(['workload', index, 'at'], messages.slice(1)).concat(
      problemsAt(['workload', index, 'do'], [messages[0], outOfLifecycle(step, earlier)]),
      problemsAt(['workload', index, 'drip'], dripping(step)),
      problemsAt(['workload', index, 'call', 'times'], flooding(step, client)),
      problemsAt(['workload', index, 'call', 'operation'], [callingBack(step, client)]),
    );
  });
}

function misplaced(step: Step, raw: boolean): string | undefined {
  if (raw && step.do !== 'connect') return `A raw client is a bare socket: it can connect, it cannot ${step.do}.`;
  if (!raw && step.do === 'connect') return 'Only a raw client (client.raw: true) connects; a WCF client opens.';
  return undefined;
}

function dripping({ do: what, drip }: Step): readonly (string | undefined)[] {
  if (drip === undefined) return [];
  return [
    what === 'connect' ? undefined : `Only a raw client's connect drips: a WCF client writes its preamble at once.`,
    drip.bytes < 1 ? 'A drip is at least one byte at a time: bytes is 1 or more.' : undefined,
    drip.every < 1 ? 'A drip without a pause is none: every is at least 1 ms.' : undefined,
  ];
}

/** The calls that one step may make. */
export const MOST_TIMES = 10_000;

function flooding({ call }: Step, { callStyle }: ClientSettings): readonly (string | undefined)[] {
  if (call?.times === undefined) return [];
  const { operation, times } = call;
  const isCount = Number.isInteger(times) && times >= 1 && times <= MOST_TIMES;
  return [
    isCount ? undefined : `A step makes a whole number of calls, from 1 to ${MOST_TIMES}: times is ${times}.`,
    operation === 'oneWay' ? undefined : `Only oneWay calls are made several times by one step: ${operation} is not.`,
    callStyle === 'sync'
      ? undefined
      : `Several calls of one step wait for each other: that is how a sync client calls, not one with callStyle ${callStyle}.`,
  ];
}

function callingBack({ call }: Step, { callStyle }: ClientSettings): string | undefined {
  if (call?.operation !== 'askBack' || callStyle === 'duplex') return undefined;
  return `Only a client with a callback contract can be called back: askBack needs callStyle duplex, not ${callStyle}.`;
}

function outOfOrder(step: Step, earlier: readonly Step[]): string | undefined {
  const previous = earlier.at(-1);
  if (previous === undefined || previous.at < step.at) return undefined;
  return `Steps stand in the order of their instants, one at a time: this one at ${step.at} follows one at ${previous.at}.`;
}

/** A session is opened first, and another one when it is over; nothing else follows its close or abort. */
function outOfLifecycle(step: Step, earlier: readonly Step[]): string | undefined {
  const starts = step.do === 'open' || step.do === 'connect';
  if (earlier.length === 0)
    return starts || step.do === 'call' ? undefined : `${step.do} before open: there is nothing to ${step.do} yet.`;
  const opened = earlier.findLastIndex((other) => other.do === 'open' || other.do === 'connect');
  const session = earlier.slice(Math.max(0, opened));
  const over = session.some((other) => other.do === 'close' || other.do === 'abort');
  if (starts) return over ? undefined : 'One session at a time: another one is opened when the one before is closed.';
  const ending = session.find((other) => other.do === 'abort' || (other.do === 'close' && step.do !== 'abort'));
  return ending && `Nothing can follow ${ending.do}, except an abort that follows a close.`;
}

function lintClient({ client }: Scenario): readonly Problem[] {
  const pool =
    client.raw && client.connectionPoolSettings !== undefined
      ? 'A raw client is a bare socket: it has no connection pool.'
      : undefined;
  const pooled = problemsAt(['client', 'connectionPoolSettings'], [pool]);
  return client.preambleCut === undefined ? pooled : [...pooled, ...lintCut(client, client.preambleCut)];
}

function lintCut(client: ClientSettings, cut: NonNullable<ClientSettings['preambleCut']>): readonly Problem[] {
  const messages = [
    client.raw ? 'A raw client writes no preamble, so there is none to cut.' : undefined,
    cut.after < 1 ? 'The cut must leave at least one byte before the pause: after is 1 or more.' : undefined,
    cut.pause < 1 ? 'A cut without a pause is no cut: pause is at least 1 ms.' : undefined,
  ];
  return problemsAt(['client', 'preambleCut'], messages);
}

function lintInjection({ path, faults, workload, runFor }: Scenario, index: number): readonly Problem[] {
  const injection = faults[index];
  if (injection === undefined) return [];
  const direct = path === 'direct' ? 'path: direct has no injector in it: no fault can be staged there.' : undefined;
  const opened = workload[0]?.at;
  return [
    ...problemsAt(['faults', index], [direct]),
    ...problemsAt(['faults', index, 'at'], [tooLate('fault', injection.at, runFor)]),
    ...problemsAt(['faults', index, 'heal'], healing(injection, runFor)),
    ...problemsAt(['faults', index, 'toxic', 'type'], [impossible(injection, opened), downHasNoStream(injection)]),
    ...irreproducible(injection, index),
    ...attributeProblems(injection.toxic).map(({ attribute, message }) => ({
      where: ['faults', index, 'toxic', attribute],
      message: `${message}.`,
    })),
  ];
}

function healing({ at, heal, toxic }: Injection, runFor: Duration): readonly (string | undefined)[] {
  if (heal === undefined) return [];
  return [
    heal <= at ? `The fault heals at ${heal}, not after its beginning at ${at}.` : undefined,
    heal >= runFor ? `The fault heals at ${heal}, but the measurement ends at ${runFor}: leave heal away.` : undefined,
    toxic.type === 'timeout'
      ? 'Removing a timeout toxic cuts the connection, and what it dropped is gone: it cannot heal. Leave heal away, or hold the bytes with bandwidth, rate 0.'
      : undefined,
    toxic.type === 'reset_peer' && toxic.timeout > 0
      ? 'Toxiproxy cannot remove a reset_peer that waits: its API blocks until it fires. Leave heal away.'
      : undefined,
  ];
}

/** What Toxiproxy accepts and then does not do, by measurement. */
function impossible({ at, toxic }: Injection, opened: Instant | undefined): string | undefined {
  if (toxic.type === 'reset_peer' && opened !== undefined && at >= opened) {
    return 'Toxiproxy resets only connections that are made after the toxic; a live session would see a clean end (FIN) instead of a reset. And reset_peer is not predicted yet, wherever it is staged: end the connection with down, or kill a process.';
  }
  if (toxic.type === 'timeout' && toxic.timeout > 0) {
    return 'A timeout above 0 starts again at every chunk, so that its end cannot be predicted. Use timeout: 0 (silence), or down (an end).';
  }
  return undefined;
}

function downHasNoStream({ toxic, stream }: Injection): string | undefined {
  return toxic.type === 'down' && stream !== 'both' ? 'down disables the whole proxy: its stream is both.' : undefined;
}

/** Toxiproxy draws jitter and size variation by itself, without a seed. */
function irreproducible({ toxic }: Injection, index: number): readonly Problem[] {
  const where = (attribute: string) => ['faults', index, 'toxic', attribute];
  if (toxic.type === 'latency' && toxic.jitter > 0) {
    return [
      {
        where: where('jitter'),
        message: 'Toxiproxy draws jitter without a seed: a plan that can be repeated has jitter: 0.',
      },
    ];
  }
  if (toxic.type === 'slicer' && toxic.size_variation > 0) {
    return [
      {
        where: where('size_variation'),
        message: 'Toxiproxy draws sizes without a seed: a plan that can be repeated has size_variation: 0.',
      },
    ];
  }
  return [];
}

/** Adding a toxic interrupts the one before it on the same stream, which then flushes what it holds past the new one. */
function lintOverlaps(faults: readonly Injection[]): readonly Problem[] {
  return faults.flatMap((injection, index) => {
    const holds = faults.findIndex((other, position) => position < index && overlap(other, injection));
    const message = `Fault ${holds + 1} still holds this stream: Toxiproxy would flush what it holds past the new toxic. Heal it first.`;
    return holds < 0 ? [] : [{ where: ['faults', index], message }];
  });
}

function overlap(one: Injection, other: Injection): boolean {
  return one.at <= (other.heal ?? INFINITE) && other.at <= (one.heal ?? INFINITE) && share(one.stream, other.stream);
}

function share(one: Stream, other: Stream): boolean {
  return one === other || one === 'both' || other === 'both';
}

/** With no fault, no close and no clock that ends in time, every run of the scenario looks alike. */
function lintDuration({ workload, faults, processFaults, client, service, runFor }: Scenario): readonly Problem[] {
  const start = workload[0];
  if (start === undefined || faults.length > 0 || processFaults !== undefined || workload.length > 1) return [];
  const spans = decisive(start, client, service);
  const [earliest] = Object.entries(spans).sort(([, one], [, other]) => one - other);
  if (earliest === undefined || start.at + earliest[1] < runFor) return [];
  const [name, span] = earliest;
  const end = span === INFINITE ? 'never ends' : `ends at ${start.at + span} at the earliest`;
  return [
    {
      where: ['runFor'],
      message: `Nothing decides within ${runFor} ms: the first clock, ${name}, ${end}. Run longer, or scale it down.`,
    },
  ];
}

/** The clocks that may end a session that nothing disturbs. */
function decisive(start: Step, client: ClientSettings, service: ServiceSettings): Readonly<Record<string, Duration>> {
  const { channelInitializationTimeout, receiveTimeout, misbehave } = service;
  if (client.raw) return { channelInitializationTimeout, ...(start.drip && { receiveTimeout }) };
  const late = client.preambleCut !== undefined || misbehave === 'neverAcknowledges';
  return { receiveTimeout, ...(late && { openTimeout: client.openTimeout }) };
}

function tooLate(what: string, at: Instant, runFor: Duration): string | undefined {
  return at >= runFor ? `This ${what} at ${at} comes after the end of measurement at ${runFor}.` : undefined;
}

function problemsAt(
  where: readonly (string | number)[],
  messages: readonly (string | undefined)[],
): readonly Problem[] {
  return messages.filter((message) => message !== undefined).map((message) => ({ where, message }));
}
