import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InvalidOperation } from '../machine.ts';
import {
  type ClientFraming,
  type ClientFramingEvent,
  type ClientFramingState,
  type ClientSession,
  clientFraming,
  encodeRecord,
  KEPT_INPUT_SIZE,
  TLS_UPGRADE,
} from './index.ts';
import { concatenate } from './record.ts';
import { bytesOf, bytewise, fromHex, piecesAt } from './testing/bytes.ts';
import { listen } from './testing/peers.ts';
import { type CaseVector, session, VECTORS } from './testing/vectors.ts';

const CASES = VECTORS.framingCases.filter(({ direction }) => direction === 's2c');
const STREAMED: ClientSession = { mode: 'singletonUnsized' };
const UPGRADED: ClientSession = { mode: 'duplex', upgrade: TLS_UPGRADE };
const TAIL = Uint8Array.of(0xff);

/** The states of wcf-wire 1.5 as the vectors write them. */
const STATES: Readonly<Record<string, ClientFramingState>> = { 'C AwaitAck': 'awaitAck', 'C Open': 'open' };

function start(vector: CaseVector): ClientFraming {
  const client = clientFraming();
  const before = listen(client, [fromHex(vector.before)]);
  expect(before.filter(({ type }) => type === 'violation')).toEqual([]);
  return client;
}

describe('what services may and may not send (wcf-wire 1.5, 1.9)', () => {
  const refused = CASES.filter((vector) => vector.expect === 'reject' && !vector.optional);
  const accepted = CASES.filter((vector) => vector.expect === 'accept');
  const optional = CASES.filter((vector) => vector.optional);

  test.each(refused)('$name in $state is refused ($why)', (vector) => {
    const bytes = bytesOf(vector);
    const events = listen(start(vector), [bytes]);
    expect(events).toMatchObject([{ type: 'violation', state: STATES[vector.state] }]);

    const slow = start(vector);
    expect(listen(slow, bytewise(bytes))).toEqual(events);
    expect(listen(slow, [Uint8Array.of(0x0b)])).toEqual([]);
    expect(listen(start(vector), [concatenate([bytes, TAIL])])).toEqual(events);
  });

  test.each(accepted)('$name in $state is a framing fault of that name ($why)', (vector) => {
    const bytes = bytesOf(vector);
    const events = [{ type: 'framingFault', uri: 'x'.repeat(256) }];
    expect(listen(start(vector), [bytes])).toEqual(events);
    expect(listen(start(vector), bytewise(bytes))).toEqual(events);
    expect(listen(start(vector), [concatenate([bytes, TAIL])])).toEqual(events);
  });

  test.each(optional)('$name: what follows the service End is not read, as in dotnet/wcf', (vector) => {
    const client = start(vector);
    expect(listen(client, [bytesOf(vector)])).toEqual([]);
    expect(client.state()).toBe('inputClosed');
  });

  test('every vector is one of these', () => {
    expect([refused.length, accepted.length, optional.length]).toEqual([13, 1, 1]);
    expect(CASES).toHaveLength(15);
  });

  test.each([
    { bytes: '48 54 54 50', hint: 'http' },
    { bytes: '68', hint: 'http' },
    { bytes: '53', hint: undefined },
  ])('a first byte of $bytes gives the hint $hint', ({ bytes, hint }) => {
    for (const wanted of [undefined, UPGRADED]) {
      const [event] = listen(clientFraming({}, wanted), [fromHex(bytes)]);
      expect(event?.type === 'violation' && event.hint).toBe(hint);
    }
  });

  test('a later byte of 48 gives no hint', () => {
    expect(listen(clientFraming(), [fromHex('0B 48')])[1]).not.toHaveProperty('hint');
  });

  test('an envelope over quota is a quota error, not a breach of the protocol', () => {
    const cause = { code: 'quotaExceeded', quota: 'maxReceivedMessageSize', limit: 65_536 };
    const violation = { type: 'violation', rule: 'wcf-wire 1.9', offset: 2, state: 'open', cause };
    expect(listen(clientFraming(), [fromHex('0B 06 81 80 04')])).toEqual([{ type: 'acknowledged' }, violation]);
  });
});

