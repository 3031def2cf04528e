import { describe, expect, test } from '@jest/globals';
import type { TimerName } from '../channel/vocabulary.ts';
import { CLOSE_TIMEOUT, RECEIVE_TIMEOUT } from '../constants.ts';
import { GZIP } from '../encoding/testing/compression.ts';
import { type FrameRecord, TLS_UPGRADE } from '../framing/index.ts';
import { pieces } from '../framing/testing/bytes.ts';
import { ANONYMOUS, type Message, readMessage, SCHEMA_INSTANCE } from '../soap/index.ts';
import type { Duration } from '../time.ts';
import type { ServiceOperations } from './execution.ts';
import { CLOSE_AFTER_FAULT_TIMEOUT, type ServiceConnectionSettings, serviceConnection } from './service-connection.ts';
import { type Played, play } from './testing/player.ts';
import { endingOf, labelOf, recordingDifferences, recordsOf } from './testing/recording-differences.ts';
import {
  REPLAYED_CASES,
  type RecordedConnection,
  type RecordedStep,
  type ReplayedCase,
  type Rule,
} from './testing/replayed.ts';
import { envelopesIn, replayedService } from './testing/replayed-service.ts';

// What real clients wrote, played to our service; what real services answered, compared with what ours answers. What each rule
// asks for: testdata/replay.md.

const XSI = SCHEMA_INSTANCE.namespace;
const DETAIL = '{http://schemas.datacontract.org/2004/07/System.ServiceModel}';
const STACK_TRACE = `s:Detail/${DETAIL}ExceptionDetail/${DETAIL}StackTrace`;

/** Recordings that are left for later, and what our service lacks for them. */
const LATER: Readonly<Record<string, RegExp>> = {
  TLS: /^dotnet\/(tls-|mixed-)|^dotnet-server\/(tls-none|tls-pool-reuse|tls-certificate|twmc-|raw-upgrade-garbage)/,
  'a reliable session': /^dotnet\/(rm|reconnect-)/,
  'text encoding': /^(dotnet|dotnet-server)\/plain-text$|^mono\/tcp-text-/,
  'streamed mode': /^dotnet\/plain-streamed|^dotnet-server\/streamed$/,
};

/** All that our service does otherwise than the recorded one, where the two are compared, and the section that says why. */
const DIFFERENCES: readonly { readonly difference: string; readonly cases: RegExp; readonly section: string }[] = [
  // Mono's replies have no To, and it answers End with FIN alone.
  { difference: 's:Header/a:To: only ours', cases: /^mono\/(?!nettcp-fault-detail)/, section: 'wcf-wire 4.2' },
  { difference: 'end: only ours', cases: /^mono\/(?!nettcp-fault)/, section: 'wcf-wire 1.8' },
  // Mono's callbacks are sent to the port of the client, and want an answer even where there is none.
  {
    difference: `s:Header/a:To: ${ANONYMOUS} in the place of net.tcp://127.0.0.1:PORT/`,
    cases: /^mono\/nettcp-duplex-/,
    section: 'wcf-wire 4.2',
  },
  {
    difference: 's:Header/a:MessageID: only recorded',
    cases: /^mono\/nettcp-duplex-(ticks|later)/,
    section: 'wcf-wire 4.2',
  },
  {
    difference: 's:Header/a:ReplyTo: only recorded',
    cases: /^mono\/nettcp-duplex-(ticks|later)/,
    section: 'wcf-wire 4.2',
  },
  // What is no FaultException ends our session behind its fault: the next message is a mistake. Mono's goes on.
  { difference: 'end in the place of sizedEnvelope', cases: /^mono\/nettcp-fault/, section: 'wcf-timeouts 1.7' },
  { difference: 'reset in the place of FIN', cases: /^mono\/nettcp-fault/, section: 'wcf-timeouts 1.7' },
  {
    difference: 'a record of the client finds no service any more',
    cases: /^mono\/nettcp-fault/,
    section: 'wcf-timeouts 1.7',
  },
  // Ours has no stack to tell.
  {
    difference: `${STACK_TRACE}/@{${XSI}}nil: only ours`,
    cases: /^mono\/nettcp-fault-detail/,
    section: 'wcf-wire 4.5',
  },
  {
    difference: `${STACK_TRACE}:  in the place of 510 characters`,
    cases: /^mono\/nettcp-fault-detail/,
    section: 'wcf-wire 4.5',
  },
  // CoreWCF writes this fault a second time when the client has ended.
  {
    difference: 'fault EndpointNotFound: only recorded',
    cases: /^dotnet-server\/(raw-wrong-via|wrong-path)$/,
    section: 'wcf-wire 1.9',
  },
  // What is no record at all is not answered; how the connection ends then is free.
  { difference: 'reset in the place of FIN', cases: /^dotnet-server\/raw-http-get$/, section: 'wcf-wire 1.9' },
];

