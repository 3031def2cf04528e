import { describe, expect, test } from '@jest/globals';
import type { Ending } from '../channel/vocabulary.ts';
import type { Instant } from '../time.ts';
import { CLOSE_AFTER_FAULT_TIMEOUT, type ServiceConnectionSettings, serviceConnection } from './service-connection.ts';
import { type Cut, type Played, play } from './testing/player.ts';
import { REPLAYED_CASES, type RecordedConnection, type RecordedStep, type ReplayedCase } from './testing/replayed.ts';
import { replayedService } from './testing/replayed-service.ts';

// Each recorded client once more, lost behind each of its records: the connection is reset, ended, or never heard of again.

/** What a client has written when it is lost. */
type Reached = 'nothing' | 'preamble' | 'encoding' | 'opened' | 'message' | 'end' | 'nextPreamble' | 'partOfRecord';

interface LostClient {
  readonly name: string;
  readonly replayed: ReplayedCase;
  readonly connection: RecordedConnection;
}

/** All that are answered as they were then. */
const CLIENTS: readonly LostClient[] = REPLAYED_CASES.filter(({ rule }) => ['D1', 'M1', 'S1'].includes(rule)).flatMap(
  (replayed) => replayed.connections.map((connection) => ({ name: replayed.name, replayed, connection })),
);

type Step = Extract<RecordedStep, { readonly type: 'record' }>;

function recordsOf({ steps }: RecordedConnection): readonly Step[] {
  return steps.filter((step): step is Step => step.type === 'record' && step.dir === 'c2s');
}

/** Behind each record, and before the first. */
function cutsOf(connection: RecordedConnection): readonly number[] {
  return Array.from({ length: recordsOf(connection).length + 1 }, (_, index) => index);
}

function reached(connection: RecordedConnection, after: number): Reached {
  const written = recordsOf(connection).slice(0, after);
  const last = written.at(-1);
  if (last === undefined) return 'nothing';
  const isNext = written.some(({ record }) => record.record?.type === 'end');
  switch (last.record.record?.type) {
    case undefined:
      return 'partOfRecord';
    case 'sizedEnvelope':
      return 'message';
    case 'end':
      return 'end';
    case 'knownEncoding':
    case 'extensibleEncoding':
      return 'encoding';
    case 'preambleEnd':
      return 'opened';
    default:
      return isNext ? 'nextPreamble' : 'preamble';
  }
}

interface Lost {
  readonly name: string;
  readonly played: Played;
  readonly settings: ServiceConnectionSettings;
  readonly at: Reached;
  /** When the last operation was over, at the earliest when the client was lost. */
  readonly idle: Instant;
}

/** Plays a client up to there, and sees that nothing is left of it in the end. */
function lose({ name, replayed, connection }: LostClient, cut: Cut): Lost {
  const settings = replayedService(replayed, connection);
  const machine = serviceConnection(settings);
  const played = play(machine, connection, { cut });
  expect(machine.deadline()).toBeUndefined();
  expect(machine.describe()).toMatchObject({ phase: 'gone', operations: 0 });
  const executed = played.effects.filter(({ effect }) => effect.type === 'executed');
  const idle = Math.max(played.lostAt, ...executed.map(({ at }) => at));
  return { name, played, settings, at: reached(connection, cut.after), idle };
}

/** Our service had refused the client before it was lost: nothing else becomes of it. */
function isRefused({ sessions, endings, lostAt }: Played): boolean {
  const [first] = endings;
  const refusal = sessions.some(({ code }) => code === 'protocolViolation' || code === 'quotaExceeded');
  return refusal && first?.how === 'abort' && first.at <= lostAt;
}

/** How the connection ended and when, and how the session did that was under way. */
type Fate = readonly [how: 'end' | 'abort', at: Instant, session: string];

function fateOf({ endings, sessions }: Played): Fate | undefined {
  const [first] = endings;
  const session = sessions.at(-1);
  if (first === undefined) return undefined;
  return [first.how, first.at, session === undefined ? 'none' : causeOf(session)];
}

function causeOf(why: Ending): string {
  return why.code === 'timedOut' ? `${why.timer} timed out` : why.code;
}

/** Behind End no session is under way: the last one is that which has ended. */
function whole(at: Reached): string | undefined {
  if (at === 'nothing') return 'none';
  return at === 'end' ? 'peerEnded' : undefined;
}

/** RST: at once, whatever runs (wcf-timeouts 15.5). */
function fateByReset({ at, played }: Lost): Fate {
  return ['abort', played.lostAt, whole(at) ?? 'connectionReset'];
}

