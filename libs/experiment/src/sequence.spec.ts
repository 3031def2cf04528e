import { describe, expect, test } from '@jest/globals';
import { predict } from './predict/predict.ts';
import {
  type Conductor,
  conductScenario,
  type ExperimentRequest,
  placeOf,
  type StationActivities,
  StationGone,
} from './sequence.ts';
import { judged } from './testing/judged.ts';
import { SITUATIONS } from './testing/scenarios.ts';
import type { JudgedExperiment, Status, Verdict } from './verdict.ts';

const SCENARIO = SITUATIONS.idleDirect;

/** A conductor in memory: it notes what is asked of it, and answers each experiment with the next of the judgements given. */
class Notebook implements Conductor {
  readonly kind = 'inProcess';
  readonly notes: string[] = [];
  readonly requests: ExperimentRequest[] = [];
  readonly #judgements: readonly JudgedExperiment[];
  readonly #failing: string | undefined;

  constructor(judgements: readonly JudgedExperiment[], failing?: string) {
    this.#judgements = judgements;
    this.#failing = failing;
  }

  async reserveStation(id: string) {
    this.#note('reserve', id);
    return { taskQueue: 'here' };
  }

  at(): StationActivities {
    return {
      startExperiment: async (request) => {
        this.requests.push(request);
        this.#note('start', request.id);
      },
      watchExperiment: async (id) => this.#note('watch', id),
      judgeExperiment: async (id) => {
        this.#note('judge', id);
        const judgement = this.#judgements[this.requests.length - 1];
        if (judgement === undefined) throw new Error('more experiments than foreseen');
        return judgement;
      },
      stopExperiment: async (id) => this.#note('stop', id),
    };
  }

  async always<T>(teardown: () => Promise<T>): Promise<T> {
    this.notes.push('always');
    return await teardown();
  }

  #note(what: string, id: string): void {
    this.notes.push(`${what} ${id}`);
    if (what === this.#failing) throw new Error(`${what} failed`);
  }
}

const ONE = ['reserve a', 'start a', 'watch a', 'judge a', 'always', 'stop a'];
const SECOND = ONE.map((note) => note.replace(/ a$/, ' a-second'));

function judgement(status: Status, ...verdicts: readonly Verdict[]): JudgedExperiment {
  return { ...judged('idleDirect'), status, verdicts };
}

const NOISY: Verdict = { status: 'inconclusive', byNoise: true, reason: 'noise' };
const CONFIRMED: Verdict = { status: 'confirmed', reason: 'seen' };
const UNPROVEN: Verdict = { status: 'inconclusive', reason: 'no proof' };
const REFUTED: Verdict = { status: 'refuted', reason: 'wrong' };

test('an experiment is predicted, started with that prediction, watched, judged and stopped, in this order', async () => {
  const conductor = new Notebook([judgement('confirmed', CONFIRMED)]);
  const { status, experiments, scenario } = await conductScenario(conductor, SCENARIO, 'a');
  expect({ status, scenario, count: experiments.length }).toEqual({
    status: 'confirmed',
    scenario: 'from-a-test',
    count: 1,
  });
  expect(conductor.notes).toEqual(ONE);
  expect(conductor.requests).toEqual([
    { id: 'a', scenario: SCENARIO, prediction: predict(SCENARIO), conductor: 'inProcess' },
  ]);
});

describe('a second experiment', () => {
  test('is made where noise alone made the first inconclusive; both stay, the second decides', async () => {
    const conductor = new Notebook([judgement('inconclusive', CONFIRMED, NOISY), judgement('refuted', REFUTED)]);
    const { status, experiments } = await conductScenario(conductor, SCENARIO, 'a');
    expect(status).toBe('refuted');
    expect(experiments.map((experiment) => experiment.status)).toEqual(['inconclusive', 'refuted']);
    expect(conductor.notes).toEqual([...ONE, ...SECOND]);
  });

  test('is the last one, however noisy', async () => {
    const conductor = new Notebook([judgement('inconclusive', NOISY), judgement('inconclusive', NOISY)]);
    const { status, experiments } = await conductScenario(conductor, SCENARIO, 'a');
    expect([status, experiments.length]).toEqual(['inconclusive', 2]);
  });

  test.each<readonly [string, JudgedExperiment]>([
    ['confirmed', judgement('confirmed', CONFIRMED)],
    ['refuted', judgement('refuted', REFUTED, NOISY)],
    ['without proof', judgement('inconclusive', UNPROVEN)],
    ['noisy and without proof', judgement('inconclusive', NOISY, UNPROVEN)],
  ])('is not made after one that is %s', async (_, first) => {
    const conductor = new Notebook([first]);
    await conductScenario(conductor, SCENARIO, 'a');
    expect(conductor.notes).toEqual(ONE);
  });
});