/** What our service does where the recorded one did otherwise, or lacks what ours has; and the section that says so. */
const OURS: Readonly<Record<string, readonly [told: string, section: string]>> = {
  // The reply of the running operation comes first, then End.
  'dotnet-server/raw-end-in-call': ['preambleAck sizedEnvelope end FIN', 'wcf-wire 1.8'],
  'dotnet-server/raw-envelope-after-end': ['preambleAck sizedEnvelope end reset', 'wcf-wire 1.5'],
  // ActionNotSupported leaves the session open: Finish is answered. The client has gone by then, and never ends.
  'dotnet-server/session-contract': [
    'preambleAck sizedEnvelope sizedEnvelope sizedEnvelope reset',
    'wcf-wire 4.5, wcf-timeouts 1.7',
  ],
  'dotnet-server/raw-mode-4': ['reset 3 unread', 'wcf-wire 1.9'],
  'dotnet-server/buffered-client-streamed-server': ['fault UnsupportedMode FIN', 'wcf-wire 1.9'],
  'dotnet-server/streamed-client-buffered-server': ['fault UnsupportedMode FIN', 'wcf-wire 1.9'],
  'dotnet-server/raw-streamed-encoding-8': ['fault ContentTypeInvalid FIN', 'wcf-wire 1.9'],
  'dotnet-server/raw-encoding-7': ['fault ContentTypeInvalid FIN', 'wcf-wire 1.9'],
  'dotnet-server/text-client-binary-server': ['fault ContentTypeInvalid FIN', 'wcf-wire 1.9'],
  'dotnet-server/raw-upgrade-to-plain': ['fault UpgradeInvalid FIN', 'wcf-wire 1.9'],
  'dotnet-server/raw-upgrade-unknown': ['fault UpgradeInvalid FIN', 'wcf-wire 1.9'],
  'dotnet-server/tls-server-none': ['fault UpgradeInvalid FIN', 'wcf-wire 1.9'],
  'dotnet-server/raw-wrong-via-port': ['fault EndpointNotFound FIN', 'wcf-wire 1.5'],
  // The callback goes out; as nobody answers, it fails after SendTimeout, and its operation with it.
  'dotnet-server/duplex-askback-reentrant': ['preambleAck sizedEnvelope sizedEnvelope end reset', 'wcf-timeouts 2.5'],
  // Our End goes first; a request that comes later still runs, and its reply fails. The stub wrote one all the same.
  'dotnet/plain-server-end': ['preambleAck sizedEnvelope end reset', 'wcf-wire 1.8'],
  'dotnet-server/host-stop-idle': ['preambleAck sizedEnvelope end FIN', 'wcf-timeouts 3.5'],
  'mono/nettcp-oneway-throw': ['preambleAck reset 2 unread', 'wcf-wire 4.5'],
  'mono/nettcp-idle': ['preambleAck sizedEnvelope reset 2 unread', 'wcf-timeouts 3.3'],
  'mono/nettcp-idle-first': ['preambleAck reset 2 unread', 'wcf-timeouts 3.3'],
  'mono/nettcp-slow-beyond-receive': ['preambleAck reset 2 unread', 'wcf-timeouts 3.3'],
  'mono/nettcp-wrong-path': ['fault EndpointNotFound FIN', 'wcf-wire 1.9'],
  'mono/nettcp-abort': ['preambleAck sizedEnvelope end FIN', 'wcf-wire 1.8'],
  'mono/nettcp-exit-no-close': ['preambleAck sizedEnvelope end FIN', 'wcf-timeouts 0.3'],
  'mono/tls-transport-none': ['preambleAck sizedEnvelope end FIN', 'wcf-wire 1.11'],
};

const PLAYED = REPLAYED_CASES.filter(({ name }) => !Object.values(LATER).some((cases) => cases.test(name)));

