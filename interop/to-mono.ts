import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import {
  ADDRESSING,
  type DataRecord,
  DUPLEX_TEST_SERVICE,
  type Exception,
  type Message,
  type Operation,
  readDetail,
  SESSION_TEST_SERVICE,
  TEST_FAULT,
  TEST_SERVICE,
} from '@lapse/protocol';
import type { Conversation } from './conversation.ts';
import { headersOf, messagesIn } from './messages.ts';
import type { MonoPeer, MonoService, ServedContract } from './mono-peer.ts';
import { type CallOutcome, OurClient, type OurClientOptions } from './our-client.ts';

const BLOCKING: OurClientOptions = { contract: TEST_SERVICE, callStyle: 'sync' };
const PUMPING: OurClientOptions = { contract: TEST_SERVICE, callStyle: 'async' };
const DUPLEX: OurClientOptions = { contract: DUPLEX_TEST_SERVICE, callStyle: 'duplex', answer };
const SESSION: OurClientOptions = { contract: SESSION_TEST_SERVICE, callStyle: 'sync' };

/** Our client calls Mono's service. */
export const TO_MONO: readonly Conversation[] = [
  talk('blocking calls are answered with what was sent', 'test', BLOCKING, echoes),
  talk('pumping calls are answered with what was sent', 'test', PUMPING, echoes),
  talk('calls side by side get their own replies', 'test', PUMPING, sideBySide),
  talk('a reply of 200,000 bytes arrives whole', 'test', BLOCKING, large),
  talk('one-way calls are executed in order, and nobody answers', 'test', BLOCKING, oneWay),
  talk('a declared fault shows its detail, and the session goes on', 'related', BLOCKING, declaredFault),
  talk('an undeclared fault shows its reason, and the session goes on', 'related', BLOCKING, undeclaredFault),
  talk('a fault as Mono writes it relates to nothing: its call times out', 'test', PUMPING, unrelatedFault),
  talk('a late reply is dropped, and the next call gets its own', 'test', PUMPING, lateReply),
  {
    name: "our client, Mono's service: an aborted call is executed all the same",
    hold: aborted,
  },
  talk('a callback is answered while the call waits for its reply', 'duplex', DUPLEX, askedBack),
  talk('one-way callbacks come in order', 'duplex', DUPLEX, ticks),
  talk('a session is begun, used and finished', 'session', SESSION, session),
  talk('replies have no To, faults nothing but an action of their own kind', 'test', PUMPING, dialect),
  talk('even a one-way callback has an id, and is addressed to the port of the client', 'duplex', DUPLEX, calledBack),
];

type Talk = (client: OurClient, service: MonoService) => Promise<void>;

function talk(name: string, contract: ServedContract, options: OurClientOptions, said: Talk): Conversation {
  const hold: Conversation['hold'] = async (peer) => {
    const service = await peer.serve(contract);
    const client = new OurClient(service.address, options);
    try {
      await said(client, service);
      await close(client);
    } finally {
      await service.end();
    }
  };
  return { name: `our client, Mono's service: ${name}`, hold };
}

/** Mono answers End with FIN alone, which ends a session as well (wcf-timeouts 0.3). */
async function close(client: OurClient): Promise<void> {
  const before = client.observed.length;
  equal(await client.close(), undefined);
  const told = client.observed.slice(before).map(({ type }) => type);
  deepEqual(
    told.filter((type) => ['received', 'peerEnded', 'completed'].includes(type)),
    ['peerEnded', 'completed'],
  );
}

async function echoes(client: OurClient, { executed }: MonoService): Promise<void> {
  const texts = ['hello', '', null, 'ä € 😀 < & >', ' leading and trailing ', 'x'.repeat(70_000)];
  for (const s of texts) deepEqual(resultsOf(await client.call('Echo', { s })), { EchoResult: s });
  deepEqual(resultsOf(await client.call('Slow', { ms: 150 })), { SlowResult: 'slept 150' });
  equal((await executed(texts.length + 1)).length, texts.length + 1);
}

