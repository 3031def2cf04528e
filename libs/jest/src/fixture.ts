import { dirname, resolve } from 'node:path';
import { afterAll, beforeAll, expect, jest } from '@jest/globals';
import type { ScenarioDescription } from '@lapse/scenario-file';
import { type Asked, Environment, EnvironmentEnded, type EnvironmentSettings } from './environment.ts';
import type { Outcome } from './outcome.ts';

/** How the environment of a test file is started, and how long its tests may take. */
export interface LapseSettings extends EnvironmentSettings {
  /** Milliseconds that each test of the file may take; 60,000 if absent, as jest's own 5 s are less than most scenarios last. */
  readonly testTimeoutMs?: number;
}

/** A scenario as a file would hold it. Without a name and a sentence of its own it has those of its test. */
export type ScenarioObject = Omit<ScenarioDescription, 'scenario' | 'about'> &
  Partial<Pick<ScenarioDescription, 'scenario' | 'about'>>;

/** The environment of a test file. */
export interface LapseEnvironment {
  /**
   * Runs a scenario: predicts it, lets it happen on real sockets, judges what was seen.
   * @param scenario an object as in a scenario file; the path of such a file, beginning at the test's own; or an id of the catalogue
   * @throws ScenarioRefused with every problem of the scenario, before anything is started for it
   */
  run(scenario: ScenarioObject | string): Promise<Outcome>;
}

/** Servers may have to be built, once and for all. */
const START_WITHIN = 900_000;
const STOP_WITHIN = 60_000;
const TEST_TIMEOUT = 60_000;

/**
 * Starts Temporal, Toxiproxy and a worker before the first test of the file (or of the `describe`), and ends them after the last one,
 * however that went. Call it where hooks may be registered.
 */
export function lapse({ testTimeoutMs = TEST_TIMEOUT, ...settings }: LapseSettings = {}): LapseEnvironment {
  let environment: Environment | undefined;
  jest.setTimeout(testTimeoutMs);
  beforeAll(async () => {
    environment = new Environment(settings);
    await environment.ready;
  }, START_WITHIN);
  afterAll(async () => {
    await environment?.stop();
  }, STOP_WITHIN);
  const run: LapseEnvironment['run'] = async (scenario) => {
    const called = { stack: '' };
    Error.captureStackTrace(called, run);
    if (environment === undefined) throw new EnvironmentEnded(TOO_EARLY);
    try {
      return await environment.run(askedFor(scenario));
    } catch (error) {
      throw asFrom(called.stack, error);
    }
  };
  return { run };
}

const TOO_EARLY = 'The environment starts before the tests and ends after them: run() belongs into a test.';

/** What a person wants to be led to is the line of the test, not the one that read the answer. */
function asFrom(stack: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  error.stack = [`${error.name}: ${error.message}`, ...frames].join('\n');
  return error;
}

function askedFor(scenario: ScenarioObject | string): Asked {
  const { testPath = '', currentTestName = '' } = expect.getState();
  if (typeof scenario !== 'string') return { scenario: named(scenario, currentTestName) };
  const isFile = /[\\/]|\.(ya?ml|json)$/i.test(scenario);
  return { name: isFile ? resolve(dirname(testPath), scenario) : scenario };
}

const LONGEST_NAME = 60;

/** A test's name says the situation and its consequence, which is what a scenario is about. */
function named(scenario: ScenarioObject, test: string): ScenarioObject {
  const words = test.toLowerCase().match(/[a-z0-9]+/g) ?? ['unnamed'];
  const id = words.reduce((name, word) => (name.length + word.length < LONGEST_NAME ? `${name}-${word}` : name));
  return { scenario: id, about: test || 'A scenario of a test without a name.', ...scenario };
}