interface Replay {
  readonly replayed: ReplayedCase;
  readonly connection: RecordedConnection;
}

function playedBy(...rules: readonly Rule[]) {
  return PLAYED.filter(({ rule }) => rules.includes(rule)).flatMap((replayed) =>
    replayed.connections.map((connection) => ({ name: replayed.name, number: connection.name, replayed, connection })),
  );
}

/** The only connection of that recording. */
function recording(name: string): Replay {
  const replayed = PLAYED.find((candidate) => candidate.name === name);
  const [connection] = replayed?.connections ?? [];
  if (replayed === undefined || connection === undefined) throw new Error(`${name} is not played`);
  return { replayed, connection };
}

/** Plays it, and sees that nothing is left of it: no timer, no operation. */
function replay({ replayed, connection }: Replay, changed: Partial<ServiceConnectionSettings> = {}): Played {
  const machine = serviceConnection(replayedService(replayed, connection, changed));
  const played = play(machine, connection, { closes: replayed.closes });
  expect(machine.deadline()).toBeUndefined();
  expect(machine.describe()).toMatchObject({ phase: 'gone', operations: 0 });
  return played;
}

/** What our service wrote, how it ended the connection, and how many records of the client found it gone. */
function told(played: Played): string {
  const { written, unsent } = played;
  const records = written.map(({ record }) => labelOf(record));
  return [...records, endingOf(played), ...(unsent > 0 ? [`${unsent} unread`] : [])].join(' ');
}

test('every recording that is fit is played, or left for later for one reason', () => {
  const reasons = REPLAYED_CASES.map(({ name, connections }) => {
    const lacking = Object.values(LATER).filter((cases) => cases.test(name)).length;
    return { name, lacking, isPlayable: connections.length > 0 };
  });
  expect(reasons.filter(({ lacking, isPlayable }) => lacking > 1 || (lacking === 0 && !isPlayable))).toEqual([]);
  expect(reasons.filter(({ lacking }) => lacking === 0)).toHaveLength(93);
  expect(reasons).toHaveLength(148);
});

describe('our service answers as the recorded one did', () => {
  const compared = playedBy('M1', 'M2', 'S1', 'S2');

  test.each(compared)('$name, connection $number', ({ name, ...both }) => {
    const differences = recordingDifferences(both.connection, replay(both), both.replayed.rule);
    const listed = DIFFERENCES.filter(({ cases }) => cases.test(name)).map(({ difference }) => difference);
    expect(differences.toSorted()).toEqual(listed.toSorted());
  });

  test('every difference that is listed belongs to a recording', () => {
    expect(DIFFERENCES.filter(({ cases }) => !compared.some(({ name }) => cases.test(name)))).toEqual([]);
  });
});

/** Operations that the recorded service began and ours does not, because its session has ended. */
const NOT_BEGUN: Readonly<Record<string, readonly string[]>> = {
  'mono/nettcp-fault': ['Echo'],
  'mono/nettcp-fault-detail': ['Echo'],
};

test.each(PLAYED.filter(({ rule }) => ['M1', 'M2', 'S1', 'S2'].includes(rule)))(
  'our service begins the operations that the recorded one began: $name',
  ({ name, ...replayed }) => {
    const both = replayed.connections.map((connection) => ({ replayed: { name, ...replayed }, connection }));
    const begun = [...both.flatMap((each) => replay(each).dispatched), ...(NOT_BEGUN[name] ?? [])];
    // Of two connections the order is nobody's.
    const ordered = (operations: readonly string[]) => (both.length > 1 ? operations.toSorted() : operations);
    expect(ordered(begun)).toEqual(ordered(replayed.entries ?? []));
  },
);

