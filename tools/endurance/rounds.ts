import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/** What became of a scenario in a round. */
export interface Outcome {
  readonly scenario: string;
  readonly verdict: 'confirmed' | 'refuted' | 'inconclusive' | 'broken';
  /** Experiments it took: a second one is made where noise left the first undecided. */
  readonly experiments: number;
  /** Why it was not confirmed; empty where it was. */
  readonly reasons: readonly { readonly reason: string; readonly byNoise: boolean; readonly noise?: number }[];
}

/** A round of the whole suite. */
export interface Round {
  /** Of what was measured: rounds of different commits are never counted together. */
  readonly commit: string;
  readonly folder: string;
  readonly outcomes: readonly Outcome[];
}

/** What is read of the document that `lapse suite --json` prints. */
export interface SuiteDocument {
  readonly folder: string;
  readonly scenarios: readonly {
    readonly scenario: string;
    readonly verdict: Outcome['verdict'];
    readonly sentence: string;
    readonly judged?: {
      readonly experiments: readonly {
        readonly verdicts: readonly {
          readonly status: string;
          readonly reason: string;
          readonly byNoise?: boolean;
          readonly noise?: number;
        }[];
      }[];
    };
  }[];
}

/** The round that a document tells of. The last experiment of a scenario decides. */
export function roundOf(document: SuiteDocument, commit: string): Round {
  return { commit, folder: document.folder, outcomes: document.scenarios.map(outcomeOf) };
}

function outcomeOf({ scenario, verdict, sentence, judged }: SuiteDocument['scenarios'][number]): Outcome {
  const experiments = judged?.experiments ?? [];
  const told = (experiments.at(-1)?.verdicts ?? []).filter(({ status }) => status !== 'confirmed');
  const reasons = told.map(({ reason, byNoise = false, noise }) => ({
    ...{ reason, byNoise },
    ...(noise === undefined ? {} : { noise }),
  }));
  const unexplained = verdict !== 'confirmed' && reasons.length === 0;
  return {
    ...{ scenario, verdict, experiments: experiments.length },
    reasons: unexplained ? [{ reason: sentence, byNoise: false }] : reasons,
  };
}

/** The rounds that have been finished, kept in a file, a JSON object a line, so that an interruption loses one round at most. */
export class RoundsOnDisk {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** Those of a commit. An unfinished last line, as a crash leaves it, is no round. */
  of(commit: string): readonly Round[] {
    if (!existsSync(this.#file)) return [];
    const lines = readFileSync(this.#file, 'utf8').split('\n').slice(0, -1);
    return lines.map((line): Round => JSON.parse(line)).filter((round) => round.commit === commit);
  }

  add(round: Round): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    appendFileSync(this.#file, `${JSON.stringify(round)}\n`);
  }

  forget(): void {
    rmSync(this.#file, { force: true });
  }
}