async function sideBySide(client: OurClient): Promise<void> {
  const texts = ['one', 'two', 'three'];
  deepEqual(resultsOf(await client.call('Echo', { s: 'opens' })), { EchoResult: 'opens' });
  const outcomes = await Promise.all(texts.map((s) => client.call('Echo', { s })));
  deepEqual(
    outcomes.map(resultsOf),
    texts.map((s) => ({ EchoResult: s })),
  );
}

async function large(client: OurClient): Promise<void> {
  const { LargeResult } = resultsOf(await client.call('Large', { bytes: 200_000 }));
  ok(LargeResult instanceof Uint8Array && LargeResult.length === 200_000 && LargeResult.every((byte) => byte === 0));
}

/** Two-way calls behind it show that it has been executed: Mono reads a session in order. */
async function oneWay(client: OurClient, { executed }: MonoService): Promise<void> {
  deepEqual(resultsOf(await client.call('OneWay', { s: 'first' })), {});
  deepEqual(resultsOf(await client.call('OneWay', { s: 'second' })), {});
  deepEqual(resultsOf(await client.call('Echo', { s: 'behind' })), { EchoResult: 'behind' });
  deepEqual(
    (await executed(3)).map(({ executed: operation, s }) => `${operation} ${s}`),
    ['OneWay first', 'OneWay second', 'Echo behind'],
  );
  equal(messagesIn(client.observed).length, 1);
}

async function declaredFault(client: OurClient): Promise<void> {
  const { name, message } = exceptionOf(await client.call('ThrowTyped', { s: 'what' }));
  deepEqual([name, message], ['FaultException<TestFault>', 'typed reason']);
  deepEqual(detailOf(messagesIn(client.observed)[0]), { type: 'data', data: { Code: 42, Text: 'what' } });
  deepEqual(resultsOf(await client.call('Echo', { s: 'behind' })), { EchoResult: 'behind' });
}

/** Mono ends no session for an exception that is no fault. */
async function undeclaredFault(client: OurClient): Promise<void> {
  const { name, message } = exceptionOf(await client.call('Throw', { s: 'what' }));
  equal(name, 'FaultException');
  match(message, /^The server was unable to process the request due to an internal error\./);
  deepEqual(resultsOf(await client.call('Echo', { s: 'behind' })), { EchoResult: 'behind' });
}

/** As a client of Microsoft's does (wcf-wire 4.2). */
async function unrelatedFault(client: OurClient): Promise<void> {
  client.setOperationTimeout(1_000);
  const { name } = exceptionOf(await client.call('ThrowTyped', { s: 'what' }));
  equal(name, 'TimeoutException');
  deepEqual(detailOf(messagesIn(client.observed)[0]), { type: 'data', data: { Code: 42, Text: 'what' } });
  equal(client.observed.filter(({ type }) => type === 'dropped').length, 1);
  deepEqual(resultsOf(await client.call('Echo', { s: 'behind' })), { EchoResult: 'behind' });
}

/** Mono has written the reply of Slow before it reads the next call. */
async function lateReply(client: OurClient, { executed }: MonoService): Promise<void> {
  deepEqual(resultsOf(await client.call('Echo', { s: 'first' })), { EchoResult: 'first' });
  client.setOperationTimeout(400);
  equal(exceptionOf(await client.call('Slow', { ms: 1_200 })).name, 'TimeoutException');
  client.setOperationTimeout(10_000);
  deepEqual(resultsOf(await client.call('Echo', { s: 'behind' })), { EchoResult: 'behind' });
  equal(client.observed.filter(({ type }) => type === 'dropped').length, 1);
  deepEqual(
    (await executed(3)).map(({ executed: operation }) => operation),
    ['Echo', 'Slow', 'Echo'],
  );
}