describe('a service that answers otherwise is told apart', () => {
  /** What differs when the operations of plain-binary of CoreWCF are these. */
  function differences(operations: ServiceOperations, changed: Partial<ServiceConnectionSettings> = {}) {
    const both = recording('dotnet-server/plain-binary');
    const { calls } = replayedService(both.replayed, both.connection);
    if (calls === undefined) throw new Error('every service is called');
    const played = replay(both, { calls: { ...calls, operations }, ...changed });
    return recordingDifferences(both.connection, played, both.replayed.rule);
  }

  const answering: ServiceOperations = ({ operation }) => ({
    after: 0,
    outcome: { type: 'return', results: { [`${operation}Result`]: 'x' } },
  });

  test('by a result', () => {
    expect(differences(answering)).toEqual([
      's:Body/{urn:cw:echo}EchoResponse/{urn:cw:echo}EchoResult: x in the place of hello',
      's:Body/{urn:cw:echo}EchoResponse/{urn:cw:echo}EchoResult: x in the place of again',
      's:Body/{urn:cw:echo}SlowResponse/{urn:cw:echo}SlowResult: x in the place of slept 100',
      's:Body/{urn:cw:echo}EchoResponse/{urn:cw:echo}EchoResult: x in the place of ',
    ]);
  });
  test('by a fault, an End and a reset', () => {
    const exception = { name: 'InvalidOperationException', message: 'boom' };
    const told = differences(() => ({ after: 0, outcome: { type: 'throw', exception } }));
    expect(told).toEqual(expect.arrayContaining(['end in the place of sizedEnvelope', 'reset in the place of FIN']));
    expect(told).toEqual(expect.arrayContaining(['s:Body/s:Fault: only ours', 'end: only recorded']));
  });
  test('by an answer that is not waited for', () => {
    const slow: ServiceOperations = (invocation) => ({ ...answering(invocation), after: 10_000 });
    expect(differences(slow)).toContain('a record that the client waited for does not come');
  });
});

describe('where the recorded service did otherwise, or lacks what ours has, ours does as the specification says', () => {
  const others = playedBy('M3', 'S3', 'D4');

  test.each(others)('$name', ({ name, ...both }) => {
    expect(told(replay(both))).toBe(OURS[name]?.[0]);
  });

  test('every line is of a recording', () => {
    expect(Object.keys(OURS).toSorted()).toEqual(others.map(({ name }) => name).toSorted());
  });

  test.each([
    ['mono/nettcp-idle', 'preambleAck sizedEnvelope sizedEnvelope end FIN'],
    ['mono/nettcp-idle-first', 'preambleAck sizedEnvelope end FIN'],
    ['mono/nettcp-slow-beyond-receive', 'preambleAck sizedEnvelope sizedEnvelope end FIN'],
  ])('with the default ReceiveTimeout all calls of %s are answered', (name, expected) => {
    expect(told(replay(recording(name), { receiveTimeout: RECEIVE_TIMEOUT }))).toBe(expected);
  });

  test('an endpoint that needs the upgrade drops a client that does not ask for it', () => {
    const both = recording('mono/tls-transport-none');
    const { endpoint } = replayedService(both.replayed, both.connection);
    expect(told(replay(both, { endpoint: { ...endpoint, upgrade: TLS_UPGRADE } }))).toBe('reset 2 unread');
  });
});

test('an endpoint whose payloads are packed resets a client that does not pack', () => {
  expect(told(replay(recording('dotnet/plain-binary'), { compression: GZIP }))).toBe('preambleAck reset 4 unread');
});

describe('a session ends by its timer', () => {
  const by = (name: string, timer: TimerName, since: string) => {
    const { effects, endings, sessions } = replay(recording(name));
    expect(sessions).toMatchObject([{ code: 'timedOut', timer }]);
    const begin = effects.findLast(({ effect }) => effect.type === since)?.at ?? Number.NaN;
    return (endings[0]?.at ?? Number.NaN) - begin;
  };

  test.each<readonly [string, TimerName, string, Duration]>([
    ['dotnet-server/idle-abort-sync', 'receive', 'dispatched', 2_000],
    ['dotnet-server/idle-abort-in-call-async', 'receive', 'dispatched', 2_000],
    ['dotnet-server/duplex-callback-idle-abort', 'receive', 'dispatched', 1_500],
    ['mono/nettcp-idle', 'receive', 'dispatched', 2_000],
    ['mono/nettcp-idle-first', 'receive', 'channelAccepted', 2_000],
    ['mono/nettcp-slow-beyond-receive', 'receive', 'dispatched', 2_000],
    ['dotnet-server/fault-internal', 'close', 'executed', CLOSE_AFTER_FAULT_TIMEOUT],
    ['dotnet-server/session-contract', 'close', 'executed', CLOSE_TIMEOUT],
    ['dotnet-server/duplex-askback-reentrant', 'close', 'executed', CLOSE_AFTER_FAULT_TIMEOUT],
  ])('%s: %s, counted from the last %s', (name, timer, since, span) => {
    expect(by(name, timer, since)).toBe(span);
  });
});

