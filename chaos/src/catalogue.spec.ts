import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import '@lapse/jest';
import { Lapse, type RunDocument } from './testing/lapse.ts';

const SCENARIOS = readdirSync(resolve(import.meta.dirname, '../scenarios'))
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => basename(file, '.yaml'));

let lapse: Lapse;
let run: RunDocument;

beforeAll(async () => {
  lapse = new Lapse(['suite', '--json']);
  run = await lapse.document();
}, 300_000);

afterAll(async () => {
  await lapse[Symbol.asyncDispose]();
});

describe('the catalogue on a real Temporal server and a real Toxiproxy', () => {
  test('ends with exit code 0, conducted by Temporal', () => {
    expect(run).toMatchObject({ exitCode: 0, status: 'confirmed', conductor: 'temporal', injector: 'toxiproxy' });
    expect(run.scenarios.map(({ scenario }) => scenario).toSorted()).toEqual(SCENARIOS.toSorted());
  });

  test.each(SCENARIOS)('%s: what was predicted is what happened', (name) => {
    expect(run.scenarios.find(({ scenario }) => scenario === name)).toBeConfirmed();
  });

  test('no timer of ours fired early', () => {
    const lateness = run.scenarios.flatMap(
      ({ judged }) => judged?.experiments.flatMap((experiment) => experiment.lateness) ?? [],
    );
    expect(lateness.length).toBeGreaterThanOrEqual(5);
    expect(Math.min(...lateness)).toBeGreaterThanOrEqual(0);
  });

  test('left no process behind', async () => {
    await lapse.nothingLeft(5_000);
  });
});

describe('the exported workflow history alone', () => {
  interface HistoryEvent {
    readonly eventTime: string;
    readonly activityTaskScheduledEventAttributes?: {
      readonly activityType: { readonly name: string };
      readonly input: { readonly payloads: readonly { readonly data: string }[] };
    };
  }

  function workflowHistory(id: string): readonly HistoryEvent[] {
    return JSON.parse(readFileSync(join(run.folder, 'workflow-histories', `${id}.json`), 'utf8')).events;
  }

  test('proves that the prediction is older than the first injection', () => {
    const outcome = run.scenarios.find(({ scenario }) => scenario === 'open-unanswered-preamble');
    if (outcome?.judged === undefined) throw new Error('the scenario was not judged');
    const scheduled = workflowHistory(outcome.id).find(
      (event) => event.activityTaskScheduledEventAttributes?.activityType.name === 'startExperiment',
    );
    const [payload] = scheduled?.activityTaskScheduledEventAttributes?.input.payloads ?? [];
    const request = JSON.parse(Buffer.from(payload?.data ?? '', 'base64').toString());
    expect(request.prediction.claims[request.prediction.root]).toMatchObject({
      outcome: { is: 'fires', timer: 'open' },
    });

    const [experiment] = outcome.judged.experiments;
    const history = join(experiment?.folder ?? '', 'history.jsonl');
    expect(existsSync(history)).toBe(true);
    const lines = readFileSync(history, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const injected = lines.find(({ type }) => type === 'injected');
    const injectedAt = Date.parse(lines[0].wallClock) + injected.before;
    expect(Date.parse(scheduled?.eventTime ?? '')).toBeLessThan(injectedAt);
    expect(lines[0].prediction).toEqual(request.prediction);
  });
});
