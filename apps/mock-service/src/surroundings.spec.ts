import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { RunningService } from './testing/running-service.ts';

/** Whether something accepts there; 127.0.0.2 is this machine, too. */
async function accepts(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  const outcome = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  });
  socket.destroy();
  return outcome;
}

test('a service is reached at 127.0.0.1 alone, unless it is told where to listen', async () => {
  await using plain = new RunningService();
  await using open = new RunningService({ host: '0.0.0.0' });
  expect(await accepts('127.0.0.1', await plain.port())).toBe(true);
  expect(await accepts('127.0.0.2', await plain.port())).toBe(false);
  expect(await accepts('127.0.0.2', await open.port())).toBe(true);
});

test('every further line is answered with a reading of the clock, in the order of the log', async () => {
  await using service = new RunningService();
  await service.port();
  const before = process.hrtime.bigint();
  for (let question = 0; question < 3; question += 1) service.tell({ ask: 'clock' });
  const last = await service.line(({ type }) => type === 'clock', 3);
  const readings = service.log.filter(({ type }) => type === 'clock').map(({ ns }) => BigInt(String(ns)));
  expect(readings).toHaveLength(3);
  expect(readings.toSorted((one, other) => (one < other ? -1 : 1))).toEqual(readings);
  expect(BigInt(String(last.ns))).toBeGreaterThan(before);
  expect(BigInt(String(last.ns))).toBeLessThan(process.hrtime.bigint());
});
