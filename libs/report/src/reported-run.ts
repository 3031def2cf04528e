import { type JudgedScenario, type Status, seconds } from '@lapse/experiment';

/** How late our own timers fired (at - due), over all experiments of a run. Milliseconds. */
export interface Lateness {
  readonly firings: number;
  /** Below 0: a timer fired early, which is a bug of ours. */
  readonly earliest: number;
  readonly p50: number;
  readonly p99: number;
  readonly latest: number;
}

/** A whole run, in words that are ready to be printed: what `run.json` holds. */
export interface ReportedRun {
  readonly exitCode: number;
  readonly status: Status;
  readonly folder: string;
  readonly conductor: 'temporal' | 'inProcess';
  /** `none`: no scenario goes through a proxy. */
  readonly injector: 'toxiproxy' | 'none';
  /** What the mock service ran in; absent: a process, or it is none of ours. */
  readonly service?: 'container';
  /** With the commit, what the order of the scenarios comes from; absent: they ran in their own order. */
  readonly seed?: string;
  readonly commit: string;
  /** Why the exit code is not that of the verdicts. */
  readonly note?: string;
  /** Of our own timers; absent where none fired. */
  readonly latenessMs?: Lateness;
  readonly scenarios: readonly ReportedScenario[];
}

/** What became of one scenario of a run. */
export interface ReportedScenario {
  readonly scenario: string;
  readonly id: string;
  /** Its file, relative to the root of the repository, with `/`; absent where it lies elsewhere. */
  readonly file?: string;
  /** What a reader learns from it; absent in runs that were recorded before it was kept. */
  readonly about?: string;
  /** How long is measured; absent as `about`. */
  readonly runForMs?: number;
  readonly predicted: string;
  readonly observed: string;
  readonly verdict: Status | 'broken' | 'skipped';
  /** Milliseconds to the timer that would have been next. */
  readonly marginMs?: number;
  readonly sentence: string;
  /** The exception that the client's application is shown, or that there is none. */
  readonly clientSees?: string;
  /** The timers that lost, each with its reason. */
  readonly lost?: string;
  /** What the prediction says of a service that keeps no record for us: nothing of it is judged. */
  readonly argued?: string;
  /** What the winning timer's time stands for where a scenario is scaled. */
  readonly scaled?: string;
  /** Folders of its experiments, the one that decides last. */
  readonly evidence: readonly string[];
  readonly judged?: JudgedScenario;
}

/** All that is told of a scenario, a line each, as `label: text`; what was observed only where something was predicted. */
export function toldInLines(scenario: ReportedScenario): readonly (readonly [label: string, text: string])[] {
  const { predicted, observed, marginMs, clientSees, lost, argued, scaled, evidence } = scenario;
  const lines: readonly (readonly [label: string, text: string | undefined])[] = [
    ['predicted', predicted === '-' ? undefined : predicted],
    ['observed', predicted === '-' ? undefined : observed],
    ['margin', marginMs === undefined ? undefined : `${seconds(marginMs)} to what would have been next`],
    ['client sees', clientSees],
    ['lost', lost],
    ['argued, not seen', argued],
    ['scale', scaled?.replace(/^scale /, '')],
    ['evidence', evidence.length === 0 ? undefined : evidence.join(', ')],
  ];
  return lines.flatMap(([label, text]) => (text === undefined ? [] : [[label, text] as const]));
}

/** How many scenarios of a run came to each verdict, those that none came to left out; the worst first. */
export function countedVerdicts({ scenarios }: Pick<ReportedRun, 'scenarios'>): readonly {
  readonly verdict: ReportedScenario['verdict'];
  readonly count: number;
}[] {
  return WORST_FIRST.map((verdict) => ({
    verdict,
    count: scenarios.filter((each) => each.verdict === verdict).length,
  })).filter(({ count }) => count > 0);
}

const WORST_FIRST = ['broken', 'refuted', 'inconclusive', 'skipped', 'confirmed'] as const;
