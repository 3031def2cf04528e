import { describe, expect, test } from '@jest/globals';
import { parseVia, serves } from './endpoint.ts';
import { ENDPOINTS } from './testing/peers.ts';

function served(text: string): boolean | undefined {
  const via = parseVia(text);
  return via && serves(ENDPOINTS.buffered, via);
}

describe('which endpoint serves a via (wcf-wire 1.5, StrongWildcard)', () => {
  test.each([
    'net.tcp://localhost:8081/calc',
    'NET.TCP://other.example:8081/CALC',
    'net.tcp://[::1]:8081/calc/',
    'net.tcp://localhost:8081/calc/more/of/it',
    'net.tcp://localhost:8081/calc?query=/x#part',
  ])('%s is served by /calc on port 8081', (via) => {
    expect(served(via)).toBe(true);
  });

  test.each([
    'net.tcp://localhost:8082/calc',
    'net.tcp://localhost/calc',
    'net.tcp://localhost:8081/calcd',
    'net.tcp://localhost:8081/',
    'net.tcp://localhost:8081',
    'http://localhost:8081/calc',
    'urn:calc',
  ])('%s is a URI that nothing here serves', (via) => {
    expect(served(via)).toBe(false);
  });

  test.each([
    'not a uri',
    '/calc',
    '',
    'net.tcp:calc',
    'net.tcp://',
    'net.tcp:///calc',
    'net.tcp://localhost:70000/calc',
    'net.tcp://localhost:8o81/calc',
    'net.tcp://local host:8081/calc',
  ])('%j is no URI of a service', (via) => {
    expect(parseVia(via)).toBeUndefined();
  });

  test('without a port, an endpoint is served on any', () => {
    const { port: _, ...endpoint } = ENDPOINTS.buffered;
    const via = parseVia('net.tcp://localhost:1/calc');
    expect(via && serves(endpoint, via)).toBe(true);
  });

  test('a via without a port means 808', () => {
    const via = parseVia('net.tcp://localhost/calc');
    expect(via && serves({ ...ENDPOINTS.buffered, port: 808 }, via)).toBe(true);
  });
});
