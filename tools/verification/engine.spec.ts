import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Project, SourceFile } from '../checks/workspace.ts';
import { type Engine, environmentFor, lookForEngine, notRun, runnableHere, tallyOfEngine } from './engine.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const ABSENT: Engine = { is: 'absent', reason: 'there is no socket' };
const THERE: Engine = { is: 'there' };

function projectWith(...paths: readonly string[]): Project {
  const sources = paths.map((path): SourceFile => ({ path, text: '', lines: 0, tokens: [], isTest: true }));
  return {
    name: 'sample',
    folder: 'libs/sample',
    dependencies: [],
    devDependencies: [],
    tags: [],
    targets: [],
    sources,
  };
}

const PROJECT = projectWith('libs/sample/src/a.spec.ts', 'libs/sample/src/b.docker.spec.ts');
const pathsOf = (projects: readonly Project[]) => projects.flatMap(({ sources }) => sources.map(({ path }) => path));

describe('where no container engine answers', () => {
  test('that is found out, with the reason', async () => {
    const environment = { ...process.env, DOCKER_HOST: 'unix:///nonexistent/docker.sock' };
    const engine = await lookForEngine(ROOT, environment);
    expect(engine).toMatchObject({ is: 'absent', reason: expect.stringContaining('/nonexistent/docker.sock') });
  });

  test('what starts containers is left out, and named with the reason', () => {
    expect(pathsOf(runnableHere([PROJECT], ABSENT))).toEqual(['libs/sample/src/a.spec.ts']);
    expect(environmentFor(ABSENT)).toEqual({ LAPSE_WITHOUT_ENGINE: '1' });
    expect(notRun([PROJECT], ABSENT)).toBe(
      'not run, as no container engine answers (there is no socket): libs/sample/src/b.docker.spec.ts',
    );
  });

  test('that is a failure where one is required, and only there', () => {
    expect(tallyOfEngine(ABSENT, {})).toEqual([]);
    expect(tallyOfEngine(ABSENT, { LAPSE_REQUIRE_DOCKER: '1' })).toMatchObject([
      { passed: 0, failures: ['there is no socket'] },
    ]);
  });

  test('one that does not do what it is asked for is a failure anywhere', () => {
    expect(tallyOfEngine({ is: 'broken', reason: 'exit code 1' }, {})).toMatchObject([{ failures: ['exit code 1'] }]);
  });
});

test('where one answers, everything is run, and its absence counts for nothing', () => {
  expect(pathsOf(runnableHere([PROJECT], THERE))).toHaveLength(2);
  expect(environmentFor(THERE)).toEqual({});
  expect(notRun([PROJECT], THERE)).toBeUndefined();
  expect(tallyOfEngine(THERE, { LAPSE_REQUIRE_DOCKER: '1' })).toMatchObject([{ passed: 1, failures: [] }]);
});