/** RST in the middle of a call, which Mono's operation is not told of. */
async function aborted(peer: MonoPeer): Promise<void> {
  const service = await peer.serve('test');
  const client = new OurClient(service.address, BLOCKING);
  try {
    deepEqual(resultsOf(await client.call('Echo', { s: 'first' })), { EchoResult: 'first' });
    const call = client.call('Slow', { ms: 1_200 });
    await pause(500);
    client.abort();
    equal(exceptionOf(await call).name, 'CommunicationObjectAbortedException');
    deepEqual((await service.executed(2))[1], { executed: 'Slow', ms: 1_200 });
  } finally {
    await service.end();
  }
}

async function askedBack(client: OurClient, { executed }: MonoService): Promise<void> {
  deepEqual(resultsOf(await client.call('AskBack', { q: 'who' })), { AskBackResult: 'who!' });
  deepEqual(client.calledBack, ['Ask {"q":"who"}']);
  deepEqual(await executed(1), [{ executed: 'AskBack', q: 'who' }]);
}

async function ticks(client: OurClient): Promise<void> {
  deepEqual(resultsOf(await client.call('Ticks', { n: 3 })), { TicksResult: 'ticked' });
  deepEqual(client.calledBack, ['Tick {"n":0}', 'Tick {"n":1}', 'Tick {"n":2}']);
}

async function session(client: OurClient, { executed }: MonoService): Promise<void> {
  deepEqual(resultsOf(await client.call('Begin')), { BeginResult: 1 });
  deepEqual(resultsOf(await client.call('Echo', { s: 'hello' })), { EchoResult: 'hello' });
  deepEqual(resultsOf(await client.call('Finish')), { FinishResult: 3 });
  deepEqual(
    (await executed(3)).map(({ executed: operation, ordinal }) => `${operation} ${ordinal}`),
    ['Begin 1', 'Echo 2', 'Finish 3'],
  );
}

async function dialect(client: OurClient): Promise<void> {
  await client.call('Echo', { s: 'first' });
  client.setOperationTimeout(500);
  await client.call('ThrowTyped', { s: 'what' });
  await client.call('Throw', { s: 'what' });
  deepEqual(messagesIn(client.observed).map(headersOf), [
    'urn:lapse:test/ITestService/EchoResponse: RelatesTo',
    // The slash is missing, and is not if the namespace ends with one.
    'urn:lapse:testITestService/ThrowTypedTestFaultFault: nothing else',
    'urn:lapse:test/ITestService/Throw: nothing else',
  ]);
  const codes = messagesIn(client.observed).flatMap(({ content }) => (content.type === 'fault' ? [content.code] : []));
  deepEqual(codes, [
    { namespace: '', local: 'Sender' },
    { namespace: ADDRESSING.namespace, local: 'InternalServiceFault' },
  ]);
}

async function calledBack(client: OurClient): Promise<void> {
  await client.call('Ticks', { n: 1 });
  const [callback] = messagesIn(client.observed);
  equal(callback && headersOf(callback), 'urn:lapse:test/IDuplexTestService/Tick: MessageID ReplyTo To');
  const connected = client.observed.find(({ type }) => type === 'connected');
  const port = connected !== undefined && 'localPort' in connected ? connected.localPort : undefined;
  equal(callback?.to, `net.tcp://127.0.0.1:${port}/`);
}

function answer(operation: Operation, { q }: DataRecord): DataRecord {
  return operation.oneWay ? {} : { AskResult: `${q}!` };
}

function resultsOf(outcome: CallOutcome): DataRecord {
  if (outcome.type === 'threw') throw new Error(`it threw ${outcome.exception.name}: ${outcome.exception.message}`);
  return outcome.results;
}

function exceptionOf(outcome: CallOutcome): Exception {
  if (outcome.type === 'threw') return outcome.exception;
  throw new Error(`it returned ${JSON.stringify(outcome.results)}`);
}

function detailOf(message: Message | undefined): unknown {
  return message?.content.type === 'fault' ? readDetail(message.content, TEST_FAULT) : undefined;
}
