import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InvalidOperation } from '../machine.ts';
import {
  encodePreamble,
  encodeRecord,
  KEPT_INPUT_SIZE,
  type ServiceEndpoint,
  type ServiceFraming,
  type ServiceFramingEvent,
  type ServiceFramingState,
  serviceFraming,
} from './index.ts';
import { concatenate } from './record.ts';
import { bytesOf, bytewise, fromHex, piecesAt } from './testing/bytes.ts';
import { ENDPOINTS, serve } from './testing/peers.ts';
import { type CaseVector, session, VECTORS } from './testing/vectors.ts';

const FAULTS = 'http://schemas.microsoft.com/ws/2006/05/framing/faults/';
const CASES = VECTORS.framingCases.filter(({ direction }) => direction === 'c2s');
const PREAMBLE = encodePreamble({ via: 'net.tcp://localhost:8081/calc', mode: 'duplex' });
const END = encodeRecord({ type: 'end' });
const TAIL = Uint8Array.of(0xff);

/** The states of wcf-wire 1.5 as the vectors write them. */
const STATES: Readonly<Record<string, ServiceFramingState>> = {
  'S Idle': 'idle',
  'S Mode': 'mode',
  'S Via': 'via',
  'S Encoding': 'encoding',
  'S Upgrade or end': 'upgradeOrEnd',
  'S Open': 'open',
  // Nothing is interpreted before our own End; then it is read in state idle.
  'S after End': 'idle',
};

/** The endpoint is known at the via, so a mode that it does not speak is refused there. */
const REFUSED_AT_THE_VIA = ['mode 1 to a buffered endpoint', 'mode 2 to a streamed endpoint'];

/** Where the vectors that are accepted lead to. */
const ACCEPTED: Readonly<Record<string, ServiceFramingState>> = {
  'version 1.9': 'mode',
  'via of 2048 bytes': 'encoding',
  'encoding 8 by name': 'upgradeOrEnd',
  'next preamble after End': 'open',
};

function start(vector: CaseVector): ServiceFraming {
  const service = serviceFraming(ENDPOINTS[vector.endpoint ?? 'buffered']);
  const before = serve(service, [fromHex(vector.before)]);
  expect(before.filter(({ type }) => type === 'violation')).toEqual([]);
  return service;
}

describe('what clients may and may not send (wcf-wire 1.5, 1.9)', () => {
  test.each(CASES.filter((vector) => vector.expect === 'reject'))('$name is refused ($why)', (vector) => {
    const bytes = bytesOf(vector);
    const events = serve(start(vector), [bytes]);
    const state = REFUSED_AT_THE_VIA.includes(vector.name) ? 'via' : STATES[vector.state];
    expect(events.at(-1)).toMatchObject({ type: 'violation', state });
    expect(events.filter(({ type }) => type === 'envelope')).toEqual([]);
    expect(faultIn(events)).toBe(vector.fault === null ? undefined : `${FAULTS}${vector.fault}`);

    const slow = start(vector);
    expect(serve(slow, bytewise(bytes))).toEqual(events);
    expect(serve(slow, [PREAMBLE])).toEqual([]);
    expect(serve(start(vector), [concatenate([bytes, TAIL])])).toEqual(events);
  });

  test.each(CASES.filter((vector) => vector.expect === 'accept'))('$name is accepted ($why)', (vector) => {
    const bytes = bytesOf(vector);
    const service = start(vector);
    const events = serve(service, [bytes]);
    expect(events.filter(({ type }) => type === 'violation')).toEqual([]);
    expect(service.state()).toBe(ACCEPTED[vector.name]);
    expect(serve(start(vector), bytewise(bytes))).toEqual(events);
    expect(serve(start(vector), [concatenate([bytes, TAIL])]).slice(0, events.length)).toEqual(events);
  });

  test('the vectors that are accepted are exactly those whose outcome is stated here', () => {
    const accepted = CASES.filter((vector) => vector.expect === 'accept').map(({ name }) => name);
    expect(accepted).toEqual(Object.keys(ACCEPTED));
  });
});

