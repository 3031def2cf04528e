import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ChannelEvent } from '../channel/vocabulary.ts';
import { encodePreamble } from '../framing/index.ts';
import { InvalidOperation } from '../machine.ts';
import { bytes, type Line, transcript } from '../testing/transcript.ts';
import { type ServiceConnectionSettings, serviceConnection } from './service-connection.ts';

const SETTINGS: ServiceConnectionSettings = {
  endpoint: { path: '/session', mode: 'duplex', contentType: 'application/soap+msbinsession1' },
  channelInitializationTimeout: 1_500,
  openTimeout: 2_000,
  closeTimeout: 1_000,
  receiveTimeout: 4_000,
  idleTimeout: 2_500,
  maxReceivedMessageSize: 65_536,
};
const PREAMBLE = encodePreamble({ via: 'net.tcp://localhost:8081/session', mode: 'duplex' });
/** Everything up to the content type: only PreambleEnd is missing. */
const UNFINISHED = PREAMBLE.subarray(0, -1);
const WRONG_PATH = encodePreamble({ via: 'net.tcp://localhost:8081/elsewhere', mode: 'duplex' });
const END = bytes('07');
const MESSAGE = bytes('06 03 aa bb cc');

const accepted: Line = { at: 0, event: { type: 'accepted' } };
const received = (at: number, data: Uint8Array): Line => ({ at, event: { type: 'received', bytes: data } });
const told = (at: number, type: 'close' | 'abort' | 'peerEnded' | 'peerReset'): Line => ({ at, event: { type } });
const story = (...lines: readonly Line[]) => transcript(serviceConnection(SETTINGS), [accepted, ...lines]);

describe('channel initialization', () => {
  test('a silent client is reset at accept + channelInitializationTimeout', () => {
    expect(story({ until: 60_000 })).toMatchSnapshot();
  });
  test('bytes that arrive one by one do not move the deadline', () => {
    const drip = [...PREAMBLE.subarray(0, 8)].map((byte, index) => received(100 * (index + 1), Uint8Array.of(byte)));
    expect(story(...drip, { until: 60_000 })).toMatchSnapshot();
  });
  test('it ends with the content type: from there openTimeout bounds the rest of the preamble', () => {
    expect(story(received(1_400, UNFINISHED), { until: 60_000 })).toMatchSnapshot();
  });
  test('a client that leaves without a byte leaves silently', () => {
    expect(story(told(300, 'peerEnded'))).toMatchSnapshot();
  });
  test('FIN inside the preamble is answered with RST', () => {
    expect(story(received(10, PREAMBLE.subarray(0, 5)), told(300, 'peerEnded'))).toMatchSnapshot();
  });
});

test('timers count from the instant at which a connection is accepted, whenever that is', () => {
  const connection = serviceConnection(SETTINGS);
  const [armed] = connection.handle({ type: 'accepted' }, 700);
  expect(armed).toMatchObject({ what: 'armed', timer: 'channelInitialization', since: 700, due: 2_200 });
});

test('FIN of a connection that was reset after a message is nothing any more', () => {
  const connection = serviceConnection(SETTINGS);
  connection.handle({ type: 'accepted' }, 0);
  connection.handle({ type: 'received', bytes: Uint8Array.from([...PREAMBLE, ...MESSAGE]) }, 1);
  connection.handle({ type: 'abort' }, 2);
  expect(connection.handle({ type: 'peerEnded' }, 3)).toEqual([]);
});

test('a fault between content type and PreambleEnd ends both timers of the session, and close bounds the drain', () => {
  const upgrade = Uint8Array.from([0x09, 0x03, 0x61, 0x2f, 0x62]);
  const connection = serviceConnection(SETTINGS);
  connection.handle({ type: 'accepted' }, 0);
  connection.handle({ type: 'received', bytes: UNFINISHED }, 1);
  connection.handle({ type: 'received', bytes: upgrade }, 2);
  expect(connection.deadline()).toEqual({ timer: 'close', at: 1_002 });
});

describe('an idle session', () => {
  test('receiveTimeout counts from the accepted channel, and ends it with RST', () => {
    expect(story(received(700, PREAMBLE), { until: 60_000 })).toMatchSnapshot();
  });
  test('receiveTimeout counts from the content type, not from the acknowledgement', () => {
    expect(story(received(0, UNFINISHED), received(1_000, bytes('0c')), { until: 60_000 })).toMatchSnapshot();
  });
  test('RST of the client ends the session and its timers', () => {
    expect(story(received(1, PREAMBLE), told(900, 'peerReset'))).toMatchSnapshot();
  });
  test('FIN before the first message is a broken connection, answered with RST', () => {
    expect(story(received(1, PREAMBLE), told(900, 'peerEnded'))).toMatchSnapshot();
  });
  test('FIN after a message ends the session as End does', () => {
    expect(story(received(1, PREAMBLE), received(2, MESSAGE), told(900, 'peerEnded'))).toMatchSnapshot();
  });
  test('a byte that is no record is answered with RST and no fault', () => {
    expect(story(received(1, PREAMBLE), received(2, bytes('0d')))).toMatchSnapshot();
  });
});