test.each([
  ['dotnet-server/send-timeout-sync', 2_500],
  ['dotnet-server/client-abort-in-call', 1_500],
  ['dotnet-server/idle-abort-in-call-async', 4_000],
])('the operation of %s runs on without its client', (name, lasts) => {
  const { effects, endings } = replay(recording(name));
  const called = effects.find(({ effect }) => effect.type === 'dispatched')?.at ?? Number.NaN;
  const executed = effects.filter(({ effect }) => effect.type === 'executed');
  expect(executed).toMatchObject([{ at: called + lasts, effect: { operation: 'Slow', how: 'unanswerable' } }]);
  expect(endings[0]?.at).toBeLessThan(called + lasts);
});

test('a client’s End waits for its one-way operation', () => {
  const { effects, written } = replay(recording('dotnet-server/oneway-slow-close'));
  const called = effects.find(({ effect }) => effect.type === 'dispatched')?.at ?? Number.NaN;
  expect(written.at(-1)).toEqual({ at: called + 800, record: { type: 'end' } });
});

test.each(playedBy('M1', 'M2', 'M3', 'D1', 'D4', 'S1', 'S2', 'S3'))(
  '$name, connection $number: no border of a piece means anything',
  ({ replayed, connection }) => {
    const whole = replay({ replayed, connection });
    const cut = replay({ replayed, connection: bytewise(connection) });
    expect({ ...cut, unsent: 0, effects: delivered(cut) }).toEqual({ ...whole, unsent: 0, effects: delivered(whole) });
  },
);

/** Cancelled and armed timers aside, which name the piece that they were armed by. */
function delivered({ effects }: Played) {
  return effects.filter(({ effect }) => effect.type !== 'timer');
}

/** The same client, whose records come byte by byte; long ones in some hundred pieces. */
function bytewise({ steps, ...connection }: RecordedConnection): RecordedConnection {
  const cut = steps.flatMap((step): readonly RecordedStep[] => {
    if (step.type !== 'record' || step.dir === 's2c') return [step];
    const { bytes: whole } = step.record;
    const each = pieces(whole, Math.ceil(whole.length / MOST_PIECES));
    return each.map((bytes) => ({ ...step, record: { bytes, record: undefined } }));
  });
  return { ...connection, steps: cut };
}

const MOST_PIECES = 500;

describe('every client of dotnet/wcf is served to the end of its case', () => {
  /** Operations that are called, and how each session ends. */
  const CASES: Readonly<Record<string, readonly [operations: string, endings: readonly string[]]>> = {
    'dotnet/plain-binary': ['Echo Echo Echo OneWay', ['peerEnded']],
    'dotnet/plain-async': ['Echo Echo Echo', ['peerEnded']],
    'dotnet/plain-duplex': ['Echo OneWay', ['peerEnded']],
    'dotnet/plain-pooled-reuse': ['Echo Echo', ['peerEnded', 'peerEnded']],
    'dotnet/plain-gzip': ['Echo Echo OneWay', ['peerEnded']],
    'dotnet/plain-abort': ['Echo', ['connectionReset']],
  };

  test.each(playedBy('D1'))('$name', ({ name, ...both }) => {
    const played = replay(both);
    const { contentType } = both.connection;
    const own = played.written.map(({ record }) => record);
    const replies = messagesIn(own, contentType);
    expect(replies.map(({ content }) => content.type)).toEqual(replies.map(() => 'body'));
    expect(replies.map(({ relatesTo }) => relatesTo)).toEqual(
      messagesIn(recordsOf(both.connection), contentType).map(({ relatesTo }) => relatesTo),
    );
    expect(played).toMatchObject({ unsent: 0, missed: 0 });
    const sessions = played.sessions.map(({ code }) => code);
    expect([played.dispatched.join(' '), sessions]).toEqual(CASES[name]);
  });
});

function messagesIn(records: readonly FrameRecord[], contentType: string): readonly Message[] {
  return envelopesIn(records, contentType).map((envelope) => {
    const message = readMessage(envelope);
    if (message.type === 'violation') throw new Error(JSON.stringify(message));
    return message;
  });
}
