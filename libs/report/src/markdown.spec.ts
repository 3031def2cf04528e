import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { markdownOf } from './markdown.ts';
import type { ReportedScenario } from './reported-run.ts';
import { anyRun, CONFIRMED, ending, runOf } from './testing/runs.ts';

const REFUTED: ReportedScenario = { ...CONFIRMED, scenario: 'late', verdict: 'refuted', sentence: 'It came late.' };

/** The rows of the table as GitHub parts them: a pipe behind a backslash is none. */
function cellsOf(markdown: string): readonly (readonly string[])[] {
  const rows = markdown.split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(2).map((row) => row.slice(2, -2).split(/(?<!\\)(?:\\\\)* \| /));
}

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

test('a run in which all was confirmed is a headline, what was run, and a table', () => {
  expect(markdownOf({ ...runOf(CONFIRMED), exitCode: 0, status: 'confirmed', seed: '00ab' })).toBe(
    [
      '## Lapse: confirmed',
      '',
      '1 scenario: 1 confirmed. Exit code 0.',
      '',
      'conductor: temporal · injector: toxiproxy · commit: c0ffee · seed: 00ab · evidence: /runs/1',
      '',
      '| scenario | verdict | predicted | observed | margin |',
      '| --- | --- | --- | --- | ---: |',
      '| idle | confirmed | service receive timeout at 5.000 s | service receive timeout at 5.006 s | 1.900 s |',
      '',
    ].join('\n'),
  );
});

test('what was not confirmed comes first, the worst in front, told in full; of the skipped ones the table says enough', () => {
  const markdown = markdownOf(runOf(CONFIRMED, ending('skipped', '-'), REFUTED, ending('broken', 'A part broke.')));
  const headings = markdown.split('\n').filter((line) => line.startsWith('#'));
  expect(headings).toEqual(['## Lapse: refuted', '### broken: broken', '### refuted: late']);
  expect(markdown).toContain(
    'It came late.\n\n- about: An idle session ends.\n- predicted: service receive timeout at',
  );
  expect(markdown).toContain('- lost: service open (cancelled by opened)\n');
  expect(cellsOf(markdown).map(([name, verdict]) => `${name} ${verdict}`)).toEqual([
    'broken **broken**',
    'late **refuted**',
    'skipped **skipped**',
    'idle confirmed',
  ]);
});

test('why the exit code is not that of the verdicts is said at the top', () => {
  expect(markdownOf({ ...runOf(CONFIRMED), note: 'It proves nothing.' })).toContain('\n**It proves nothing.**\n');
});

test.each([
  ['a pipe', 'a|b', 'a\\|b'],
  ['a pipe behind a backslash', 'a\\|b', 'a\\\\\\|b'],
  ['backticks', '`a`', '\\`a\\`'],
  ['HTML', '<b>&amp;', '&#60;b&#62;&#38;amp;'],
  ['ends of lines and other controls', 'a\r\nb\u2028c\0d', 'a b c d'],
  ['mark-up', '*a* _b_ [c](d) ~e~', '\\*a\\* \\_b\\_ \\[c\\](d) \\~e\\~'],
  ['mathematics', '$x$', '&#36;x&#36;'],
  ['half of a surrogate pair', 'a\uD800', 'a\uFFFD'],
])('%s in a text shows as it is', (_, text, written) => {
  const markdown = markdownOf(runOf({ ...REFUTED, predicted: text }));
  expect(markdown).toContain(`\n- predicted: ${written}\n`);
  expect(cellsOf(markdown)[0]?.[2]).toBe(written);
});

test.each([
  ['- a', '\\- a'],
  ['# a', '\\# a'],
  ['12. a', '12\\. a'],
])('a sentence that begins with %s is no list and no heading', (sentence, written) => {
  expect(markdownOf(runOf({ ...REFUTED, sentence }))).toContain(`\n\n${written}\n\n`);
});

test('what broke in several lines is told in several lines', () => {
  const sentence = 'A part broke:\r\n\n  at <anonymous>\n';
  expect(markdownOf(runOf({ ...REFUTED, sentence }))).toContain('\n\nA part broke:<br>at &#60;anonymous&#62;\n\n');
});

test('whatever the texts hold, there is a row of five cells for each scenario, and every character is whole', () => {
  fc.assert(
    fc.property(anyRun, (run) => {
      const markdown = markdownOf(run);
      const rows = cellsOf(markdown);
      expect(rows).toHaveLength(run.scenarios.length);
      for (const cells of rows) expect(cells).toHaveLength(5);
      expect(markdown.isWellFormed()).toBe(true);
    }),
  );
});

test.each([
  ['a thousand scenarios', 1_000, 'It came late.'],
  ['a thousand scenarios of huge texts', 1_000, 'late '.repeat(100_000)],
  [
    'a thousand scenarios of texts that grow when they are escaped, in letters of three bytes',
    1_000,
    '$<漢'.repeat(9_000),
  ],
  ['ten thousand scenarios', 10_000, 'It came late.'],
])('%s stay below 1 MiB, and what is left off is counted', (_, count, text) => {
  const scenario = { ...REFUTED, sentence: text, about: text, predicted: text, lost: text };
  const markdown = markdownOf(runOf(...Array<ReportedScenario>(count).fill(scenario)));
  expect(bytesOf(markdown)).toBeLessThan(1_048_576);
  const shown = markdown.split('\n').filter((line) => line.startsWith('### ')).length;
  const rows = cellsOf(markdown).length;
  expect(shown).toBeGreaterThan(0);
  expect(rows).toBeGreaterThan(100);
  const left = (shownOf: number, where: string) => `${count - shownOf} more scenarios ${where} are left off here`;
  expect(markdown.includes('that were not confirmed are left off')).toBe(shown < count);
  if (shown < count) expect(markdown).toContain(left(shown, 'that were not confirmed'));
  expect(markdown.includes('in the table are left off')).toBe(rows < count);
  if (rows < count) expect(markdown).toContain(left(rows, 'in the table'));
});