function faultIn(events: readonly ServiceFramingEvent[]): string | undefined {
  const last = events.at(-1);
  return last?.type === 'violation' ? last.fault : undefined;
}

describe('the address of a violation, and what it costs', () => {
  const excess = { code: 'quotaExceeded', quota: 'maxReceivedMessageSize', limit: 65_536 };

  test('an envelope over quota is refused at its size, with the fault and a drain of 64 KiB', () => {
    const service = serviceFraming(ENDPOINTS.buffered);
    const events = service.receive(concatenate([PREAMBLE, fromHex('06 81 80 04')]));
    const address = { rule: 'wcf-wire 1.9', offset: PREAMBLE.length + 1, state: 'open' };
    const fault = `${FAULTS}MaxMessageSizeExceededFault`;
    expect(events.at(-1)).toEqual({ type: 'violation', ...address, cause: excess, fault, drain: 65_536 });
  });

  test('a preamble that is refused with a fault drains as much as a preamble may hold', () => {
    const events = serviceFraming(ENDPOINTS.buffered).receive(fromHex('00 02 00'));
    const address = { rule: 'wcf-wire 1.9', offset: 0, state: 'idle' };
    const cause = { code: 'protocolViolation', ...address };
    const fault = `${FAULTS}UnsupportedVersion`;
    expect(events.at(-1)).toEqual({ type: 'violation', ...address, cause, fault, drain: 2_304 });
  });

  test('a via that is too long is aborted without a fault, at its size', () => {
    const events = serviceFraming(ENDPOINTS.buffered).receive(fromHex('00 01 00 01 02 02 81 10'));
    const address = { rule: 'wcf-wire 1.9', offset: 6, state: 'via' };
    const cause = { code: 'quotaExceeded', quota: 'maxViaSize', limit: 2_048 };
    expect(events.at(-1)).toEqual({ type: 'violation', ...address, cause, drain: 0 });
  });

  test('offsets count on through a second session', () => {
    const service = serviceFraming(ENDPOINTS.buffered);
    const events = serve(service, [concatenate([PREAMBLE, END, fromHex('0D')])]);
    expect(events.at(-1)).toMatchObject({ rule: 'wcf-wire 1.1', offset: PREAMBLE.length + 1, state: 'idle' });
  });
});

interface Story {
  readonly name: string;
  readonly endpoint?: ServiceEndpoint;
  readonly events: string;
}

const OPENED = 'preambleStarted contentTypeRead preambleEnded';

