import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodeRecord, FRAMING_FAULT } from '../framing/index.ts';
import { InvalidOperation } from '../machine.ts';
import { bytes, type Line, transcript } from '../testing/transcript.ts';
import { clientChannel } from './client-channel.ts';
import type { ClientChannelSettings } from './client-channel-settings.ts';
import type { ChannelEvent } from './vocabulary.ts';

const VIA = 'net.tcp://localhost:8081/session?session=1';
const SETTINGS: ClientChannelSettings = {
  via: VIA,
  openTimeout: 3_000,
  closeTimeout: 2_000,
  pumping: false,
  maxReceivedMessageSize: 65_536,
  pooling: false,
};
const ACK = bytes('0b');
const END = bytes('07');
const MESSAGE = bytes('06 03 aa bb cc');

const open = (at = 0): Line => ({ at, event: { type: 'open' } });
const connected = (at = 1): Line => ({ at, event: { type: 'connected' } });
const received = (at: number, data: Uint8Array): Line => ({ at, event: { type: 'received', bytes: data } });
const told = (at: number, type: 'close' | 'abort' | 'peerEnded' | 'peerReset'): Line => ({ at, event: { type } });
const opened: readonly Line[] = [open(), connected(), received(2, ACK)];

const story = (lines: readonly Line[], settings: Partial<ClientChannelSettings> = {}) =>
  transcript(clientChannel({ ...SETTINGS, ...settings }), lines);

test('the open timer counts from the instant of open, whenever that is', () => {
  const effects = clientChannel(SETTINGS).handle({ type: 'open' }, 700);
  expect(effects).toContainEqual({
    ...{ type: 'timer', what: 'armed', timer: 'open', by: 'open' },
    ...{ since: 700, due: 3_700 },
  });
});

describe('opening', () => {
  test('an acknowledged preamble cancels the open timer and opens the channel', () => {
    expect(story(opened)).toMatchSnapshot();
  });
  test('an unanswered preamble ends at open + openTimeout, with RST', () => {
    expect(story([open(), connected(), { until: 60_000 }])).toMatchSnapshot();
  });
  test('an infinite openTimeout arms nothing, and nothing ever ends the open', () => {
    expect(story([open(), connected(), { until: 1e9 }], { openTimeout: Number.MAX_SAFE_INTEGER })).toMatchSnapshot();
  });
  test('the open timer that runs out in connect takes effect when connect returns', () => {
    expect(story([open(), { until: 60_000 }, connected(5_000)])).toMatchSnapshot();
  });
  test('a refused connect ends the open at once as EndpointNotFoundException', () => {
    expect(
      story([open(), { at: 2, event: { type: 'connectFailed', code: 'ECONNREFUSED', lasted: 2 } }]),
    ).toMatchSnapshot();
  });
  test('FIN before the acknowledgement is a rejected preamble', () => {
    expect(story([open(), connected(), told(3, 'peerEnded')])).toMatchSnapshot();
  });
  test('RST before the acknowledgement is a CommunicationException', () => {
    expect(story([open(), connected(), told(3, 'peerReset')])).toMatchSnapshot();
  });
  test('a framing fault ends the open with the exception that WCF maps it to', () => {
    const fault = encodeRecord({ type: 'fault', fault: FRAMING_FAULT.endpointNotFound });
    expect(story([open(), connected(), received(3, fault)])).toMatchSnapshot();
  });
  test('a byte that is no acknowledgement is a protocol violation', () => {
    expect(story([open(), connected(), received(3, bytes('48 54 54 50'))])).toMatchSnapshot();
  });
  test('abort resets the connection and leaves no timer', () => {
    expect(story([open(), connected(), told(3, 'abort')])).toMatchSnapshot();
  });
  test('abort during connect resets the connection as soon as it is there', () => {
    expect(story([open(), told(1, 'abort'), connected(2)])).toMatchSnapshot();
  });
});

