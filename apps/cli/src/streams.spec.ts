import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { ENTRIES } from './places.ts';

// Every test starts processes, and a busy machine starts them slowly.
jest.setTimeout(60_000);

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'lapse-streams-'));
  writeFileSync(
    join(cwd, 'brief.yaml'),
    'scenario: brief\nabout: A session.\npath: direct\nclient: { openTimeoutMs: 600 }\nservice: { receiveTimeoutMs: 800, channelInitializationTimeoutMs: 600, openTimeoutMs: 600 }\nworkload: [{ at: 100, do: open }]\nrunFor: "00:00:01.5"\n',
  );
});
afterEach(() => rmSync(cwd, { recursive: true }));

/** What a shell says `lapse` ended with, in a line that uses `$LAPSE`. */
function exitCodeOf(line: string): Promise<string> {
  const env = { ...process.env, LAPSE: `'${process.execPath}' '${ENTRIES.cli}'` };
  const script = `set -o pipefail; ${line.replaceAll('$LAPSE', env.LAPSE)}; echo "ended with $?" >&3`;
  return new Promise((resolve) => {
    const child = execFile('bash', ['-c', `exec 3>"$PWD/code"; ${script}`], { cwd, env }, () =>
      execFile('cat', [join(cwd, 'code')], (_, stdout) => resolve(stdout)),
    );
    child.stdin?.end();
  });
}

test('a closed pipe is no verdict: what nobody reads is dropped, and the run ends with its own code', async () => {
  const run = '$LAPSE run brief.yaml --conductor in-process --allow-in-process';
  expect(await exitCodeOf(`${run} 2>/dev/null | true`)).toBe('ended with 0\n');
  expect(await exitCodeOf(`${run} 2> >(exit 0) >/dev/null`)).toBe('ended with 0\n');
});

test.each(['scenarios', 'scenarios --json', '--help'])('lapse %s into a closed pipe ends with 0', async (words) => {
  expect(await exitCodeOf(`$LAPSE ${words} | true`)).toBe('ended with 0\n');
});

test('a result that could not be written at all, on a full disk, is not reported as success', async () => {
  expect(await exitCodeOf('$LAPSE scenarios > /dev/full 2>/dev/null')).toBe('ended with 69\n');
});
