import { describe, expect, test } from '@jest/globals';
import type { Injection, Scenario, Toxic } from '../scenario.ts';
import { partition, SITUATIONS, scenario } from '../testing/scenarios.ts';
import { predict, whyUnpredictable } from './predict.ts';
import { Unpredictable } from './unpredictable.ts';

const fault = (toxic: Toxic, stream: Injection['stream'] = 'both', at = 0): Injection => ({ at, stream, toxic });
const CLOSE = [
  { at: 100, do: 'open' },
  { at: 1_000, do: 'close' },
] as const;

describe('what cannot be said is refused with a sentence', () => {
  test.each<readonly [string, Scenario, string]>([
    ['an empty workload', scenario({ workload: [] }), 'The first step must be open, or a call that opens.'],
    [
      'two sessions',
      scenario({
        workload: [
          { at: 100, do: 'open' },
          { at: 200, do: 'open' },
        ],
      }),
      'Session 2 is opened at 200, but session 1 may last until 200',
    ],
    ['a raw client that opens', scenario({ client: { raw: true } }), 'The first step must be connect.'],
    [
      'a raw client that aborts',
      scenario({
        client: { raw: true },
        workload: [
          { at: 100, do: 'connect' },
          { at: 200, do: 'abort' },
        ],
      }),
      'A raw client only connects',
    ],
    [
      'steps out of order',
      scenario({
        workload: [
          { at: 100, do: 'open' },
          { at: 50, do: 'close' },
        ],
      }),
      'not in the order of their instants',
    ],
    ['a fault without an injector', scenario({ path: 'direct', faults: [partition(0)] }), 'there is no injector'],
    [
      'jitter',
      scenario({ faults: [fault({ type: 'latency', latency: 10, jitter: 5 })] }),
      'draws jitter without a seed',
    ],
    [
      'sizes by chance',
      scenario({ faults: [fault({ type: 'slicer', average_size: 8, size_variation: 2, delay: 0 })] }),
      'draws the sizes',
    ],
    [
      'a timeout above 0',
      scenario({ faults: [fault({ type: 'timeout', timeout: 9 })] }),
      'starts again at every chunk',
    ],
    ['reset_peer', scenario({ faults: [fault({ type: 'reset_peer', timeout: 0 })] }), 'reset_peer'],
    ['slow_close', scenario({ faults: [fault({ type: 'slow_close', delay: 5 })] }), 'slow_close'],
    [
      'two toxics at once',
      scenario({ faults: [partition(0), fault({ type: 'latency', latency: 5, jitter: 0 }, 'upstream', 500)] }),
      'Two toxics on one stream',
    ],
    ['a step at the edge of a fault', scenario({ faults: [partition(149)] }), 'keep them 50 ms apart'],
    [
      'a cut that may include the content type',
      scenario({ client: { preambleCut: { after: 40, pause: 600 } } }),
      'may or may not include the content type',
    ],
    [
      'a limit that may include the preamble',
      scenario({ faults: [fault({ type: 'limit_data', bytes: 50 }, 'upstream')] }),
      'may or may not',
    ],
    [
      'a close during the open',
      scenario({ workload: CLOSE, faults: [partition(0)] }),
      'The close at 1000 comes while the open still runs',
    ],
    [
      'an abort during the open',
      scenario({
        workload: [
          { at: 100, do: 'open' },
          { at: 1_000, do: 'abort' },
        ],
        faults: [partition(0)],
      }),
      'The abort at 1000 comes while the open still runs',
    ],
    [
      'an abort during a close that is not answered',
      scenario({ workload: [...CLOSE, { at: 2_000, do: 'abort' }], faults: [partition(500)] }),
      'The abort at 2000 comes while the close still runs',
    ],
    [
      'a close that may come before the end',
      scenario({
        workload: [
          { at: 100, do: 'open' },
          { at: 4_200, do: 'close' },
        ],
        service: { receiveTimeout: 4_000 },
      }),
      'nobody can say which comes first',
    ],
    [
      'a run that ends inside a window',
      scenario({ service: { receiveTimeout: 4_000 }, runFor: 4_200 }),
      'choose another runFor',
    ],
    [
      'a follow-up of two undecided timers',
      scenario({
        faults: [partition(0)],
        service: { channelInitializationTimeout: 3_050 },
        workload: [
          { at: 100, do: 'open' },
          { at: 6_000, do: 'close' },
        ],
      }),
      'nobody can say which comes first',
    ],
  ])('%s', (_, which, sentence) => {
    expect(() => predict(which)).toThrow(Unpredictable);
    expect(whyUnpredictable(which)).toContain(sentence);
  });

  test('what can be said has no reason against it', () => {
    expect(whyUnpredictable(SITUATIONS.idleDirect)).toBeUndefined();
  });

  test.each([30, 128])('a cut after %i bytes is clear', (after) => {
    expect(
      whyUnpredictable(scenario({ path: 'direct', client: { preambleCut: { after, pause: 600 } } })),
    ).toBeUndefined();
  });

  test.each([31, 127])('a cut after %i bytes is not', (after) => {
    expect(whyUnpredictable(scenario({ path: 'direct', client: { preambleCut: { after, pause: 600 } } }))).toContain(
      'may or may not',
    );
  });

  test('the second part of a cut preamble is a write like any other', () => {
    const cut = (at: number) =>
      whyUnpredictable(scenario({ client: { preambleCut: { after: 16, pause: 600 } }, faults: [partition(at)] }));
    expect(cut(651)).toContain('The client writes at 700');
    expect(cut(650)).toBeUndefined();
  });

  test('a step 50 ms from the edge of a fault is clear', () => {
    expect(whyUnpredictable(scenario({ faults: [partition(150)] }))).toBeUndefined();
  });
});
