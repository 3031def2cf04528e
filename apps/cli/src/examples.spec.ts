import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, jest, test } from '@jest/globals';
import { typed } from './help.ts';
import { INSTALLATION } from './places.ts';
import { TEMPLATE } from './template.ts';
import { lapse } from './testing/lapse.ts';

// A busy machine starts processes slowly.
jest.setTimeout(60_000);

const COMMANDS = [
  'run',
  'suite',
  'predict',
  'scenarios',
  'runs',
  'judge',
  'explain',
  'report',
  'diagnose',
  'doctor',
  'worker',
];
const PAGES = ['README.md', 'docs/SCENARIO.md', 'docs/ARCHITECTURE.md', 'docs/DIAGNOSE.md'];

let helps: ReadonlyMap<string, string>;
beforeAll(async () => {
  const ended = COMMANDS.map(
    async (command) => [command, (await lapse([command, '--help'], { cwd: INSTALLATION })).stdout] as const,
  );
  helps = new Map(await Promise.all(ended));
});

/** What a person may copy: a line of a block, or what stands in backticks. */
function commandLines(text: string): readonly string[] {
  return [...text.matchAll(/npm run (?:--silent )?lapse -- ([^`#;\n]*)/g)].map(([line]) => line.trim());
}

function everyCommandLine(): readonly string[] {
  const pages = PAGES.map((path) => readFileSync(join(INSTALLATION, path), 'utf8'));
  return [...pages, TEMPLATE, ...helps.values()].flatMap(commandLines);
}

test('every command line that the documents and the help show has a command and flags that exist', () => {
  const lines = everyCommandLine();
  expect(lines.length).toBeGreaterThan(20);
  for (const line of lines) {
    const [command = '', ...words] = line.replace(/^.* -- /, '').split(' ');
    if (command === '--help') continue;
    expect({ line, help: helps.get(command) }).toEqual({ line, help: expect.any(String) });
    for (const flag of words.filter((word) => word.startsWith('--')))
      expect({ line, known: flag === '--help' || helps.get(command)?.includes(` ${flag} `) }).toEqual({
        line,
        known: true,
      });
  }
});

test("what goes to a file or to another program has npm's banner left out", () => {
  for (const line of everyCommandLine()) expect(line.includes('--silent')).toBe(/--json| > /.test(line));
  expect(typed('suite --json')).toBe('npm run --silent lapse -- suite --json');
});

test('nothing shows a command line that only an installed program would understand', () => {
  const pages = PAGES.map((path) => readFileSync(join(INSTALLATION, path), 'utf8'));
  const bare = /(?:^ *|`)lapse (?:run|suite|predict|scenarios|judge|explain|diagnose|doctor|worker)\b/m;
  for (const text of [...pages, TEMPLATE, ...helps.values()]) expect(text).not.toMatch(bare);
});
