import { beforeAll, describe, expect, test } from '@jest/globals';
import { CAUSES, type CauseName, type Claim, diagnose, predict, whyUnpredictable } from '@lapse/experiment';
import { scenariosIn } from './catalogue.ts';
import { CATALOGUE } from './places.ts';

/** What a root may be named as, by its side and timer, or by its kind. */
const NAMES: Readonly<Record<string, readonly CauseName[]>> = {
  'service.receive': ['idleAbort', 'idleAbortInCall', 'faultedWhileIdle', 'callbackAfterIdleAbort', 'earlierFault'],
  'service.channelInitialization': ['channelInitialization'],
  'client.open': ['openUnanswered', 'deadPooledConnection'],
  'client.close': ['closeUnanswered'],
  'client.send': ['slowOperation', 'lostOnTheWay', 'blockedWrite', 'earlierFault'],
  refused: ['refused'],
  endedByPeer: ['endedByService', 'serviceGone', 'middlebox', 'cutInRecord', 'rejectedPreamble', 'earlierFault'],
};

interface Predicted {
  readonly scenario: string;
  readonly root: string;
  /** What the client's application is predicted to be shown, as a text. */
  readonly texts: readonly string[];
}

let catalogue: readonly Predicted[];
beforeAll(async () => {
  const found = await scenariosIn(CATALOGUE, { single: 'predict' });
  catalogue = found
    .filter(({ scenario }) => whyUnpredictable(scenario) === undefined)
    .map(({ scenario }) => {
      const { claims, root } = predict(scenario);
      const texts = claims.flatMap(({ subject, symptom }) =>
        symptom && subject.side === 'client' ? [`${symptom.exception}: ${symptom.message}`] : [],
      );
      return { scenario: scenario.scenario, root: rootName(claims[root]), texts };
    });
});

function rootName(claim: Claim | undefined): string {
  const { outcome, subject } = claim ?? {};
  return outcome?.is === 'fires' ? `${subject?.side}.${outcome.timer}` : (outcome?.is ?? '');
}

describe('the table and the predictions know the same', () => {
  test('an exception that a scenario predicts has the root of that scenario among its candidates', () => {
    const known = catalogue.filter(({ root, texts }) => root in NAMES && texts.length > 0);
    expect(known.length).toBeGreaterThan(20);
    for (const { scenario, root, texts } of known)
      for (const text of texts) {
        const readings = diagnose(text).flatMap((diagnosis) => diagnosis.readings);
        const names = readings.flatMap(({ candidates }) => candidates.map(({ name }) => name));
        expect({ scenario, text, known: readings.every(({ by }) => by === 'text') }).toMatchObject({ known: true });
        expect({ scenario, text, root, named: names.some((name) => NAMES[root]?.includes(name)) }).toMatchObject({
          named: true,
        });
      }
  });

  test('a scenario that a candidate names is in the catalogue, and is predicted to have it as its root', () => {
    const named = Object.entries(CAUSES).flatMap(([name, { scenarios }]) =>
      scenarios.map((scenario) => ({ name, scenario })),
    );
    expect(named.length).toBeGreaterThan(20);
    for (const { name, scenario } of named) {
      const root = catalogue.find((one) => one.scenario === scenario)?.root ?? 'not in the catalogue';
      expect({ name, scenario, root, fits: NAMES[root]?.some((one) => one === name) }).toMatchObject({ fits: true });
    }
  });
});
