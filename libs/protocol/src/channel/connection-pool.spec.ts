import { expect, test } from '@jest/globals';
import { ConnectionPool } from './connection-pool.ts';

function pool(...returned: readonly (readonly [connection: string, connectedAt: number, now: number])[]) {
  const connections = new ConnectionPool<string>({ idleTimeout: 1_000, leaseTimeout: 3_000 });
  for (const [connection, connectedAt, now] of returned) connections.put(connection, { connectedAt, now });
  return connections;
}

test('an empty pool has nothing to give', () => {
  expect(pool().take(0)).toEqual({ expired: [] });
});

test('the last connection returned is the first to be used again, and only once', () => {
  const connections = pool(['old', 0, 10], ['new', 0, 20]);
  expect(connections.take(30)).toEqual({ pooled: 'new', expired: [] });
  expect(connections.take(30)).toEqual({ pooled: 'old', expired: [] });
  expect(connections.take(30)).toEqual({ expired: [] });
});

test('one that has lain there for longer than the idle timeout is given up, not one for exactly that long', () => {
  expect(pool(['one', 0, 500]).take(1_500)).toEqual({ pooled: 'one', expired: [] });
  expect(pool(['one', 0, 500]).take(1_501)).toEqual({ expired: [{ connection: 'one', why: 'poolIdle' }] });
});

test('one that was connected as long ago as the lease timeout is given up, however lately it was used', () => {
  expect(pool(['one', 0, 2_900]).take(2_999)).toEqual({ pooled: 'one', expired: [] });
  expect(pool(['one', 0, 2_900]).take(3_000)).toEqual({ expired: [{ connection: 'one', why: 'poolLease' }] });
});

test('behind one that is too old a younger one may lie', () => {
  const connections = pool(['young', 2_000, 2_500], ['old', 0, 2_600]);
  expect(connections.take(3_100)).toEqual({
    pooled: 'young',
    expired: [{ connection: 'old', why: 'poolLease' }],
  });
});

test('a client that is done gets back all that is left', () => {
  const connections = pool(['one', 0, 10], ['two', 0, 20]);
  expect(connections.clear()).toEqual(['one', 'two']);
  expect(connections.take(30)).toEqual({ expired: [] });
});