describe('a pool of connections', () => {
  const reused = (at: number): Line => ({ at, event: { type: 'connected', reused: true } });
  const pooled = (...lines: readonly Line[]) => story(lines, { pooling: true });

  test('keeps the connection of a session that ended with End on both sides', () => {
    expect(pooled(...opened, told(500, 'close'), received(510, END))).toMatchSnapshot();
  });
  test('keeps none that the service has ended as well: it goes with FIN', () => {
    const [end, fin] = [received(505, END), told(506, 'peerEnded')];
    expect(story([...opened, end, fin, told(600, 'close')], { pooling: true, pumping: true })).toMatchSnapshot();
  });
  test('keeps none whose session was aborted, or whose close timed out', () => {
    expect(pooled(...opened, told(500, 'abort'))).toMatchSnapshot();
    expect(pooled(...opened, told(500, 'close'), { until: 60_000 })).toMatchSnapshot();
  });
  test.each(['peerEnded', 'peerReset'] as const)(
    '%s before the acknowledgement on a reused connection is not told: another one is tried within the same deadline',
    (ending) => {
      expect(pooled(open(), reused(1), told(600, ending), connected(601), { until: 60_000 })).toMatchSnapshot();
    },
  );
  test('a framing fault on a reused connection is not told either, and the next session opens', () => {
    const fault = encodeRecord({ type: 'fault', fault: FRAMING_FAULT.endpointNotFound });
    expect(pooled(open(), reused(1), received(3, fault), connected(4), received(5, ACK))).toMatchSnapshot();
  });
  test('what came behind a refused preamble is not read on the next connection', () => {
    const channel = clientChannel({ ...SETTINGS, pooling: true });
    for (const event of [{ type: 'open' }, { type: 'connected', reused: true }] as const) channel.handle(event, 0);
    channel.handle({ type: 'received', bytes: bytes('48 0b') }, 1);
    channel.handle({ type: 'connected' }, 2);
    expect(channel.describe()).toMatchObject({ state: 'opening', connection: 'connected' });
  });
  test('a reused connection that never answers takes the whole openTimeout, and leaves nothing to try another with', () => {
    expect(pooled(open(), reused(1), { until: 60_000 })).toMatchSnapshot();
    const channel = clientChannel({ ...SETTINGS, pooling: true });
    for (const event of [{ type: 'open' }, { type: 'connected', reused: true }] as const) channel.handle(event, 0);
    expect(channel.handle({ type: 'timeout' }, 3_000)).toContainEqual({
      type: 'completed',
      operation: 'open',
      exception: {
        name: 'TimeoutException',
        message: expect.stringContaining('The open operation did not complete within the allotted timeout of 00:00:03'),
        inner: {
          name: 'TimeoutException',
          message: expect.stringContaining('while establishing a transport session'),
          inner: {
            name: 'TimeoutException',
            message: expect.stringMatching(/timed out after 00:00:00\. Connection attempts were made to 0 of/),
          },
        },
      },
    });
  });
  test('the failure of a fresh connection after a reused one is told as ever', () => {
    expect(pooled(open(), reused(1), told(2, 'peerReset'), connected(3), told(4, 'peerEnded'))).toMatchSnapshot();
  });
});

describe('an idle session whose connection is lost', () => {
  test('RST: nobody reads, so the channel stays opened and Close is told of the reset', () => {
    expect(story([...opened, told(500, 'peerReset'), told(900, 'close')])).toMatchSnapshot();
  });
  test('RST: a pumping channel faults at once, and Close throws CommunicationObjectFaultedException', () => {
    expect(story([...opened, told(500, 'peerReset'), told(900, 'close')], { pumping: true })).toMatchSnapshot();
  });
  test('FIN before the first message: the state stays, and Close throws ProtocolException', () => {
    expect(story([...opened, told(500, 'peerEnded'), told(900, 'close')])).toMatchSnapshot();
  });
  test('FIN after a message that a pump took counts as End: it is answered, and Close succeeds', () => {
    const lines = [...opened, received(100, MESSAGE), told(500, 'peerEnded'), told(900, 'close')];
    expect(story(lines, { pumping: true })).toMatchSnapshot();
  });
  test("the service's End closes the input: Close succeeds at once", () => {
    expect(story([...opened, received(500, END), told(900, 'close')])).toMatchSnapshot();
  });
  test('FIN inside a record: a pumping channel faults', () => {
    expect(
      story([...opened, received(100, bytes('06 03 aa')), told(500, 'peerEnded')], { pumping: true }),
    ).toMatchSnapshot();
  });
});

describe('an idle session to which something is sent that nobody reads', () => {
  test('a framing violation stays unread: Close writes its End and then throws', () => {
    expect(story([...opened, received(500, bytes('0d')), told(900, 'close')])).toMatchSnapshot();
  });
  test('a framing fault stays unread: Close throws what it maps to', () => {
    const fault = encodeRecord({ type: 'fault', fault: FRAMING_FAULT.maxMessageSizeExceeded });
    expect(story([...opened, received(500, fault), told(900, 'close')])).toMatchSnapshot();
  });
  test('a message stays unread, and Close cannot take it for End', () => {
    expect(story([...opened, received(500, MESSAGE), told(900, 'close')])).toMatchSnapshot();
  });
  test('a pump reads it at once, and faults the channel', () => {
    expect(story([...opened, received(500, bytes('0d'))], { pumping: true })).toMatchSnapshot();
  });
  test('a pump answers End with End, and Close has nothing left to do', () => {
    expect(story([...opened, received(500, END), told(900, 'close')], { pumping: true })).toMatchSnapshot();
  });
  test('RST behind an unread End: Close fails at its first write', () => {
    expect(story([...opened, received(500, END), told(600, 'peerReset'), told(900, 'close')])).toMatchSnapshot();
  });
});

