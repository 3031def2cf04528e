import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { judgeRecord, predict } from '@lapse/experiment';
import fc from 'fast-check';
import type { RecordedRun, RecordedScenario } from '../recorded-run.ts';
import { type Element, elementsOf, readPage, textWithin } from '../testing/read-page.ts';
import { experimentOf, HELD, HELD_HAPPENED, IDLE, IDLE_HAPPENED, scenarioOf } from '../testing/recorded.ts';
import { reasonOf } from '../words.ts';
import { htmlReport } from './page.ts';

const idle = experimentOf(IDLE, IDLE_HAPPENED);
const held = experimentOf(HELD, HELD_HAPPENED);
const REFUTED = experimentOf(IDLE, IDLE_HAPPENED.slice(0, -4), 'idle-2');

function rowOnly(verdict: RecordedScenario['reported']['verdict'], scenario: string): RecordedScenario {
  const sentence = `It is ${verdict}, and that is all.`;
  return {
    reported: { ...{ scenario, id: `${scenario}-1`, predicted: '-', observed: '-' }, verdict, sentence, evidence: [] },
    remarks: [],
    experiments: [],
  };
}

const RUN: RecordedRun = {
  ...{ name: '20260101-000000-1', status: 'refuted', exitCode: 1, conductor: 'inProcess', injector: 'toxiproxy' },
  ...{ commit: 'c0ffee', seed: '00ff', latenessMs: { firings: 3, earliest: 0, p50: 1, p99: 3, latest: 3 } },
  scenarios: [
    scenarioOf(idle),
    scenarioOf(held, experimentOf(HELD, HELD_HAPPENED, 'held-1-second')),
    scenarioOf(REFUTED),
    rowOnly('broken', 'in pieces'),
    rowOnly('skipped', 'left out'),
    rowOnly('inconclusive', '<foreign>'),
  ],
};

const page = readPage(htmlReport(RUN));
const all = elementsOf(page);
const text = textWithin(page).replaceAll(/\s+/g, ' ');
const named = (name: string): readonly Element[] => all.filter((element) => element.name === name);

