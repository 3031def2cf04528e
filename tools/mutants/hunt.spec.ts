import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ALL_MUTANTS } from './all-mutants.ts';
import { hunt, TestsFailAlready } from './hunt.ts';
import { type Fate, type Mutant, mutantsOf, mutate } from './mutant.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
const PRESET = pathToFileURL(join(REPOSITORY, 'tools', 'jest', 'preset.mjs')).href;
const SUM = 'export const sum = (one: number, other: number): number => one + other;\nexport const unused = 1;\n';
const TEST = `import { expect, test } from '@jest/globals';
import { sum } from './sum.ts';
test('two and two', () => expect(sum(2, 2)).toBe(4));
`;

let root: string;

/** A workspace of one project, in which the packages of this one are installed. */
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'lapse-hunted-'));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write('package.json', '{ "type": "module" }');
  write('libs/sum/jest.config.mjs', `import preset from '${PRESET}';\nexport default { ...preset };\n`);
  write('libs/sum/src/sum.ts', SUM);
  write('libs/sum/src/sum.spec.ts', TEST);
  symlinkSync(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'));
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

const huntFor = async (
  mutants: readonly Mutant[],
): Promise<{ readonly fates: readonly Fate[]; readonly told: number }> => {
  let told = 0;
  const tell = () => {
    told += 1;
  };
  return { fates: await hunt({ root, mutants, parallel: 2, tell }), told };
};

describe('a hunt', () => {
  test('tells which test killed a mutant, which one survived, and which one could not be tried; the workspace stays as it is', async () => {
    const mutants = mutantsOf(
      'libs/sum/src/sum.ts',
      ['libs/sum'],
      [
        ['takes away', 'one + other', 'one - other'],
        ['changes what no test looks at', 'unused = 1', 'unused = 2'],
        ['looks for what is not there', 'one * other', 'one'],
        ['does not load', 'export const sum', 'export const sun'],
      ],
    );
    const { fates, told } = await huntFor(mutants);
    expect(fates).toMatchObject([
      { is: 'killed', by: 'libs/sum: two and two' },
      { is: 'survived' },
      { is: 'unusable', why: 'its search text is not there' },
      { is: 'unusable', why: expect.stringContaining('sum') },
    ]);
    expect(told).toBe(4);
    expect(readFileSync(join(root, 'libs/sum/src/sum.ts'), 'utf8')).toBe(SUM);
    expect(existsSync(join(root, 'libs/sum/reports'))).toBe(false);
  });

  test('learns nothing from tests that fail without any mutant', async () => {
    const failing = TEST.replace('toBe(4)', 'toBe(5)');
    writeFileSync(join(root, 'libs/sum/src/sum.spec.ts'), failing);
    const mutants = mutantsOf('libs/sum/src/sum.ts', ['libs/sum'], [['takes away', 'one + other', 'one - other']]);
    await expect(huntFor(mutants)).rejects.toThrow(TestsFailAlready);
  });
});

describe('a change', () => {
  test('is made where its search text stands', () => {
    expect(mutate('a b c', { search: 'b', replacement: '$&' })).toBe('a $& c');
  });
  test.each([
    ['is nowhere', 'x'],
    ['is there twice', 'a'],
    ['is empty', ''],
  ])('is not made when its search text %s', (_, search) => {
    expect(mutate('a b a', { search, replacement: 'c' })).toBeInstanceOf(Error);
  });
});

test('every mutant of the lists changes what stands in its file once', () => {
  const unusable = ALL_MUTANTS.flatMap((mutant) => {
    const changed = mutate(readFileSync(join(REPOSITORY, mutant.file), 'utf8'), mutant);
    return changed instanceof Error ? [`${mutant.file}: ${mutant.name}: ${changed.message}`] : [];
  });
  expect(unusable).toEqual([]);
});
