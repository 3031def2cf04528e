// The settings of the linter and of the compiler are fences too: each is shown to refuse what it is there to refuse.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');
const FIXTURES = join(import.meta.dirname, 'fixtures');

function run(
  program: string,
  args: readonly string[],
  cwd: string,
): { readonly code: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(join(ROOT, 'node_modules/.bin', program), args, {
    cwd,
    encoding: 'utf8',
  });
  return { code: status, output: stdout + stderr };
}

test('the linter refuses built-ins, clocks, worker code in workflows and floating promises, and leaves specs alone', () => {
  const root = mkdtempSync(join(tmpdir(), 'lapse-lint-'));
  try {
    cpSync(join(FIXTURES, 'lint'), root, { recursive: true });
    for (const file of ['biome.json', '.gitignore']) cpSync(join(ROOT, file), join(root, file));
    const { code, output } = run('biome', ['lint', '--colors=off', '--reporter=github', '.'], root);
    const found = [...output.matchAll(/title=([\w/]+),file=([^,]+),line=(\d+)/g)].map(
      ([, rule, file = '', line]) => `${file.slice(root.length + 1)}:${line} ${rule}`,
    );
    expect(found.sort()).toEqual([
      'libs/protocol/src/impure.ts:1 lint/style/noRestrictedImports',
      'libs/protocol/src/impure.ts:4 lint/style/noRestrictedGlobals',
      'libs/protocol/src/impure.ts:5 lint/style/noRestrictedGlobals',
      'libs/transport/src/floating.ts:4 lint/nursery/noFloatingPromises',
      'libs/workflows/src/activity.ts:1 lint/style/noRestrictedImports',
    ]);
    expect(code).toBe(1);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test("the compiler refuses Node's globals in a pure library", () => {
  const { code, output } = run('tsc', ['-p', join(FIXTURES, 'types'), '--pretty', 'false'], ROOT);
  const missing = [...output.matchAll(/node-globals\.ts\(\d+,\d+\): error TS\d+: Cannot find name '(\w+)'/g)];
  expect(missing.map(([, name]) => name)).toEqual(['Buffer', 'process', 'setTimeout', 'performance']);
  expect(code).not.toBe(0);
});