/** FIN is as good as End behind a whole message, when its operation is over; inside of anything the connection is broken (wcf-wire 1.8). */
function fateByEnd(lost: Lost): Fate {
  const { at, played, idle } = lost;
  if (at === 'message') return isIdleFirst(lost) ? fateBySilence(lost) : ['end', idle, 'peerEnded'];
  const ended = whole(at);
  return ended === undefined ? ['abort', played.lostAt, 'peerClosedEarly'] : ['end', played.lostAt, ended];
}

/** A single-threaded service does not read FIN before its operation is over: the idle timer may be faster. */
function isIdleFirst({ name, played, settings, idle }: Lost): boolean {
  const isSingle = settings.calls?.concurrencyMode === 'single';
  return isSingle && lastActive(name, played) + settings.receiveTimeout <= idle;
}

/** The timer that is due next, from where it began to count (wcf-timeouts 5.2, 3.3). */
function fateBySilence(lost: Lost): Fate {
  const { name, at, played, settings } = lost;
  const { channelInitializationTimeout, receiveTimeout, idleTimeout, openTimeout } = settings;
  switch (at) {
    case 'nothing':
    case 'preamble':
      return ['abort', channelInitializationTimeout, 'channelInitialization timed out'];
    case 'encoding':
      return receiveTimeout < openTimeout
        ? ['abort', played.lostAt + receiveTimeout, 'receive timed out']
        : ['abort', played.lostAt + openTimeout, 'open timed out'];
    case 'end':
      return ['abort', played.lostAt + idleTimeout, 'peerEnded'];
    case 'nextPreamble':
      return ['abort', lastEnded(played) + idleTimeout, 'poolIdle timed out'];
    case 'opened':
    case 'message':
    case 'partOfRecord':
      return fateOfClosing(lost) ?? ['abort', lastActive(name, played) + receiveTimeout, 'receive timed out'];
  }
}

/** What our side begins to close waits for the End of the client: behind a fault, and behind a terminating operation (wcf-timeouts 1.7). */
function fateOfClosing({ played, settings }: Lost): Fate | undefined {
  const { written, effects } = played;
  const opened = written.findLastIndex(({ record }) => record.type === 'preambleAck');
  const end = written.find(({ record }, index) => record.type === 'end' && index > opened);
  if (end !== undefined) return ['abort', end.at + CLOSE_AFTER_FAULT_TIMEOUT, 'close timed out'];
  const operations = settings.calls?.contract.operations.filter(({ isTerminating }) => isTerminating) ?? [];
  const last = effects.find(({ effect }) => {
    return effect.type === 'executed' && operations.some(({ name }) => name === effect.operation);
  });
  return last && ['abort', last.at + settings.closeTimeout, 'close timed out'];
}

/** When the last session before the client was lost had ended. */
function lastEnded({ effects, lostAt }: Played): Instant {
  return effects.findLast(({ at, effect }) => effect.type === 'sessionEnded' && at <= lostAt)?.at ?? Number.NaN;
}

/** What wcf-timeouts 3.3 counts: the channel, a request that has found its operation, a callback that is over. */
function lastActive(name: string, { effects }: Played): Instant {
  const request = NEVER_CALLED.includes(name) ? 'delivered' : 'dispatched';
  const active = effects.findLast(({ effect }) => ['channelAccepted', request, 'completed'].includes(effect.type));
  return active?.at ?? Number.NaN;
}

/** Requests that find their operations and cannot be called: each message counts. */
const NEVER_CALLED: readonly string[] = ['dotnet-server/raw-wrong-params'];

const FATES = { peerReset: fateByReset, peerEnded: fateByEnd, silence: fateBySilence };

describe.each(CLIENTS)('the client of $name, connection $connection.name', (client) => {
  test.each(['peerReset', 'peerEnded', 'silence'] as const)('lost by %s behind any of its records', (by) => {
    const refused = fateOf(lose(client, { after: Number.POSITIVE_INFINITY, by: 'silence' }).played);
    const fates = cutsOf(client.connection).map((after) => {
      const lost = lose(client, { after, by });
      return { after, actual: fateOf(lost.played), expected: isRefused(lost.played) ? refused : FATES[by](lost) };
    });
    expect(fates.map(({ after, actual }) => ({ after, fate: actual }))).toEqual(
      fates.map(({ after, expected }) => ({ after, fate: expected })),
    );
  });
});

test('every client of these rules is lost behind every record', () => {
  expect(CLIENTS).toHaveLength(60);
  expect(CLIENTS.flatMap(({ connection }) => cutsOf(connection))).toHaveLength(532);
});