describe('a page of a run', () => {
  test('holds every claim, every reason, every loser with why it lost, and every proof', () => {
    const judged = [idle, held, REFUTED].map((experiment) => experiment.judged);
    const verdicts = judged.flatMap((experiment) => experiment.verdicts);
    const losers = verdicts.flatMap(({ claim }) => claim?.losers ?? []);
    expect({ verdicts: verdicts.length, losers: losers.length }).toEqual({
      verdicts: expect.any(Number),
      losers: expect.any(Number),
    });
    expect(losers.length).toBeGreaterThan(5);
    for (const { reason, claim } of verdicts) {
      expect(text).toContain(reason);
      if (claim !== undefined) expect(text).toContain(claim.because);
    }
    for (const loser of losers) expect(text).toContain(reasonOf(loser));
    for (const { by } of judged.flatMap(({ proofs }) => proofs)) expect(text).toContain(by);
  });

  test('has a row and a section for every scenario, also for one that left no record', () => {
    for (const { reported } of RUN.scenarios) expect(text).toContain(reported.sentence);
    const links = named('a').map(({ attributes }) => attributes.href);
    const sections = named('section').filter(({ attributes }) => attributes.class === 'scenario');
    expect(sections).toHaveLength(RUN.scenarios.length);
    for (const { attributes } of sections) expect(links).toContain(`#${attributes.id}`);
  });

  test('shows both experiments where noise asked for a second one', () => {
    expect(text).toContain('Experiment 1 of 2');
    expect(text).toContain('Experiment 2 of 2');
    expect(all.filter(({ attributes }) => attributes.class === 'picture')).toHaveLength(4);
  });

  test('names every id once, and refers to no id that is not there', () => {
    const ids = all.flatMap(({ attributes }) => attributes.id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const referred = all.flatMap(({ attributes: { href = '', for: of = '', ...more } }) => [
      ...(href.startsWith('#') ? [href.slice(1)] : []),
      ...`${of} ${more['aria-labelledby'] ?? ''}`.split(' ').filter((id) => id !== ''),
    ]);
    expect(ids).toEqual(expect.arrayContaining(referred));
  });

  test('fetches nothing: no address leads out of it', () => {
    const addresses = all.flatMap(({ attributes }) =>
      [attributes.href, attributes.src, attributes.action].filter(Boolean),
    );
    expect(addresses.filter((address) => !/^(#|data:,$)/.test(address ?? ''))).toEqual([]);
    const styles = named('style').flatMap(({ children }) => children);
    expect(styles.join('')).not.toMatch(/@import|url\((?!#)/);
    for (const name of ['img', 'iframe', 'object', 'embed', 'base']) expect(named(name)).toEqual([]);
  });

  test('allows its one style and its one script, and nothing else', () => {
    const policy = named('meta').find(({ attributes }) => 'http-equiv' in attributes)?.attributes.content;
    for (const name of ['style', 'script']) {
      const [element, ...more] = named(name);
      const digest = createHash('sha256').update(String(element?.children[0])).digest('base64');
      expect(more).toEqual([]);
      expect(policy).toContain(`${name}-src 'sha256-${digest}'`);
    }
    expect(policy).toContain("default-src 'none'");
    expect(
      all.flatMap(({ attributes }) => Object.keys(attributes)).filter((name) => /^(style|on.*)$/.test(name)),
    ).toEqual([]);
  });

  test('can be read in order: one language, one first heading, no level left out, headers that say of what', () => {
    expect(page.attributes.lang).toBe('en');
    const levels = all.flatMap(({ name }) => (/^h[1-6]$/.test(name) ? [Number(name[1])] : []));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [index, level] of levels.entries()) expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
    for (const { attributes } of named('th')) expect(attributes.scope).toMatch(/^(row|col)$/);
    for (const { attributes } of all.filter(({ attributes }) => attributes.role === 'img'))
      expect(attributes['aria-label'] ?? attributes['aria-labelledby']).toMatch(/./);
  });

  test('names the file of a scenario that the repository holds, in place of one to be saved', () => {
    const { reported, ...rest } = scenarioOf(held);
    const scenarios = [{ ...rest, reported: { ...reported, file: 'chaos/scenarios/held.yaml' } }];
    expect(textWithin(readPage(htmlReport({ ...RUN, scenarios })))).toContain('lapse -- run chaos/scenarios/held.yaml');
  });

  test('says how to do it again: commit, seed, file and record', () => {
    expect(text).toContain('git checkout c0ffee');
    expect(text).toContain('npm run lapse -- run held.yaml');
    expect(text).toContain('npm run lapse -- suite --seed 00ff');
    expect(text).toContain('npm run lapse -- explain runs/held-1-second');
    expect(text).toContain('toxic: bandwidth, rate: 0, stream: upstream');
  });
});

const HOSTILE = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '</script><script>alert(1)</script>',
    '</title><h1>',
    '" onload="alert(1)',
    '--><svg/onload=alert(1)>',
    'javascript:x',
  ),
);

test('whatever the texts of a record hold, the page is well-formed and asks for nothing', () => {
  const counted = elementsOf(readPage(htmlReport({ ...RUN, scenarios: [scenarioOf(held)] }))).length;
  fc.assert(
    fc.property(HOSTILE, (hostile) => {
      const plan = { ...HELD, about: hostile };
      const labels = held.judged.labels && { ...held.judged.labels, commit: hostile, versions: { [hostile]: hostile } };
      const verdicts = held.judged.verdicts.map((verdict) => ({ ...verdict, reason: hostile }));
      const judged = { ...held.judged, id: hostile, folder: hostile, verdicts, ...(labels && { labels }) };
      const scenario = scenarioOf({ plan, judged, lines: held.lines });
      const reported = {
        ...scenario.reported,
        scenario: hostile,
        sentence: hostile,
        about: hostile,
        observed: hostile,
      };
      const elements = elementsOf(
        readPage(htmlReport({ ...RUN, name: hostile, scenarios: [{ ...scenario, reported, remarks: [hostile] }] })),
      );
      expect(elements.filter(({ name }) => name === 'script')).toHaveLength(1);
      expect(Math.abs(elements.length - counted)).toBeLessThan(6);
    }),
    { numRuns: 60 },
  );
});

test('a record that cannot be recounted is a sentence in its section, and the others are told', () => {
  const broken = { ...idle, plan: { ...IDLE, faults: JSON.parse('null') } };
  const words = textWithin(readPage(htmlReport({ ...RUN, scenarios: [scenarioOf(broken), scenarioOf(held)] })));
  expect(words).toContain('The record cannot be recounted: another version of Lapse made it');
  expect(words).toContain('Spacetime picture of held');
});

test('a record that ends before its zero has no picture, and says so', () => {
  const request = { id: 'idle-0', scenario: IDLE, prediction: predict(IDLE) };
  const judged = judgeRecord({ request, lines: [], folder: 'runs/idle-0', digest: 'd' });
  const words = textWithin(
    readPage(htmlReport({ ...RUN, scenarios: [scenarioOf({ judged, plan: IDLE, lines: [] })] })),
  );
  expect(words).toContain('Nothing was measured: the record ends before its zero');
  expect(words).not.toContain('Spacetime picture');
});

test('of many rounds of a scenario the first that was confirmed and those that were not have pictures', () => {
  const rounds = [idle, experimentOf(IDLE, IDLE_HAPPENED, 'idle-r2'), REFUTED].map((round) => scenarioOf(round));
  const written = htmlReport({ ...RUN, scenarios: rounds });
  expect(idle.judged.status).toBe('confirmed');
  expect(REFUTED.judged.status).not.toBe('confirmed');
  expect(written.match(/class="picture"/g)).toHaveLength(2);
  expect(written).toContain('In full: npm run lapse -- report runs/idle-r2');
});