describe('a session that its service closes, and whose messages nobody reads', () => {
  test('is over when the client has answered End with End', () => {
    expect(
      story(received(1, PREAMBLE), told(900, 'close'), received(950, MESSAGE), received(960, END)),
    ).toMatchSnapshot();
  });
  test('is reset when the client has not answered within closeTimeout', () => {
    expect(story(received(1, PREAMBLE), told(900, 'close'), { until: 60_000 })).toMatchSnapshot();
  });
});

describe('a connection whose session was closed', () => {
  test('End is answered with End; the client closes the connection with FIN', () => {
    expect(story(received(1, PREAMBLE), received(900, END), told(901, 'peerEnded'))).toMatchSnapshot();
  });
  test('idleTimeout takes the place of channel initialization, and ends in RST', () => {
    expect(story(received(1, PREAMBLE), received(900, END), { until: 60_000 })).toMatchSnapshot();
  });
  test('an unfinished next preamble does not move the idle deadline', () => {
    expect(
      story(received(1, PREAMBLE), received(900, END), received(3_000, PREAMBLE.subarray(0, 9)), { until: 60_000 }),
    ).toMatchSnapshot();
  });
  test('the next session starts with fresh timers', () => {
    expect(
      story(received(1, PREAMBLE), received(900, END), received(2_000, PREAMBLE), { until: 60_000 }),
    ).toMatchSnapshot();
  });
  test('a preamble in the same write as End starts the next session at once', () => {
    const both = Uint8Array.from([...END, ...PREAMBLE]);
    expect(story(received(1, PREAMBLE), received(900, both), { until: 901 })).toMatchSnapshot();
  });
});

describe('a framing fault', () => {
  test('fault record, FIN, and what the client still sends is drained until its FIN', () => {
    expect(story(received(1, WRONG_PATH), received(2, bytes('01 02')), told(3, 'peerEnded'))).toMatchSnapshot();
  });
  test('a client that goes on sending is reset when the drain quota is used up', () => {
    expect(story(received(1, WRONG_PATH), received(2, new Uint8Array(2_305)))).toMatchSnapshot();
  });
  test('a client that does not leave is reset when channel initialization runs out', () => {
    expect(story(received(1, WRONG_PATH), { until: 60_000 })).toMatchSnapshot();
  });
  test('a fault of an opened session is drained for closeTimeout at most', () => {
    expect(
      story(received(1, PREAMBLE), received(100, bytes('06 ff ff ff ff 07')), { until: 60_000 }),
    ).toMatchSnapshot();
  });
});

test('an event that only a client is told is refused: our own caller did it', () => {
  expect(() => serviceConnection(SETTINGS).handle({ type: 'open' }, 0)).toThrow(InvalidOperation);
});

const anyEvent: fc.Arbitrary<ChannelEvent> = fc.oneof(
  fc.constantFrom<ChannelEvent>(
    { type: 'accepted' },
    { type: 'peerEnded' },
    { type: 'peerReset' },
    { type: 'timeout' },
    { type: 'abort' },
    { type: 'close' },
    { type: 'transmitted', id: 1 },
  ),
  fc
    .oneof(fc.constantFrom(PREAMBLE, UNFINISHED, WRONG_PATH, END, MESSAGE), fc.uint8Array({ maxLength: 8 }))
    .map((data) => ({ type: 'received' as const, bytes: data })),
);

test('any events at any times: InvalidOperation is the only throw, and nothing is left after the connection', () => {
  const seed = Date.now();
  console.log(`seed ${seed}`);
  const steps = fc.array(fc.record({ event: anyEvent, after: fc.nat(2_500) }), { maxLength: 40 });
  fc.assert(
    fc.property(steps, (script) => {
      const connection = serviceConnection(SETTINGS);
      let now = 0;
      let gone = false;
      for (const { event, after } of [{ event: { type: 'accepted' } as const, after: 0 }, ...script]) {
        now += after;
        try {
          const effects = connection.handle(event, now);
          if (gone) expect(effects).toEqual([]);
          gone ||= effects.some((effect) => effect.type === 'disconnect' && effect.how === 'abort');
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidOperation);
        }
        if (gone) expect(connection.deadline()).toBeUndefined();
      }
    }),
    { seed, numRuns: 2_000 },
  );
});
