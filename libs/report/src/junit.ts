import { countedVerdicts, type ReportedRun, type ReportedScenario, toldInLines } from './reported-run.ts';
import { shortened } from './shortened.ts';

/**
 * A run as JUnit XML, for GitLab (`artifacts:reports:junit`) and for the usual readers on GitHub: one `testcase` for each scenario, under a
 * name that no other one has. Readers differ in what they show: GitLab the text of a failure but not its `message`, others
 * both; so the text alone says all. `time` is what was measured, in seconds.
 */
export function junitOf(run: ReportedRun): string {
  const { scenarios } = run;
  const names = namesOf(scenarios);
  const cases = scenarios.flatMap((scenario, index) => caseOf(scenario, names[index] ?? scenario.id));
  const totals = totalsOf(run);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    tag('testsuites', { name: SUITE, ...totals }),
    tag('testsuite', { name: SUITE, ...totals }),
    ...properties(run),
    ...cases,
    ...(run.note === undefined ? [] : [`<system-err>${xmlText(run.note)}</system-err>`]),
    '</testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

const SUITE = 'lapse';

/** Readers cut, or drop, what is longer: an annotation on GitHub holds 64 KiB, a whole file on GitLab 30 MB. */
const MOST = { message: 1_000, text: 16_000 } as const;

/**
 * `open-refused`, `open-refused (round 2)`: GitLab knows a scenario again by its name, from run to run, and of equal names takes the
 * first alone.
 */
function namesOf(scenarios: readonly ReportedScenario[]): readonly string[] {
  const taken = new Set<string>();
  const rounds = new Map<string, number>();
  return scenarios.map(({ scenario }) => {
    const plain = valid(scenario).trim();
    for (let round = (rounds.get(plain) ?? 0) + 1; ; round++) {
      const name = round === 1 ? plain : `${plain} (round ${round})`;
      if (taken.has(name)) continue;
      taken.add(name);
      rounds.set(plain, round);
      return name;
    }
  });
}

function totalsOf({ scenarios }: ReportedRun): Attributes {
  const counts = new Map(countedVerdicts({ scenarios }).map(({ verdict, count }) => [verdict, count]));
  const of = (...verdicts: readonly ReportedScenario['verdict'][]) =>
    String(verdicts.reduce((sum, verdict) => sum + (counts.get(verdict) ?? 0), 0));
  const measured = scenarios.reduce((sum, scenario) => sum + measuredMs(scenario), 0);
  return {
    tests: String(scenarios.length),
    failures: of('refuted'),
    errors: of('inconclusive', 'broken'),
    skipped: of('skipped'),
    time: inSeconds(measured),
  };
}

function properties({ status, exitCode, conductor, injector, commit, seed, folder }: ReportedRun): readonly string[] {
  const values = { status, exitCode: String(exitCode), conductor, injector, commit, seed, folder };
  const lines = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [tag('property', { name, value }, '/')],
  );
  return ['<properties>', ...lines, '</properties>'];
}

function caseOf(scenario: ReportedScenario, name: string): readonly string[] {
  const { file } = scenario;
  const attributes = {
    classname: SUITE,
    name,
    time: inSeconds(measuredMs(scenario)),
    ...(file !== undefined && { file }),
  };
  return [tag('testcase', attributes), outcome(scenario), '</testcase>'];
}

/** What was inconclusive is an error: GitLab tells errors from failures, and no reader takes either for a success. */
function outcome(scenario: ReportedScenario): string {
  const { verdict } = scenario;
  const text = textOf(scenario);
  switch (verdict) {
    case 'confirmed':
      return `<system-out>${text}</system-out>`;
    case 'skipped':
      return `<skipped>${text}</skipped>`;
    case 'refuted':
      return `${tag('failure', troubleOf(scenario))}${text}</failure>`;
    case 'inconclusive':
    case 'broken':
      return `${tag('error', troubleOf(scenario))}${text}</error>`;
  }
}

function troubleOf({ verdict, sentence }: ReportedScenario): Attributes {
  return { type: verdict, message: shortened(`${verdict}: ${sentence}`, MOST.message) };
}

function textOf(scenario: ReportedScenario): string {
  const { sentence, about } = scenario;
  const lines = [
    sentence,
    ...(about === undefined ? [] : ['', about]),
    '',
    ...toldInLines(scenario).map(([label, text]) => `${label}: ${text}`),
  ];
  return xmlText(shortened(lines.join('\n').trim(), MOST.text));
}

/** A second experiment measures as long as the first one. */
function measuredMs({ runForMs = 0, evidence }: ReportedScenario): number {
  return runForMs * Math.max(1, evidence.length);
}

function inSeconds(milliseconds: number): string {
  return (milliseconds / 1_000).toFixed(3);
}

type Attributes = Readonly<Record<string, string>>;

function tag(name: string, attributes: Attributes, end: '' | '/' = ''): string {
  const pairs = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${xmlText(value).replaceAll(/[\t\n"]/g, entity)}"`,
  );
  return `<${name}${pairs.join('')}${end}>`;
}

/** `]]>` may not stand in text, and a parser reads a carriage return as the end of a line. */
function xmlText(text: string): string {
  return valid(text).replaceAll(/[&<>\r]/g, entity);
}

function entity(character: string): string {
  return `&#${character.codePointAt(0)};`;
}

/** What no XML 1.0 document can hold, not even as an entity, is replaced: most control characters, halves of surrogate pairs, two non-characters. */
function valid(text: string): string {
  return text.toWellFormed().replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}
