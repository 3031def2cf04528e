import type { SessionAccount } from '@lapse/experiment';
import type { ReportedScenario } from '@lapse/report';

/** What `environment.run` resolves with: the scenario as predicted and as observed, the verdict, and where the evidence lies. */
export interface Outcome extends ReportedScenario {
  /** What the record tells of each session; absent where only the verdict is known. */
  readonly accounts?: readonly SessionAccount[];
}

/** Nothing was proven, so a matcher answers neither yes nor no: it throws this, with or without `.not`. */
export class Unproven extends Error {
  override readonly name = 'Unproven';
}

/** @throws Error for what is no outcome, such as a promise that was not awaited. */
export function requireOutcome(value: unknown, matcher: string): Outcome {
  if (isOutcome(value)) return value;
  const isPromise = typeof value === 'object' && value !== null && 'then' in value;
  const got = isPromise ? 'a promise: await it first' : value === null ? 'null' : `of type ${typeof value}`;
  throw new Error(`${matcher} is asked of what environment.run() resolves with; this is ${got}.`);
}

function isOutcome(value: unknown): value is Outcome {
  if (typeof value !== 'object' || value === null) return false;
  return 'verdict' in value && 'scenario' in value && 'sentence' in value && 'evidence' in value;
}

/** @throws Unproven where the experiment decides nothing. */
export function requireProof({ verdict, sentence }: Outcome): void {
  switch (verdict) {
    case 'confirmed':
    case 'refuted':
      return;
    case 'inconclusive':
      throw new Unproven(`The experiment is inconclusive, so it proves nothing. ${sentence}`);
    case 'broken':
    case 'skipped':
      throw new Unproven(`There is no verdict. ${sentence}`);
  }
}

/** The sessions that a claim is about. @throws Unproven where the record does not tell of them. */
export function requireAccounts(outcome: Outcome, session: number | undefined): readonly SessionAccount[] {
  const { accounts = [], judged } = outcome;
  if (judged?.experiments.at(-1)?.labels?.service === 'external')
    throw new Unproven('The service is none of ours: what its side did is not on record.');
  if (accounts.length === 0) throw new Unproven('No session is on record: nothing was opened while it was measured.');
  const chosen = session === undefined ? accounts : accounts.filter((account) => account.session === session);
  if (chosen.length === 0) {
    const known = accounts.map((account) => account.session).join(', ');
    throw new Unproven(`Session ${session} is not on record. Those that are: ${known}.`);
  }
  const unknown = chosen.find(({ root }) => root.is === 'unknown');
  if (unknown !== undefined) throw new Unproven(`Of session ${unknown.session}: ${unknown.root.words}`);
  return chosen;
}
