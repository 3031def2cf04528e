import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FENCES } from './fences.ts';
import { lineOf, readWorkspace } from './workspace.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');

function problemsOf(fence: string, root: string): readonly string[] {
  return FENCES[fence]?.(readWorkspace(root)).map(lineOf) ?? [`no fence ${fence}`];
}

test.each(Object.keys(FENCES))('a workspace that keeps every rule passes the fence of %s', (fence) => {
  expect(problemsOf(fence, join(FIXTURES, 'good'))).toEqual([]);
});

test.each(Object.keys(FENCES))('a workspace that breaks every rule fails the fence of %s', (fence) => {
  expect(problemsOf(fence, join(FIXTURES, 'bad'))).toMatchSnapshot();
  expect(problemsOf(fence, join(FIXTURES, 'bad'))).not.toEqual([]);
});

describe('what a fixture cannot hold without failing the fences of this repository', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'lapse-fences-'));
    write('libs/servers/package.json', '{ "name": "@lapse/servers" }');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  test.each([
    ['long.ts', 400, []],
    ['long.ts', 401, ['libs/servers/src/long.ts:400 401 lines, 400 are allowed']],
    ['long.spec.ts', 600, []],
    ['long.spec.ts', 601, ['libs/servers/src/long.spec.ts:600 601 lines, 600 are allowed']],
  ])('%s of %d lines', (name, lines, problems) => {
    write(`libs/servers/src/${name}`, 'export {};\n'.repeat(lines));
    expect(problemsOf('sizes', root)).toEqual(problems);
  });

  test('a folder beside the checkout, a work folder and a registry are found in any text file', () => {
    write('docs/setup.md', `${['..', 'shared', 'spec.md'].join('/')}\n${['', 'work', 'main'].join('/')}\n`);
    write('.npmrc', `registry=https://${['registry', 'example', 'org'].join('.')}\n`);
    expect(problemsOf('machine paths', root)).toEqual([
      '.npmrc:1 names a package registry',
      'docs/setup.md:1 names a path outside the repository',
      'docs/setup.md:2 names an absolute path of one machine',
    ]);
  });
});