interface Story {
  readonly name: string;
  readonly wanted?: ClientSession;
  /** Events of each session on the connection. */
  readonly sessions: readonly string[];
}

describe('sessions (wcf-wire 1.5)', () => {
  const stories: readonly Story[] = [
    { name: 'mc-nmf-section-4', sessions: ['acknowledged ended'] },
    {
      name: 'duplex-request-reply-then-reuse',
      sessions: ['acknowledged envelope envelope ended', 'acknowledged envelope ended'],
    },
    { name: 'singleton-streamed-request-reply', wanted: STREAMED, sessions: ['acknowledged envelope ended'] },
    { name: 'unsupported-version', sessions: ['framingFault'] },
    { name: 'endpoint-not-found', sessions: ['framingFault'] },
    { name: 'tls-upgrade', wanted: UPGRADED, sessions: ['upgradeAccepted acknowledged envelope ended'] },
    {
      name: 'reliable-session-feb2005-open-call-close',
      sessions: [`acknowledged${' envelope'.repeat(7)} ended`],
    },
    { name: 'reliable-session-1.1-open-call-close', sessions: [`acknowledged${' envelope'.repeat(7)} ended`] },
  ];

  test('every session vector has its story', () => {
    expect(stories.map(({ name }) => name)).toEqual(VECTORS.framingSessions.map(({ name }) => name));
  });

  test.each(stories)('$name: $sessions', ({ name, wanted, sessions }) => {
    for (const form of ['hex', 'acceptedAlso'] as const) {
      const steps = serviceBytes(name, form);
      expect(steps).toHaveLength(sessions.length);
      steps.forEach((sent, index) => {
        const whole = concatenate(sent);
        const heard = listen(clientFraming({}, wanted), [whole]);
        expect(heard.map(({ type }) => type).join(' ')).toBe(sessions[index]);
        expect(payloadsHeard(heard)).toEqual(payloadsSent(sent));
        expect(listen(clientFraming({}, wanted), bytewise(whole))).toEqual(heard);
        expect(listen(clientFraming({}, wanted), [concatenate([whole, TAIL])])).toEqual(heard);
      });
    }
  });
});

/** The service's steps, by session: a step 07 is the last of one. */
function serviceBytes(name: string, form: 'hex' | 'acceptedAlso'): readonly (readonly Uint8Array[])[] {
  const sessions: Uint8Array[][] = [];
  let open: Uint8Array[] = [];
  for (const step of session(name).steps) {
    if (step.dir !== 's2c' || step.hex === null) continue;
    if (open.length === 0) sessions.push(open);
    open.push(fromHex(step[form] ?? step.hex));
    if (step.hex === '07') open = [];
  }
  return sessions;
}

function payloadsHeard(events: readonly ClientFramingEvent[]): readonly Uint8Array[] {
  return events.filter((event) => event.type === 'envelope').map(({ payload }) => payload);
}

/** Envelopes of the vectors have sizes of one or two bytes; the one unsized envelope has two chunks. */
function payloadsSent(steps: readonly Uint8Array[]): readonly Uint8Array[] {
  return steps
    .filter(([type]) => type === 0x05 || type === 0x06)
    .map((step) => {
      const [type, size = 0] = step;
      if (type === 0x06) return step.subarray(size < 0x80 ? 2 : 3);
      return concatenate([step.subarray(2, 2 + size), step.subarray(3 + size, -1)]);
    });
}

describe('a singleton session (wcf-wire 1.7)', () => {
  const ENVELOPE = encodeRecord({ type: 'unsizedEnvelope', chunks: [Uint8Array.of(0x56)] });
  const ACK = Uint8Array.of(0x0b);

  test('a one-way call is answered by End alone', () => {
    expect(listen(clientFraming({}, STREAMED), [fromHex('0B 07')])).toEqual([
      { type: 'acknowledged' },
      { type: 'ended' },
    ]);
  });

  test('a second reply is refused', () => {
    const events = listen(clientFraming({}, STREAMED), [concatenate([ACK, ENVELOPE, ENVELOPE])]);
    expect(events.at(-1)).toMatchObject({ type: 'violation', rule: 'wcf-wire 1.5', offset: 1 + ENVELOPE.length });
  });
});

