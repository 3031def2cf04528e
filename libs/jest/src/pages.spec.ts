import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const EXAMPLES = join(ROOT, 'examples');

const examples = readdirSync(EXAMPLES)
  .filter((name) => name.endsWith('.spec.ts'))
  .map((name) => readFileSync(join(EXAMPLES, name), 'utf8'));

test.each(['README.md', 'docs/JEST.md'])('every test that %s shows is one that is run, letter by letter', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const blocks = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code);
  expect(blocks.length).toBeGreaterThan(0);
  for (const block of blocks) expect(examples.filter((example) => example.includes(block))).not.toEqual([]);
});
