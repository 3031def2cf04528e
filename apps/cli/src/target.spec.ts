import { createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { EXIT, Refusal } from './endings.ts';
import { parseTarget, requireListening } from './target.ts';

describe('the address of a target', () => {
  test.each([
    ['net.tcp://127.0.0.1:8081/orders', { host: '127.0.0.1', port: 8_081, path: '/orders' }],
    ['net.tcp://test-server.example:1/', { host: 'test-server.example', port: 1, path: '/' }],
    ['net.tcp://h:65535/a/b.svc/c?d=e', { host: 'h', port: 65_535, path: '/a/b.svc/c?d=e' }],
  ])('%s', (text, expected) => {
    expect(parseTarget(text)).toEqual(expected);
  });

  test.each([
    '',
    'orders',
    'net.tcp://h:8081',
    'net.tcp://h/orders',
    'net.tcp://h:0/orders',
    'net.tcp://h:65536/orders',
    'net.tcp://[::1]:8081/orders',
    'net.tcp://:8081/orders',
    'net.tcp://h:8081/a b',
    'tcp://h:8081/orders',
    'http://h:8081/orders',
  ])('is not %j', (text) => {
    expect(() => parseTarget(text)).toThrow('It is net.tcp://host:port/path');
  });
});

describe('whether something listens there', () => {
  test('is found out by a connection that sends nothing', async () => {
    const heard: number[] = [];
    const server = createServer((socket) => {
      socket.on('data', ({ length }) => heard.push(length));
      socket.on('error', () => {});
    });
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    const target = { host: '127.0.0.1', port, path: '/orders' };
    await expect(requireListening(target)).resolves.toBeUndefined();
    await new Promise((resolve) => server.close(resolve));
    expect(heard).toEqual([]);
    const refused = await requireListening(target).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Refusal);
    expect(refused).toMatchObject({
      exitCode: EXIT.unavailable,
      message: `Nothing listens at net.tcp://127.0.0.1:${port}/orders (ECONNREFUSED).`,
    });
  });
});
