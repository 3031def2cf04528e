import { expect, test } from '@jest/globals';
import { proxyName, proxyPrefix } from './experiment-file.ts';

test('no experiment finds the proxies of its own second one, or of another round', () => {
  for (const other of ['x-2', 'x-second', 'x-2-second']) {
    expect(proxyName(other, 'session').startsWith(proxyPrefix('x'))).toBe(false);
    expect(proxyName('x', 'noise').startsWith(proxyPrefix(other))).toBe(false);
  }
  expect(proxyName('x', 'session').startsWith(proxyPrefix('x'))).toBe(true);
});
