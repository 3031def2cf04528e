import { beforeAll, expect, test } from '@jest/globals';
import { predict, type Scenario, type Toxic } from '@lapse/experiment';
import { type Catalogued, scenariosIn } from './catalogue.ts';
import { CATALOGUE } from './places.ts';

let catalogue: readonly Catalogued[] = [];

beforeAll(async () => {
  catalogue = await scenariosIn(CATALOGUE, { single: 'run' });
  expect(catalogue.length).toBeGreaterThan(30);
});

const rootOf = (scenario: Scenario) => {
  const { claims, root } = predict(scenario);
  return claims[root];
};

const fires = (scenario: Scenario, timer: string) => {
  const outcome = rootOf(scenario)?.outcome;
  return outcome?.is === 'fires' && outcome.timer === timer;
};

const closesWell = (scenario: Scenario) => {
  const root = rootOf(scenario);
  return root?.outcome.is === 'completes' && root.subject.side === 'client' && scenario.processFaults === undefined;
};

const usesPool = (scenario: Scenario) =>
  scenario.client.connectionPoolSettings !== undefined ||
  predict(scenario).claims.some(({ outcome }) => outcome.is === 'fires' && outcome.timer === 'poolIdle');

const has = ({ faults }: Scenario, is: (toxic: Toxic) => boolean) => faults.some(({ toxic }) => is(toxic));
const isSlow = (toxic: Toxic) =>
  ['latency', 'slicer'].includes(toxic.type) || (toxic.type === 'bandwidth' && toxic.rate > 0);

/** What a tag promises of a scenario, and who has it not is none of those. */
const MEANINGS: Readonly<Record<string, (scenario: Scenario) => boolean>> = {
  open: (scenario) => fires(scenario, 'open'),
  close: (scenario) => fires(scenario, 'close'),
  receive: (scenario) => fires(scenario, 'receive'),
  'channel-initialization': (scenario) => fires(scenario, 'channelInitialization'),
  control: closesWell,
  partition: (scenario) => has(scenario, (toxic) => toxic.type === 'bandwidth' && toxic.rate === 0),
  latency: (scenario) => has(scenario, isSlow),
  down: (scenario) => has(scenario, ({ type }) => type === 'down'),
  call: ({ workload }) => workload.some((step) => step.do === 'call'),
  callback: ({ workload }) => workload.some((step) => step.call?.operation === 'askBack'),
  process: ({ processFaults }) => processFaults !== undefined,
  misbehaviour: ({ service }) => service.misbehave !== undefined,
  pool: usesPool,
  direct: ({ path }) => path === 'direct',
};

test.each(Object.entries(MEANINGS))(
  'the tag %s is on every scenario that it is true of, and on no other',
  (tag, meaning) => {
    const idsOf = (fits: (scenario: Scenario) => boolean) =>
      catalogue
        .map(({ scenario }) => scenario)
        .filter(fits)
        .map(({ scenario }) => scenario);
    expect(idsOf(({ tags }) => tags?.includes(tag) ?? false)).toEqual(idsOf(meaning));
  },
);

test('smoke is a handful in which each timer wins once, a session closes well, a process dies and a connect is refused', () => {
  const smoke = catalogue.map(({ scenario }) => scenario).filter(({ tags }) => tags?.includes('smoke'));
  expect(smoke.length).toBeLessThan(10);
  const tags = new Set(smoke.flatMap((scenario) => scenario.tags ?? []));
  expect([...tags]).toEqual(
    expect.arrayContaining([
      'open',
      'close',
      'receive',
      'channel-initialization',
      'control',
      'process',
      'down',
      'direct',
    ]),
  );
});

test('there is no other tag, and no scenario without one', () => {
  const tags = new Set(catalogue.flatMap(({ scenario }) => scenario.tags ?? ['none']));
  expect([...tags].toSorted()).toEqual([...Object.keys(MEANINGS), 'smoke'].toSorted());
});
