import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { ENTRIES } from './places.ts';
import { lapse } from './testing/lapse.ts';

// Real servers, a real worker, a real experiment.
jest.setTimeout(120_000);

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'lapse-ui-'));
  writeFileSync(join(cwd, 'brief.yaml'), SCENARIO);
});
afterEach(() => rmSync(cwd, { recursive: true }));

const SCENARIO = `scenario: brief
about: An idle session is ended by the receive timeout of its service.
path: direct
service: { receiveTimeoutMs: 800 }
workload: [{ at: 100, do: open }]
runFor: "00:00:01.5"
`;

test('the web UI shows the run and its prediction after its end; Ctrl-C ends it with the exit code of the run', async () => {
  const { TEMPORAL_ADDRESS: _, ...env } = process.env;
  const words = ['run', 'brief.yaml', '--ui', '--json'];
  const child = spawn(process.execPath, [ENTRIES.cli, ...words], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk);
  });
  const closed = once(child, 'close');
  const said: string[] = [];
  let shown = '';
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line);
    if (!line.startsWith('The run has ended; ')) continue;
    const ui = /http:\/\/\S+/.exec(line)?.[0] ?? '';
    expect(JSON.parse(stdout)).toMatchObject({ exitCode: 0, status: 'confirmed' });
    expect(existsSync(join(cwd, '.lapse', 'runs', 'latest', 'run.json'))).toBe(true);
    const id = readdirSync(join(cwd, '.lapse', 'runs', 'latest')).find((name) => name.startsWith('brief-'));
    shown = await (await fetch(`${ui}/api/v1/namespaces/default/workflows/${id}`)).text();
    child.kill('SIGINT');
  }
  const [exitCode] = await closed;
  expect({ exitCode, said }).toMatchObject({ exitCode: 0, said: expect.arrayContaining(['Ending the servers.']) });
  expect(said.join('\n')).toMatch(/Temporal's web UI: http:\/\/127\.0\.0\.1:\d+\/namespaces\/default\/workflows\n/);
  expect(said.join('\n')).not.toContain('healing first');
  const { executionConfig, workflowExecutionInfo } = JSON.parse(shown);
  const textOf = ({ data }: { data: string }) => JSON.parse(Buffer.from(data, 'base64').toString());
  expect(textOf(executionConfig.userMetadata.summary)).toBe(
    'An idle session is ended by the receive timeout of its service.',
  );
  expect(textOf(executionConfig.userMetadata.details)).toContain("Predicted: the service's receive timeout at 0.900 s");
  expect(textOf(workflowExecutionInfo.searchAttributes.indexedFields.LapseVerdict)).toBe('confirmed');
});

test('where there is no Temporal by wish, a web UI is refused before anything is started', async () => {
  const { exitCode, stderr } = await lapse(['run', 'brief.yaml', '--ui', '--conductor', 'in-process'], { cwd });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 64,
    stderr: "The web UI is Temporal's: --ui and --conductor in-process exclude each other.\nNothing was started.\n",
  });
  expect(existsSync(join(cwd, '.lapse'))).toBe(false);
});
