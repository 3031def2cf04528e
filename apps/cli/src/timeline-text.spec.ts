import { expect, test } from '@jest/globals';
import { timelineText } from './timeline-text.ts';

const linesOf = (rows: Parameters<typeof timelineText>[0]) => timelineText(rows).split('\n').slice(2);

test('an instant is written once, and each side has its column', () => {
  expect(
    linesOf([
      { at: 100, client: 'Open()' },
      { at: 100, client: 'sends preamble', wire: '53 bytes -->' },
      { at: 12_345, service: 'receives', wire: '53 bytes -->' },
    ]),
  ).toEqual([
    '   0.100  Open()',
    '          sends preamble          53 bytes -->',
    '  12.345                          53 bytes -->            receives',
  ]);
});

test('what is too long for its column goes on below, indented, and nothing is lost', () => {
  expect(linesOf([{ at: 0, service: 'channel initialization timeout cancelled', client: 'x'.repeat(30) }])).toEqual([
    `   0.000  ${'x'.repeat(22)}                          channel initialization`,
    `           ${'x'.repeat(8)}                                        timeout cancelled`,
  ]);
});

test('several sessions are told apart whenever another one is spoken of', () => {
  const rows = [
    { at: 0, wire: 'toxic on: down' },
    { at: 1, session: 1, client: 'Open()' },
    { at: 2, session: 1, client: 'Close()' },
    { at: 3, session: 2, client: 'Open()' },
  ];
  expect(linesOf(rows).filter((line) => line.includes('-- session'))).toEqual([
    '          -- session 1 --',
    '          -- session 2 --',
  ]);
  expect(linesOf(rows.slice(0, 3)).join('\n')).not.toContain('session');
});
