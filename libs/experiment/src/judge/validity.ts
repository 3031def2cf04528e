import { type Entry, type Evidence, measured } from '../evidence/evidence.ts';
import type { Proof } from '../verdict.ts';

/** Rule (a): why an experiment cannot confirm or refute anything, what broke before what is missing for that. Empty: it can. */
export function invalidReasons(evidence: Evidence, proofs: readonly Proof[]): readonly string[] {
  return [
    ...measured(evidence).flatMap((entry) => brokenBy(entry) ?? []),
    ...evidence.problems.map(({ message }) => message),
    ...proofs
      .filter(({ proven }) => !proven)
      .map(({ injection, by }) => `Fault ${injection + 1} has no proof of effect. ${by}`),
  ];
}

/** Further apart than this (milliseconds), the instants of a container's service and of its host are not those of one clock. */
const CLOCKS_APART = 1;

function apart(ms: number): string {
  return `The clocks of the service and of the host may be ${ms} ms apart, and instants are held against each other.`;
}

function brokenBy(entry: Entry): string | undefined {
  switch (entry.type) {
    case 'injectorFailed':
      return `The injector failed at ${entry.at}: ${ended(entry.message)}`;
    case 'readBack':
      return entry.same ? undefined : `The injector holds something else than was asked for: ${entry.found}.`;
    case 'exited':
      return entry.planned ? undefined : `The ${entry.process} ended unplanned at ${entry.at} (${entry.how}).`;
    case 'clocksCompared':
      return entry.apart <= CLOCKS_APART ? undefined : apart(entry.apart);
    case 'leaseExpired':
      return `Nobody watched the experiment any more: its lease expired at ${entry.at}.`;
    case 'stopped':
      return `The experiment was stopped at ${entry.at}, before its measurement ended.`;
    case 'crashed':
      return `The host of the experiment crashed at ${entry.at}: ${ended(entry.message)}`;
    default:
      return undefined;
  }
}

function ended(sentence: string): string {
  return sentence.endsWith('.') ? sentence : `${sentence}.`;
}
