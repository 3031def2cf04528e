import { expect, test } from '@jest/globals';
import { Client } from './testing/client.ts';
import { type LogLine, RunningService } from './testing/running-service.ts';

/** What became of each call, as the log alone tells it. */
function ledger(log: readonly LogLine[], ids: readonly string[]): readonly unknown[] {
  return ids.map((id) => {
    const of = (type: string) => log.filter((line) => line.type === type && line.messageId === id);
    return [of('dispatched').length, ...of('executed').map(({ how }) => how)];
  });
}

test('a client calls every kind of operation in one session, and the log tells what became of each', async () => {
  await using service = new RunningService();
  const client = new Client(await service.port());
  expect(await client.call('Echo', { s: 'hello' })).toMatchObject({ results: { EchoResult: 'hello' } });
  expect(await client.call('Slow', { ms: 30 })).toMatchObject({ results: { SlowResult: 'slept 30' } });
  expect((await client.call('Large', { bytes: 20_000 })).type).toBe('completed');
  expect(await client.call('ThrowTyped', { s: 'x' })).toMatchObject({
    exception: { name: 'FaultException<TestFault>', message: 'typed reason' },
  });
  expect(await client.call('OneWay', { s: 'x' })).not.toHaveProperty('exception');
  expect(await client.call('Throw', { s: 'boom' })).toMatchObject({ exception: { name: 'FaultException' } });
  await service.line(({ type }) => type === 'sessionEnded');
  expect(ledger(service.log, client.ids)).toEqual([
    [1, 'replied'],
    [1, 'replied'],
    [1, 'replied'],
    [1, 'faulted'],
    [0],
    [1, 'faulted'],
  ]);
  expect(service.log.filter(({ how }) => how === 'oneWay')).toMatchObject([{ type: 'executed', operation: 'OneWay' }]);
});

test('a caller who has given up leaves a ghost: it is executed after all, and what waited behind it never', async () => {
  await using service = new RunningService();
  const client = new Client(await service.port(), 'test', { callStyle: 'sync' });
  await client.call('Echo', { s: 'x' });
  client.setOperationTimeout(800);
  const [late, queued] = await Promise.all([client.call('Slow', { ms: 1_600 }), client.call('Echo', { s: 'y' })]);
  expect([late, queued]).toMatchObject([{ exception: { name: 'TimeoutException' } }, { exception: {} }]);
  const executed = await service.line(({ how }) => how === 'unanswerable');
  const reset = service.log.find(({ type }) => type === 'peerReset');
  expect(executed.messageId).toBe(client.ids[1]);
  expect(Number(executed.at)).toBeGreaterThan(Number(reset?.at));
  expect(ledger(service.log, client.ids)).toEqual([[1, 'replied'], [1, 'unanswerable'], [0]]);
});

test('a client who closes while its call runs gets the reply, then the end of the session', async () => {
  await using service = new RunningService({ contract: 'duplexTest' });
  const client = new Client(await service.port(), 'duplexTest');
  await client.call('Echo', { s: 'x' });
  const called = client.call('Slow', { ms: 200 });
  const closed = client.close();
  expect(await called).toMatchObject({ results: { SlowResult: 'slept 200' } });
  expect(await closed).not.toHaveProperty('exception');
});

test('a service that is reentrant calls its caller back within the call', async () => {
  await using service = new RunningService({ contract: 'duplexTest', concurrencyMode: 'reentrant' });
  const client = new Client(await service.port(), 'duplexTest');
  expect(await client.call('AskBack', { q: 'colour' })).toMatchObject({ results: { AskBackResult: 'colour' } });
  expect(await client.call('Ticks', { n: 3 })).toMatchObject({ results: { TicksResult: 'ticked' } });
  expect(await client.close()).not.toHaveProperty('exception');
});

test('a service that is single-threaded refuses that at once, and says why to who may know', async () => {
  await using service = new RunningService({ contract: 'duplexTest', includeExceptionDetailInFaults: true });
  const client = new Client(await service.port(), 'duplexTest');
  expect(await client.call('Ticks', { n: 1 })).toMatchObject({ results: { TicksResult: 'ticked' } });
  const { exception } = await client.call('AskBack', { q: 'colour' });
  expect(exception).toMatchObject({
    name: 'FaultException<ExceptionDetail>',
    message: expect.stringMatching(/^This operation would deadlock/),
  });
});

test('a session with a beginning and an end counts its calls', async () => {
  await using service = new RunningService({ contract: 'sessionTest' });
  const client = new Client(await service.port(), 'sessionTest');
  expect(await client.call('Echo', { s: 'x' })).toMatchObject({ exception: { name: 'ActionNotSupportedException' } });
  expect(await client.call('Begin')).toMatchObject({ results: { BeginResult: 1 } });
  expect(await client.call('Finish')).toMatchObject({ results: { FinishResult: 2 } });
  expect(await client.close()).not.toHaveProperty('exception');
});
