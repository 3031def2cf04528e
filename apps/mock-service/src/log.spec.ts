import { expect, test } from '@jest/globals';
import { Log } from './log.ts';

test('values of calls are logged as JSON has them, and lines are numbered without gaps', () => {
  const lines: string[] = [];
  const log = new Log((line) => lines.push(line));
  log.write(7, {
    type: 'completed',
    results: { bytes: Uint8Array.of(0, 255), long: 2n ** 63n - 1n, double: Number.NaN },
  });
  log.write(8, { type: 'noise' });
  expect(lines).toEqual([
    '{"source":"service","seq":0,"at":7,"type":"completed","results":{"bytes":"00ff","long":"9223372036854775807","double":"NaN"}}\n',
    '{"source":"service","seq":1,"at":8,"type":"noise"}\n',
  ]);
});