describe('sessions (wcf-wire 1.5)', () => {
  const stories: readonly Story[] = [
    {
      name: 'mc-nmf-section-4',
      endpoint: { ...ENDPOINTS.buffered, path: '/SampleApp/', port: 808 },
      events: `${OPENED} envelope envelope ended`,
    },
    {
      name: 'duplex-request-reply-then-reuse',
      events: `${OPENED} envelope envelope ended ${OPENED} envelope ended`,
    },
    { name: 'singleton-streamed-request-reply', endpoint: ENDPOINTS.streamed, events: `${OPENED} envelope ended` },
    { name: 'unsupported-version', events: 'preambleStarted violation' },
    { name: 'endpoint-not-found', events: 'preambleStarted violation' },
    {
      name: 'tls-upgrade',
      endpoint: ENDPOINTS.tls,
      events: 'preambleStarted contentTypeRead upgradeRequested preambleEnded envelope ended',
    },
    { name: 'reliable-session-feb2005-open-call-close', events: `${OPENED}${' envelope'.repeat(7)} ended` },
    { name: 'reliable-session-1.1-open-call-close', events: `${OPENED}${' envelope'.repeat(7)} ended` },
  ];

  test('every session vector has its story', () => {
    expect(stories.map(({ name }) => name)).toEqual(VECTORS.framingSessions.map(({ name }) => name));
  });

  test.each(stories)('$name: $events', ({ name, endpoint = ENDPOINTS.buffered, events }) => {
    for (const sent of [clientBytes(name, 'hex'), clientBytes(name, 'acceptedAlso')]) {
      const whole = concatenate(sent);
      const heard = serve(serviceFraming(endpoint), [whole]);
      expect(heard.map(({ type }) => type).join(' ')).toBe(events);
      expect(heard.filter((event) => event.type === 'envelope').map(({ payload }) => payload)).toEqual(payloads(sent));
      expect(serve(serviceFraming(endpoint), sent)).toEqual(heard);
      expect(serve(serviceFraming(endpoint), bytewise(whole))).toEqual(heard);
      expect(serve(serviceFraming(endpoint), [concatenate([whole, TAIL])]).slice(0, heard.length)).toEqual(heard);
    }
  });

  test.each([
    { name: 'unsupported-version', endpoint: ENDPOINTS.buffered },
    { name: 'endpoint-not-found', endpoint: { ...ENDPOINTS.buffered, path: '/other' } },
  ])('$name: the fault record is that of the vector', ({ name, endpoint }) => {
    const events = serve(serviceFraming(endpoint), clientBytes(name, 'hex'));
    const fault = faultIn(events) ?? 'none';
    expect(encodeRecord({ type: 'fault', fault })).toEqual(fromHex(session(name).steps[1]?.hex ?? ''));
  });
});

/** The client's steps; where a step may also be written in another way, in that way. */
function clientBytes(name: string, form: 'hex' | 'acceptedAlso'): readonly Uint8Array[] {
  const steps = session(name).steps.filter(({ dir, hex }) => dir === 'c2s' && hex !== null);
  return steps.map((step) => fromHex(step[form] ?? step.hex ?? ''));
}

/** Envelopes of the vectors have sizes of one or two bytes, and one chunk where they are unsized. */
function payloads(steps: readonly Uint8Array[]): readonly Uint8Array[] {
  return steps
    .filter(([type]) => type === 0x05 || type === 0x06)
    .map((step) => step.subarray((step[1] ?? 0) < 0x80 ? 2 : 3, step[0] === 0x05 ? -1 : undefined));
}

describe('end of input (wcf-wire 1.5)', () => {
  const endpoints: Readonly<Record<string, ServiceEndpoint>> = {
    'mc-nmf-section-4': { ...ENDPOINTS.buffered, path: '/SampleApp/', port: 808 },
    'singleton-streamed-request-reply': ENDPOINTS.streamed,
  };
  const vectors = VECTORS.framingEof.filter(({ direction }) => direction === 'c2s');
  const verdicts = vectors.flatMap(({ session: name, verdicts }) =>
    verdicts.map(([from, to, verdict]) => ({ name, from, to, verdict })),
  );

  test.each(verdicts)('$name, input ends after $from to $to bytes: $verdict', ({ name, from, to, verdict }) => {
    const whole = concatenate(clientBytes(name, 'hex'));
    for (let length = from; length <= to; length++) {
      const service = serviceFraming(endpoints[name] ?? ENDPOINTS.buffered);
      serve(service, [whole.subarray(0, length)]);
      expect([length, service.endOfInput()]).toEqual([length, verdict]);
    }
  });

  test('an end behind End, before our own End, is silent', () => {
    const service = serviceFraming(ENDPOINTS.buffered);
    service.receive(concatenate([PREAMBLE, END]));
    expect(service.endOfInput()).toBe('silent');
  });

  test('an end behind a preamble that came before our own End breaks that next session', () => {
    const service = serviceFraming(ENDPOINTS.buffered);
    service.receive(concatenate([PREAMBLE, END, PREAMBLE]));
    expect(service.endOfInput()).toBe('broken');
  });
});