/** A conductor whose first stations are lost at a step: one for each of `steps`. */
class Losing extends Notebook {
  readonly #steps: string[];

  constructor(judgements: readonly JudgedExperiment[], ...steps: readonly string[]) {
    super(judgements);
    this.#steps = [...steps];
  }

  override at(): StationActivities {
    const step = this.#steps.shift();
    const station = super.at();
    const answering = async <T>(name: string, answer: () => Promise<T>): Promise<T> => {
      if (name !== step) return await answer();
      this.notes.push(`${name} unanswered`);
      throw new StationGone('there');
    };
    return {
      startExperiment: (request) => answering('start', () => station.startExperiment(request)),
      watchExperiment: (id) => answering('watch', () => station.watchExperiment(id)),
      judgeExperiment: (id) => answering('judge', () => station.judgeExperiment(id)),
      stopExperiment: (id) => answering('stop', () => station.stopExperiment(id)),
    };
  }
}

describe('a station that is gone', () => {
  test.each(['start', 'watch', 'judge'])(
    'at %s costs an experiment, and not the verdict: another one runs elsewhere, shown as such',
    async (step) => {
      const conductor = new Losing([judgement('confirmed', CONFIRMED), judgement('confirmed', CONFIRMED)], step);
      const { status, experiments, lost } = await conductScenario(conductor, SCENARIO, 'a');
      expect({ status, count: experiments.length, lost }).toEqual({
        ...{ status: 'confirmed', count: 1, lost: [{ id: 'a', station: 'there' }] },
      });
      expect(conductor.notes.slice(-SECOND.length)).toEqual(SECOND);
      expect(conductor.notes).not.toContain('stop a');
    },
  );

  test('at stop has nothing left to stop: the verdict stays', async () => {
    const conductor = new Losing([judgement('confirmed', CONFIRMED)], 'stop');
    await expect(conductScenario(conductor, SCENARIO, 'a')).resolves.toMatchObject({ status: 'confirmed' });
    expect(conductor.notes.at(-1)).toBe('stop unanswered');
  });

  test('is not looked for without end', async () => {
    const conductor = new Losing([], 'start', 'start', 'start', 'start');
    await expect(conductScenario(conductor, SCENARIO, 'a')).rejects.toThrow(StationGone);
    expect(conductor.notes.filter((note) => note.startsWith('reserve'))).toEqual([
      ...['reserve a', 'reserve a-second', 'reserve a-third', 'reserve a-fourth'],
    ]);
  });

  test('leaves room for a noisy one, and for no more than four in all', async () => {
    const noisy = judgement('inconclusive', NOISY);
    const two = new Losing([noisy, judgement('confirmed', CONFIRMED)], 'reserve', 'start');
    await expect(conductScenario(two, SCENARIO, 'a')).resolves.toMatchObject({ status: 'confirmed' });
    expect(two.notes.filter((note) => note.startsWith('reserve'))).toHaveLength(3);
    const four = new Losing([noisy], 'start', 'start', 'start');
    await expect(conductScenario(four, SCENARIO, 'a')).resolves.toMatchObject({ status: 'inconclusive' });
  });
});

test.each([
  ['idle-1', 'idle-1', 0],
  ['idle-1-second', 'idle-1', 1],
  ['idle-1-fourth', 'idle-1', 3],
])('the experiment %s is one of the scenario %s, number %i', (id, first, order) => {
  expect(placeOf(id)).toEqual({ first, order });
});

describe('stopping', () => {
  test.each(['start', 'watch', 'judge'])('happens when %s fails, and the failure is not lost', async (failing) => {
    const conductor = new Notebook([judgement('confirmed', CONFIRMED)], failing);
    await expect(conductScenario(conductor, SCENARIO, 'a')).rejects.toThrow(`${failing} failed`);
    expect(conductor.notes.slice(-2)).toEqual(['always', 'stop a']);
  });

  test('is not asked for where no station was reserved', async () => {
    const conductor = new Notebook([], 'reserve');
    await expect(conductScenario(conductor, SCENARIO, 'a')).rejects.toThrow('reserve failed');
    expect(conductor.notes).toEqual(['reserve a']);
  });
});

test('a scenario that cannot be predicted reaches no station', async () => {
  const conductor = new Notebook([]);
  await expect(conductScenario(conductor, { ...SCENARIO, runFor: 4_150 }, 'a')).rejects.toThrow(
    'choose another runFor',
  );
  expect(conductor.notes).toEqual([]);
});
