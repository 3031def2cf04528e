import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { bareConnect, echoBare } from './bare.ts';
import { type Connect, Load } from './load.ts';
import { listenOurs, ourConnect } from './ours.ts';
import { median, printed, ROWS } from './rows.ts';

const open: (() => unknown)[] = [];

afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** Peers that answer in the next turn of the loop, and what was under way on each of them at most. */
function counted(): { readonly connect: Connect; readonly sent: number[]; readonly most: number[] } {
  const sent: number[] = [];
  const most: number[] = [];
  const connect: Connect = async (answered) => {
    const place = sent.push(0) - 1;
    most.push(0);
    let underWay = 0;
    const send = () => {
      underWay += 1;
      sent[place] = (sent[place] ?? 0) + 1;
      most[place] = Math.max(most[place] ?? 0, underWay);
      setImmediate(() => {
        underWay -= 1;
        answered();
      });
    };
    return { send, close: () => {} };
  };
  return { connect, sent, most };
}

describe('a load', () => {
  test('keeps as many messages under way on each connection as its shape says, and no more', async () => {
    const { connect, sent, most } = counted();
    const load = await Load.of(connect, { connections: 3, outstanding: 4 });
    await load.warmUp(100);
    expect(most).toEqual([4, 4, 4]);
    expect(Math.min(...sent)).toBeGreaterThan(30);
  });

  test('is over when everything that was sent has been answered, so that slices do not overlap', async () => {
    const { connect, sent } = counted();
    const load = await Load.of(connect, { connections: 1, outstanding: 8 });
    await load.warmUp(8);
    expect(sent).toEqual([15]);
    await load.warmUp(8);
    expect(sent).toEqual([30]);
  });

  test('counts its answers per second of a slice', async () => {
    const { connect, sent } = counted();
    const load = await Load.of(connect, { connections: 1, outstanding: 1 });
    const start = performance.now();
    const rate = await load.rate(0.05);
    const lasted = performance.now() - start;
    expect(lasted).toBeGreaterThan(45);
    expect(rate).toBeGreaterThanOrEqual((1_000 * (sent[0] ?? 0)) / lasted);
  });
});

describe.each(ROWS)('$name', ({ bytes, shape }) => {
  test('is answered by the bare echo', async () => {
    const server = createServer(echoBare).listen(0, '127.0.0.1');
    open.push(() => server.close());
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const load = await Load.of(bareConnect(port, bytes), shape);
    open.push(() => load.close());
    await expect(load.warmUp(100)).resolves.toBeUndefined();
  });

  test('is answered by our service, call by call with the text that was called', async () => {
    const listener = await listenOurs();
    open.push(() => listener.close());
    const load = await Load.of(ourConnect(listener.port, bytes), shape);
    open.push(() => load.close());
    await expect(load.warmUp(100)).resolves.toBeUndefined();
  });
});

test('the median lies in the middle, or between the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

test('a row is printed with its medians, the share that they are, and all slices', () => {
  const row = { name: 'quick', bytes: 1, shape: { connections: 1, outstanding: 1 }, wanted: 0.4 };
  expect(printed(row, { bare: [20_000, 10_000, 30_000], ours: [9_000, 10_000, 11_000] })).toBe(
    'quick                bare  20,000/s   ours  10,000/s   share 0.500, wanted 0.4   slices bare 20.0 10.0 30.0 ours 9.0 10.0 11.0 k/s',
  );
});