describe('closing', () => {
  test('a message instead of End fails Close at once', () => {
    expect(story([...opened, told(500, 'close'), received(510, MESSAGE)])).toMatchSnapshot();
  });
  test('a message that a pump takes does not', () => {
    expect(
      story([...opened, told(500, 'close'), received(510, MESSAGE), received(520, END)], { pumping: true }),
    ).toMatchSnapshot();
  });
  test('End, then End of the service, then FIN', () => {
    expect(story([...opened, told(500, 'close'), received(510, END)])).toMatchSnapshot();
  });
  test('an unanswered End throws after closeTimeout and resets the connection', () => {
    expect(story([...opened, told(500, 'close'), { until: 60_000 }])).toMatchSnapshot();
  });
  test('RST while closing throws at once', () => {
    expect(story([...opened, told(500, 'close'), told(510, 'peerReset')])).toMatchSnapshot();
  });
  test('close before open is refused: our own caller did it', () => {
    expect(() => clientChannel(SETTINGS).handle({ type: 'close' }, 0)).toThrow(InvalidOperation);
  });
});

test('the exceptions carry the whole captured texts', () => {
  const channel = clientChannel(SETTINGS);
  channel.handle({ type: 'open' }, 0);
  channel.handle({ type: 'connected' }, 9);
  expect(channel.handle({ type: 'timeout' }, 3_000)).toContainEqual({
    type: 'completed',
    operation: 'open',
    exception: {
      name: 'TimeoutException',
      message:
        'The open operation did not complete within the allotted timeout of 00:00:03. The time allotted to this operation may have been a portion of a longer timeout.',
      inner: {
        name: 'TimeoutException',
        message:
          'The socket was aborted because an asynchronous receive from the socket did not complete within the allotted timeout of 00:00:02.9910000. The time allotted to this operation may have been a portion of a longer timeout.',
        inner: { name: 'SocketException', message: 'Operation canceled' },
      },
    },
  });
});

test('an answer that is no framing record is said to be no service, and HTTP is named', () => {
  const channel = clientChannel(SETTINGS);
  channel.handle({ type: 'open' }, 0);
  channel.handle({ type: 'connected' }, 1);
  expect(channel.handle({ type: 'received', bytes: bytes('48 54 54 50') }, 2)).toContainEqual({
    type: 'completed',
    operation: 'open',
    exception: expect.objectContaining({
      name: 'ProtocolException',
      message: expect.stringContaining('HTTP endpoint'),
    }),
  });
});

test('a timeout with nothing due answers nothing', () => {
  const channel = clientChannel(SETTINGS);
  channel.handle({ type: 'open' }, 0);
  expect(channel.handle({ type: 'timeout' }, 2_999)).toEqual([]);
});

const anyEvent: fc.Arbitrary<ChannelEvent> = fc.oneof(
  fc.constantFrom<ChannelEvent>(
    { type: 'open' },
    { type: 'close' },
    { type: 'abort' },
    { type: 'connected' },
    { type: 'connected', reused: true },
    { type: 'connectFailed', code: 'ECONNREFUSED', lasted: 1 },
    { type: 'transmitted', id: 1 },
    { type: 'peerEnded' },
    { type: 'peerReset' },
    { type: 'timeout' },
  ),
  fc.oneof(fc.constantFrom(ACK, END, MESSAGE), fc.uint8Array({ maxLength: 8 })).map((data) => ({
    type: 'received' as const,
    bytes: data,
  })),
);

test('any events at any times: InvalidOperation is the only throw, and a channel that is over has no timer', () => {
  const seed = Date.now();
  console.log(`seed ${seed}`);
  const steps = fc.array(fc.record({ event: anyEvent, after: fc.nat(2_500) }), { maxLength: 40 });
  fc.assert(
    fc.property(steps, fc.boolean(), fc.boolean(), (script, pumping, pooling) => {
      const channel = clientChannel({ ...SETTINGS, pumping, pooling });
      let now = 0;
      let ended = 0;
      for (const { event, after } of script) {
        now += after;
        try {
          const effects = channel.handle(event, now);
          ended += effects.filter((effect) => effect.type === 'sessionEnded').length;
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidOperation);
        }
        expect(ended).toBeLessThanOrEqual(1);
        const { state } = channel.describe() as { state: string };
        if (state === 'closed' || state === 'faulted') expect(channel.deadline()).toBeUndefined();
      }
    }),
    { seed, numRuns: 2_000 },
  );
});
