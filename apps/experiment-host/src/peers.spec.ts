import { describe, expect, test } from '@jest/globals';
import type { Observation, ServiceSettings } from '@lapse/experiment';
import { ExperimentOnDisk, IDLE_DIRECT } from './testing/experiments.ts';

const clientSide = (history: readonly Observation[]) => history.filter(({ side }) => side === 'client');

describe('a raw client that drips', () => {
  const DRIPPING = {
    ...IDLE_DIRECT,
    client: { ...IDLE_DIRECT.client, raw: true },
    workload: [{ at: 100, do: 'connect', drip: { bytes: 16, every: 50 } }],
  } as const;

  test('sends a whole preamble, 16 bytes at a time, each part at its own instant, and is then silent', async () => {
    await using experiment = new ExperimentOnDisk({ ...DRIPPING, runFor: 700 });
    const history = await experiment.run();
    const writes = clientSide(history).filter((line) => line.type === 'transmit');
    expect(writes.map(({ id, what, bytes }) => [id, what, bytes.length / 2])).toEqual([
      [1, 'drip', 16],
      [2, 'drip', 16],
      [3, 'drip', 16],
      [4, 'drip', expect.any(Number)],
    ]);
    const connected = history.find(({ type, side }) => type === 'connected' && side === 'client');
    writes.forEach(({ at }, index) => {
      expect(at - (connected?.at ?? Number.NaN)).toBeGreaterThanOrEqual(index * 50);
    });
    expect(history.find(({ type }) => type === 'channelAccepted')).toMatchObject({
      via: expect.stringMatching(/^net\.tcp:\/\/127\.0\.0\.1:\d+\/session\?session=1$/),
    });
    expect(clientSide(history).filter(({ type }) => type === 'received')).toMatchObject([{ bytes: '0b' }]);
  });

  test('is reset by channel initialization in the middle, and stops', async () => {
    await using experiment = new ExperimentOnDisk({
      ...DRIPPING,
      workload: [{ at: 100, do: 'connect', drip: { bytes: 1, every: 40 } }],
      service: { ...IDLE_DIRECT.service, channelInitializationTimeout: 400 },
      runFor: 900,
    });
    const history = await experiment.run();
    const client = clientSide(history);
    const end = client.findIndex(({ type }) => type === 'peerReset');
    expect(client.slice(0, end).filter(({ type }) => type === 'transmit').length).toBeGreaterThan(2);
    expect(client.slice(end + 1)).toEqual([]);
    expect(history.find((line) => line.type === 'timer' && line.what === 'fired')).toMatchObject({
      timer: 'channelInitialization',
    });
  });
});

describe('a misbehaving service', () => {
  const misbehaving = (misbehave: NonNullable<ServiceSettings['misbehave']>) =>
    new ExperimentOnDisk({
      ...IDLE_DIRECT,
      client: { ...IDLE_DIRECT.client, openTimeout: 300, closeTimeout: 300 },
      service: { ...IDLE_DIRECT.service, misbehave },
      workload: [
        { at: 100, do: 'open' },
        { at: 500, do: 'close' },
      ],
      runFor: 1_000,
    });
  const withheld = (history: readonly Observation[]) =>
    history.flatMap((line) => (line.type === 'withheld' ? [line.what] : []));
  const fired = (history: readonly Observation[]) =>
    history.find((line) => line.type === 'timer' && line.what === 'fired');

  test('that never acknowledges says what it withholds, and the open of the client times out', async () => {
    await using experiment = misbehaving('neverAcknowledges');
    const history = await experiment.run();
    expect(withheld(history)).toEqual(['preambleAck']);
    expect(fired(history)).toMatchObject({ side: 'client', timer: 'open' });
  });

  test('that never ends says what it withholds, and the close of the client times out', async () => {
    await using experiment = misbehaving('neverEnds');
    const history = await experiment.run();
    expect(withheld(history)).toEqual(['end']);
    expect(fired(history)).toMatchObject({ side: 'client', timer: 'close' });
  });
});
