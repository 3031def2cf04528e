import { deepEqual, equal, match } from 'node:assert/strict';
import { type Contract, DUPLEX_TEST_SERVICE, SESSION_TEST_SERVICE, TEST_SERVICE } from '@lapse/protocol';
import type { Conversation } from './conversation.ts';
import { headersOf, messagesIn } from './messages.ts';
import type { MonoPeer, Said, Script } from './mono-peer.ts';
import { type OurService, ourService } from './our-service.ts';
import { until } from './until.ts';

/** Mono's client calls our service. */
export const FROM_MONO: readonly Conversation[] = [
  talk('replies, one-way calls and a declared fault, then a close', 'test', TEST_SERVICE, everything),
  talk('an undeclared fault ends the session behind it', 'throws', TEST_SERVICE, undeclaredFault),
  {
    name: "Mono's client, our service: a session that is idle for the receive timeout is reset, and the next call fails",
    hold: idle,
  },
  talk('an operation whose caller gave up is executed all the same', 'late', TEST_SERVICE, ghost),
  talk(
    'a callback is answered while the call waits, and one-way ones come in order',
    'duplex',
    DUPLEX_TEST_SERVICE,
    duplex,
  ),
  talk('a session is begun, used and finished', 'session', SESSION_TEST_SERVICE, session),
  talk('what may not begin a session is refused, and the session goes on', 'unbegun', SESSION_TEST_SERVICE, unbegun),
];

type Listen = (said: readonly Said[], service: OurService) => Promise<void> | void;

function talk(name: string, script: Script, contract: Contract, listen: Listen): Conversation {
  const hold: Conversation['hold'] = async (peer) => {
    const service = await ourService(contract);
    try {
      await listen(await peer.call(script, service.address), service);
    } finally {
      service.close();
    }
  };
  return { name: `Mono's client, our service: ${name}`, hold };
}

async function everything(said: readonly Said[], service: OurService): Promise<void> {
  const text = 'ä € 😀 < &';
  deepEqual(said, [
    { step: 'Echo', result: 'hello' },
    { step: `Echo of ${text}`, result: text },
    { step: 'Echo of nothing', result: '|null' },
    { step: 'Slow', result: 'slept 150' },
    { step: 'OneWay', result: 'sent' },
    { step: 'ThrowTyped', threw: 'FaultException<TestFault>', message: 'typed reason', code: 42, text: 'typed' },
    { step: 'Echo after the fault', result: 'still here' },
    { step: 'Large', result: '200000' },
    { step: 'close', result: 'closed' },
  ]);
  deepEqual(executed(service), [
    ...['Echo replied', 'Echo replied', 'Echo replied', 'Echo replied', 'Slow replied'],
    ...['OneWay oneWay', 'ThrowTyped faulted', 'Echo replied', 'Large replied'],
  ]);
  await ended(service, 'peerEnded');
}

/** To Mono every ending looks like a timeout; the message that it sends behind our End is one too many (wcf-wire 1.8). */
async function undeclaredFault(said: readonly Said[], service: OurService): Promise<void> {
  deepEqual(
    said.map(({ step, threw }) => `${step}: ${threw}`),
    ['Throw: FaultException', 'Echo: TimeoutException'],
  );
  match(String(said[0]?.message), /^The server was unable to process the request due to an internal error\./);
  deepEqual(executed(service), ['Throw faulted']);
  await ended(service, 'protocolViolation');
}

/** Nothing told the operation that its caller had left: End waits for it (wcf-timeouts 1.7). */
async function ghost(said: readonly Said[], service: OurService): Promise<void> {
  deepEqual(said, [
    { step: 'Echo', result: 'hello' },
    { step: 'Slow', threw: 'TimeoutException', message: 'The operation has timed out.' },
  ]);
  deepEqual(executed(service), ['Echo replied']);
  await until(() => executed(service).length > 1);
  match(String(executed(service)[1]), /^Slow /);
}

/** The receive timeout of our service counts from its last request, and Mono learns of it when it writes. */
async function idle(peer: MonoPeer): Promise<void> {
  const service = await ourService(TEST_SERVICE, 1_500);
  try {
    const said = await peer.call('idle', service.address);
    deepEqual(
      said.map(({ step, threw, result }) => `${step}: ${threw ?? result}`),
      ['Echo: hello', 'Echo behind the pause: IOException'],
    );
    const fired = service.observed.find((seen) => seen.type === 'timer' && seen.what === 'fired');
    equal(fired !== undefined && 'timer' in fired && fired.timer, 'receive');
    await ended(service, 'timedOut');
  } finally {
    service.close();
  }
}

async function duplex(said: readonly Said[], service: OurService): Promise<void> {
  deepEqual(said, [
    { step: 'Echo', result: 'hello' },
    { step: 'OneWay', result: 'sent' },
    { calledBack: 'Ask', q: 'who' },
    { step: 'AskBack', result: 'who!' },
    { calledBack: 'Tick', n: 0 },
    { calledBack: 'Tick', n: 1 },
    { calledBack: 'Tick', n: 2 },
    { step: 'Ticks', result: 'ticked' },
  ]);
  equal(
    messagesIn(service.observed).map(headersOf)[1],
    'urn:lapse:test/IDuplexTestService/OneWay: MessageID ReplyTo To',
  );
  deepEqual(executed(service), ['Echo replied', 'OneWay oneWay', 'AskBack replied', 'Ticks replied']);
  await ended(service, 'peerEnded');
}

async function session(said: readonly Said[], service: OurService): Promise<void> {
  deepEqual(said, [
    { step: 'Begin', result: '1' },
    { step: 'Echo', result: 'hello' },
    { step: 'Finish', result: '3' },
    { step: 'close', result: 'closed' },
  ]);
  await ended(service, 'peerEnded');
}

async function unbegun(said: readonly Said[], service: OurService): Promise<void> {
  deepEqual(
    said.map(({ step, threw, result }) => `${step}: ${threw ?? result}`),
    ['Echo: ActionNotSupportedException', 'Begin: 1', 'close: closed'],
  );
  deepEqual(executed(service), ['Begin replied']);
  await ended(service, 'peerEnded');
}

function executed({ observed }: OurService): readonly string[] {
  return observed.flatMap((seen) => (seen.type === 'executed' ? [`${seen.operation} ${seen.how}`] : []));
}

/** The one session of the conversation is over, and this is why. */
async function ended({ observed }: OurService, why: string): Promise<void> {
  const endings = () => observed.flatMap((seen) => (seen.type === 'sessionEnded' ? [seen.why.code] : []));
  await until(() => endings().length > 0);
  deepEqual(endings(), [why]);
}