describe('waiting', () => {
  test('an upgrade request stops the reading: what follows belongs to the handshake', () => {
    const service = serviceFraming(ENDPOINTS.tls);
    const steps = clientBytes('tls-upgrade', 'hex');
    service.receive(concatenate([...steps.slice(0, 1), fromHex('16 03 01')]));
    expect(service.state()).toBe('upgrading');
    expect(service.receive(fromHex('02'))).toEqual([]);
    expect(service.leftover()).toEqual(fromHex('16 03 01 02'));
    expect(service.resume()).toEqual([]);
    expect(service.receive(concatenate(steps.slice(1))).map(({ type }) => type)).toEqual([
      'preambleEnded',
      'envelope',
      'ended',
    ]);
  });

  test('a preamble that comes before our own End is kept, then read as the next session', () => {
    const service = serviceFraming(ENDPOINTS.buffered);
    expect(service.receive(concatenate([PREAMBLE, END, PREAMBLE])).at(-1)).toEqual({ type: 'ended' });
    expect(
      service
        .reuse()
        .map(({ type }) => type)
        .join(' '),
    ).toBe(OPENED);
  });

  test('an upgrade is needed again by every session on a connection', () => {
    const service = serviceFraming(ENDPOINTS.tls);
    const sent = clientBytes('tls-upgrade', 'hex');
    serve(service, sent);
    expect(serve(service, [PREAMBLE]).at(-1)).toMatchObject({
      type: 'violation',
      rule: 'wcf-wire 1.5',
      state: 'upgradeOrEnd',
    });
  });

  test('a client that floods what is not read is refused', () => {
    const service = serviceFraming(ENDPOINTS.buffered);
    service.receive(concatenate([PREAMBLE, END]));
    expect(service.receive(new Uint8Array(KEPT_INPUT_SIZE))).toEqual([]);
    expect(service.receive(TAIL)).toMatchObject([
      { type: 'violation', rule: 'wcf-wire 1.5', offset: PREAMBLE.length + 1, state: 'afterEnd', drain: 0 },
    ]);
    expect(service.reuse()).toEqual([]);
  });

  test('our own caller can neither resume nor reuse what has not stopped', () => {
    const service = serviceFraming(ENDPOINTS.buffered);
    service.receive(PREAMBLE);
    expect(() => service.resume()).toThrow(InvalidOperation);
    expect(() => service.reuse()).toThrow(InvalidOperation);
    expect(service.leftover()).toEqual(new Uint8Array());
  });
});

test('any bytes in any pieces never throw, and mean what the whole means', () => {
  const seed = Date.now();
  process.stdout.write(`serviceFraming property: seed ${seed}\n`);
  const noise = fc.uint8Array({ maxLength: 12 });
  const valid = fc.constantFrom(...VECTORS.framingSessions.flatMap(({ name }) => clientBytes(name, 'hex')));
  const stream = fc.array(fc.oneof({ weight: 6, arbitrary: valid }, { weight: 1, arbitrary: noise }), { maxLength: 8 });
  const endpoint = fc.constantFrom(...Object.values(ENDPOINTS));
  const cuts = fc.array(fc.nat(2_000), { maxLength: 8 });
  const opened = fc.constantFrom(new Uint8Array(), PREAMBLE);
  fc.assert(
    fc.property(endpoint, opened, stream, cuts, (served, first, parts, places) => {
      const whole = concatenate([first, ...parts]);
      const [atOnce, inPieces] = [serviceFraming(served), serviceFraming(served)];
      expect(serve(inPieces, piecesAt(whole, places))).toEqual(serve(atOnce, [whole]));
      expect(inPieces.state()).toBe(atOnce.state());
      if (atOnce.state() !== 'violated') expect(inPieces.position()).toBe(whole.length);
      expect(inPieces.endOfInput()).toBe(atOnce.endOfInput());
    }),
    { seed, numRuns: 2_000 },
  );
});
