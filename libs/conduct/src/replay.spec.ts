import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, jest, test } from '@jest/globals';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { installRuntime } from './worker.ts';

// Bundling takes two seconds on an idle machine.
jest.setTimeout(60_000);

/** Recorded by a run of two scenarios of the catalogue, which leaves them in `workflow-histories/`. */
const HISTORIES = join(import.meta.dirname, 'testing', 'histories');

let workflowBundle: { readonly code: string };
beforeAll(async () => {
  installRuntime();
  const workflows = dirname(fileURLToPath(import.meta.resolve('@lapse/workflows')));
  const logger = new DefaultLogger('WARN');
  workflowBundle = await bundleWorkflowCode({ workflowsPath: join(workflows, 'index.ts'), logger });
});

function recorded(name: string): { events: { eventType: string }[] } {
  return JSON.parse(readFileSync(join(HISTORIES, `${name}.json`), 'utf8'));
}

test.each(['scenario', 'suite'])('the code of today decides in a recorded %s as it was decided then', async (name) => {
  await expect(Worker.runReplayHistory({ workflowBundle }, recorded(name), name)).resolves.toBeUndefined();
});

test('a history with another decision in it is found out: a replay can fail', async () => {
  const { events } = recorded('scenario');
  const altered = JSON.parse(JSON.stringify(events).replace('"name":"reserveStation"', '"name":"watchExperiment"'));
  expect(altered).not.toEqual(events);
  await expect(Worker.runReplayHistory({ workflowBundle }, { events: altered }, 'altered')).rejects.toThrow(
    /determinis/i,
  );
});