describe('end of input (wcf-wire 1.5)', () => {
  const vectors = VECTORS.framingEof.filter(({ direction }) => direction === 's2c');
  const verdicts = vectors.flatMap(({ session: name, verdicts }) =>
    verdicts.map(([from, to, verdict]) => ({ name, from, to, verdict })),
  );

  test.each(verdicts)('$name, input ends after $from to $to bytes: $verdict', ({ name, from, to, verdict }) => {
    const [first = []] = serviceBytes(name, 'hex');
    for (let length = from; length <= to; length++) {
      const client = clientFraming();
      listen(client, [concatenate(first).subarray(0, length)]);
      expect([length, client.endOfInput()]).toEqual([length, verdict]);
    }
  });
});

describe('waiting', () => {
  test('not one byte behind an upgrade response is read before resume', () => {
    const client = clientFraming({}, UPGRADED);
    expect(client.receive(fromHex('0A 16 03'))).toEqual([{ type: 'upgradeAccepted' }]);
    expect(client.receive(fromHex('0B'))).toEqual([]);
    expect(client.leftover()).toEqual(fromHex('16 03 0B'));
    expect(client.resume()).toEqual([]);
    expect(client.receive(fromHex('0B'))).toEqual([{ type: 'acknowledged' }]);
  });

  test('an ack in place of the upgrade response is refused', () => {
    expect(listen(clientFraming({}, UPGRADED), [fromHex('0B')])).toMatchObject([
      { type: 'violation', state: 'upgradeWanted' },
    ]);
  });

  test('a service that floods a handshake is refused', () => {
    const client = clientFraming({}, UPGRADED);
    client.receive(fromHex('0A'));
    expect(client.receive(new Uint8Array(KEPT_INPUT_SIZE))).toEqual([]);
    expect(client.receive(TAIL)).toMatchObject([
      { type: 'violation', rule: 'wcf-wire 1.5', offset: 1, state: 'upgrading' },
    ]);
    expect(client.resume()).toEqual([]);
  });

  test('our own caller cannot resume what has not stopped', () => {
    const client = clientFraming();
    expect(() => client.resume()).toThrow(InvalidOperation);
    expect(client.leftover()).toEqual(new Uint8Array());
  });
});

test('any bytes in any pieces never throw, and mean what the whole means', () => {
  const seed = Date.now();
  process.stdout.write(`clientFraming property: seed ${seed}\n`);
  const noise = fc.uint8Array({ maxLength: 12 });
  const steps = VECTORS.framingSessions.flatMap(({ name }) => serviceBytes(name, 'hex').flat());
  const valid = fc.constantFrom(...steps);
  const stream = fc.array(fc.oneof({ weight: 6, arbitrary: valid }, { weight: 1, arbitrary: noise }), { maxLength: 8 });
  const wanted = fc.constantFrom<ClientSession>({ mode: 'duplex' }, STREAMED, UPGRADED);
  const cuts = fc.array(fc.nat(2_000), { maxLength: 8 });
  const opened = fc.constantFrom(new Uint8Array(), Uint8Array.of(0x0b));
  fc.assert(
    fc.property(wanted, opened, stream, cuts, (announced, first, parts, places) => {
      const whole = concatenate([first, ...parts]);
      const [atOnce, inPieces] = [clientFraming({}, announced), clientFraming({}, announced)];
      expect(listen(inPieces, piecesAt(whole, places))).toEqual(listen(atOnce, [whole]));
      expect(inPieces.state()).toBe(atOnce.state());
      expect(inPieces.endOfInput()).toBe(atOnce.endOfInput());
    }),
    { seed, numRuns: 2_000 },
  );
});
