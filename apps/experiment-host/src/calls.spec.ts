import { describe, expect, test } from '@jest/globals';
import type { CallStyle, ClientSettings, Observation, Step } from '@lapse/experiment';
import { ExperimentOnDisk, IDLE_DIRECT } from './testing/experiments.ts';

async function historyOf(client: Partial<ClientSettings>, ...workload: readonly Step[]) {
  await using experiment = new ExperimentOnDisk({
    ...IDLE_DIRECT,
    client: { ...IDLE_DIRECT.client, ...client },
    service: { ...IDLE_DIRECT.service, receiveTimeout: 30_000, sendTimeout: 7_000 },
    workload: [{ at: 100, do: 'open' }, ...workload],
  });
  return await experiment.run();
}

const of = (history: readonly Observation[], side: 'client' | 'service') =>
  history.filter((line) => line.side === side);

/** What the application did and was told, in order: `call 1`, `returned 1`. */
function told(history: readonly Observation[]): readonly string[] {
  return of(history, 'client').flatMap((line) => {
    if (line.type === 'call') return [`call ${line.call}`];
    if (line.type !== 'completed' || line.operation !== 'call') return [];
    return [`${line.exception === undefined ? 'returned' : line.exception.name} ${line.call}`];
  });
}

function completion(history: readonly Observation[], call: number) {
  const line = history.find((each) => each.type === 'completed' && each.operation === 'call' && each.call === call);
  if (line?.type !== 'completed' || line.operation !== 'call') throw new Error(`call ${call} has not returned`);
  return line;
}

function began(history: readonly Observation[], call: number) {
  const line = history.find((each) => each.type === 'call' && each.call === call);
  if (line?.type !== 'call') throw new Error(`call ${call} has not begun`);
  return line;
}

const ECHO = { operation: 'echo' } as const;
const SLOW = { operation: 'slow', lasts: 300 } as const;

describe('a session that is called through', () => {
  test.each(['sync', 'async', 'duplex'] satisfies readonly CallStyle[])(
    'has each call on record on both sides, by its number and its message id (%s)',
    async (callStyle) => {
      const history = await historyOf(
        { callStyle },
        { at: 300, do: 'call', call: ECHO },
        { at: 600, do: 'call', call: SLOW },
        { at: 1_200, do: 'close' },
      );
      expect(told(history)).toEqual(['call 1', 'returned 1', 'call 2', 'returned 2']);
      expect(completion(history, 1).results).toEqual({ EchoResult: 'hello' });
      expect(completion(history, 2).results).toEqual({ SlowResult: 'slept 300' });
      expect(completion(history, 2).at - began(history, 2).at).toBeGreaterThanOrEqual(300);
      const ids = [1, 2].map((call) => began(history, call).messageId);
      expect(new Set(ids).size).toBe(2);
      for (const id of ids) expect(id).toMatch(/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      const executed = of(history, 'service').flatMap((line) => (line.type === 'executed' ? [line.messageId] : []));
      expect(executed).toEqual(ids);
      expect(history.find((line) => line.type === 'completed' && line.operation === 'close')).not.toHaveProperty(
        'exception',
      );
    },
  );

  test.each([
    ['reentrant', 'hello', undefined],
    ['single', 'InvalidOperationException', 'InvalidOperationException'],
  ] as const)('is called back by a service that is %s, or is not', async (concurrencyMode, answer, thrown) => {
    await using experiment = new ExperimentOnDisk({
      ...IDLE_DIRECT,
      client: { ...IDLE_DIRECT.client, callStyle: 'duplex' },
      service: { ...IDLE_DIRECT.service, receiveTimeout: 30_000, concurrencyMode },
      workload: [
        { at: 100, do: 'open' },
        { at: 300, do: 'call', call: { operation: 'askBack', lasts: 200 } },
      ],
    });
    const history = await experiment.run();
    const [callback, ...more] = of(history, 'service').filter(({ type }) => type === 'completed');
    expect(more).toEqual([]);
    expect(callback).toMatchObject({ operation: 'call', call: 1 });
    expect(callback).toMatchObject(
      thrown === undefined ? { results: { AskResult: 'hello' } } : { exception: { name: thrown } },
    );
    expect(of(history, 'client').find((line) => line.type === 'completed' && line.operation === 'call')).toMatchObject({
      results: { TryAskBackResult: answer },
    });
  });

  test('has what was sent and returned on record as it is in JSON: text, numbers, bytes in hex', async () => {
    const history = await historyOf(
      {},
      { at: 300, do: 'call', call: { operation: 'oneWay', bytes: 5_000 } },
      { at: 500, do: 'call', call: { operation: 'large', bytes: 5_000 } },
      { at: 800, do: 'call', call: { operation: 'slowOneWay', lasts: 10 } },
    );
    expect([1, 2, 3].map((call) => began(history, call).values)).toEqual([
      { s: 'x'.repeat(5_000) },
      { bytes: 5_000 },
      { ms: 10 },
    ]);
    expect(completion(history, 1)).not.toHaveProperty('results');
    expect(completion(history, 2).results).toEqual({ LargeResult: '00'.repeat(5_000) });
    expect(completion(history, 3)).not.toHaveProperty('results');
  });

  test('has the send timer of the service on record, of the length that the scenario gives it', async () => {
    const history = await historyOf({}, { at: 300, do: 'call', call: ECHO });
    const armed = of(history, 'service').find(
      (line) => line.type === 'timer' && line.what === 'armed' && line.timer === 'send',
    );
    if (armed?.type !== 'timer' || armed.what !== 'armed') throw new Error('the service armed no send timer');
    expect(armed.due - armed.since).toBe(7_000);
  });

  test('numbers the calls of the next session from 1 again', async () => {
    const history = await historyOf(
      {},
      { at: 200, do: 'call', call: ECHO },
      { at: 300, do: 'close' },
      { at: 500, do: 'open' },
      { at: 600, do: 'call', call: ECHO },
      { at: 700, do: 'call', call: { operation: 'oneWay' } },
    );
    const calls = history.filter((line) => line.type === 'call');
    expect(calls).toMatchObject([
      { connection: 1, call: 1 },
      { connection: 2, call: 1 },
      { connection: 2, call: 2, operation: 'OneWay', values: { s: 'hello' } },
    ]);
  });
});

describe('a call that outlasts the operation timeout', () => {
  test.each(['sync', 'async'] satisfies readonly CallStyle[])(
    'fails when its timer fires, and is executed all the same (%s)',
    async (callStyle) => {
      const history = await historyOf(
        { callStyle, operationTimeout: 200 },
        { at: 300, do: 'call', call: { operation: 'slow', lasts: 500 } },
        { at: 700, do: 'abort' },
      );
      expect(told(history)).toEqual(['call 1', 'TimeoutException 1']);
      const fired = history.find((line) => line.type === 'timer' && line.what === 'fired');
      if (fired?.type !== 'timer' || fired.what !== 'fired') throw new Error('no timer fired');
      expect(fired).toMatchObject({ side: 'client', timer: 'send', call: 1, since: began(history, 1).at });
      expect(fired.due - fired.since).toBe(200);
      expect(completion(history, 1).at).toBeGreaterThanOrEqual(fired.due);
      expect(history.find((line) => line.type === 'executed')).toMatchObject({
        operation: 'Slow',
        messageId: began(history, 1).messageId,
      });
    },
  );
});
