import { expect, jest, test } from '@jest/globals';
import { JestRun } from './testing/jest-run.ts';
import { until } from './testing/marked.ts';

// Each starts a jest of its own, with servers.
jest.setTimeout(180_000);

/** Healing, and the end of worker and servers, after nobody is left who asks for it. */
const SOON = 25_000;

/** Waits until so many experiments are in the middle of their measurement, with their toxics on. */
async function measuring(run: JestRun, count: number): Promise<void> {
  await until(() => (run.histories('injected').length >= count ? true : undefined));
}

const OUTSIDE = `
import { expect, test } from '@jest/globals';
import { lapse } from '@lapse/jest';

const environment = lapse();

test('a session that is closed survives', async () => {
  const steps = [{ at: 200, do: 'open' }, { at: 400, do: 'close' }] as const;
  expect(await environment.run({ path: 'direct', workload: steps, runForMs: 700 })).toSurvive();
});
`;

test('a test of a team that has a checkout beside its own repository runs with the preset', async () => {
  await using run = new JestRun({ text: OUTSIDE });
  expect({ code: await run.ended, output: run.output }).toMatchObject({ code: 0 });
  await run.mark.nothingLeft(1_000);
  expect(run.histories('ended')).toHaveLength(1);
});

test('a failing test fails its run and not the next test, and everything that was started ends', async () => {
  await using run = new JestRun({ samples: ['failing'] });
  expect(await run.ended).toBe(1);
  await run.mark.nothingLeft(1_000);
  expect(run.output).toContain('1 failed, 1 passed, 2 total');
  expect(run.output).toContain('expect(outcome).toSurvive()');
  expect(run.output).toContain("Session 1 did not survive: the service's receive timer fired at 1.0");
  expect(run.output).toContain('  predicted    service receive timeout at 1.000 s');
});

test('a test that takes longer than it may fails, and what it left running is healed and ended', async () => {
  await using run = new JestRun({ samples: ['too-long'] });
  expect(await run.ended).toBe(1);
  await run.mark.nothingLeft(1_000);
  expect(run.output).toContain('Exceeded timeout of 4000 ms for a test');
});

test.each([
  ['kill -9 of jest', 'SIGKILL', false],
  ["a terminal's Ctrl-C", 'SIGINT', true],
] as const)('after %s in the middle of a measurement nothing is left', async (_, signal, toGroup) => {
  await using run = new JestRun({ samples: ['long'] });
  await measuring(run, 1);
  run.signal(signal, { toGroup });
  expect(await run.ended).toBe(signal);
  await run.mark.nothingLeft(SOON);
  // Its host wound up by itself: it was asked to, not killed.
  expect(run.histories('stopped')).toHaveLength(1);
  expect(run.histories('ended')).toHaveLength(1);
});

test('after kill -9 of a jest with several workers, each with an environment of its own, nothing is left', async () => {
  await using run = new JestRun({ samples: ['long', 'long-too'] }, { workers: 2 });
  await measuring(run, 2);
  run.signal('SIGKILL');
  await run.ended;
  await run.mark.nothingLeft(SOON);
});
