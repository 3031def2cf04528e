import {
  type Circumstances,
  type Known,
  type Reason,
  reasonsByConfiguration,
  reasonsByPrint,
  reasonsByTime,
  type Standing,
  valuesOf,
} from './assess.ts';
import type { Cause } from './cause.ts';
import { CAUSES, type CauseName } from './causes.ts';
import { type Match, matchesInside, matchesOf } from './match.ts';
import type { CandidateOf } from './signature.ts';
import { chainOf, exceptionsIn, type Thrown } from './thrown.ts';
import { timeSpanIn } from './time-span.ts';

/** One exception of the text, and what may stand behind it. */
export interface Diagnosis {
  readonly thrown: Thrown;
  /** Rows of the signature table that fit it; empty: it is none of WCF's, or none that the table knows. */
  readonly readings: readonly Reading[];
}

/** A row of the table that fits, and its candidates, the likeliest first. */
export interface Reading extends Match {
  /** The time that the message prints, in milliseconds. */
  readonly printed?: number;
  /** What the exceptions inside it say by themselves. */
  readonly inside: readonly Match[];
  readonly candidates: readonly Candidate[];
  /** Nothing is left of the candidates: the configuration cannot be that of the process that threw. */
  readonly isContradicted: boolean;
}

export interface Candidate {
  readonly name: CauseName;
  readonly cause: Cause;
  readonly standing: Standing;
  readonly reasons: readonly Reason[];
  /** What its setting is, and whence that is known. */
  readonly values: readonly Known[];
}

/**
 * Reads exceptions out of a text and says for each which timer or event may have caused it, and what tells the candidates apart. With a
 * configuration and a time, candidates are ranked, and those that cannot be are ruled out.
 */
export function diagnose(text: string, circumstances: Circumstances = { configurations: [] }): readonly Diagnosis[] {
  return exceptionsIn(text).map((thrown) => ({
    thrown,
    readings: matchesOf(thrown).map((match) => readingOf(match, circumstances)),
  }));
}

function readingOf(match: Match, circumstances: Circumstances): Reading {
  const printed = timeSpanIn(match.of.message);
  const all = match.signature.candidates.map((candidate) => assessed(candidate, { match, printed, circumstances }));
  const candidates = STANDINGS.flatMap((standing) => all.filter((one) => one.standing === standing));
  return {
    ...match,
    ...(printed !== undefined && { printed }),
    inside: matchesInside(match.of),
    candidates,
    isContradicted: candidates.every(({ standing }) => standing === 'ruledOut'),
  };
}

const STANDINGS: readonly Standing[] = ['fits', 'possible', 'unlikely', 'ruledOut'];

interface Case {
  readonly match: Match;
  readonly printed: number | undefined;
  readonly circumstances: Circumstances;
}

function assessed(candidate: CandidateOf, { match, printed, circumstances }: Case): Candidate {
  const cause: Cause = CAUSES[candidate.cause];
  const { printsOneOf: among = [] } = match.signature;
  const reasons = [
    ...reasonsByWords(candidate, match),
    ...reasonsByConfiguration(cause, circumstances),
    ...reasonsByPrint(cause, printed, { among, circumstances }),
    ...reasonsByTime(cause, circumstances),
  ];
  return {
    name: candidate.cause,
    cause,
    standing: standingOf(reasons),
    reasons,
    values: cause.setting === undefined ? [] : valuesOf(cause.setting, circumstances),
  };
}

/** Some candidates of a row are told apart by words of the exception itself, or of one inside it. */
function reasonsByWords({ told }: CandidateOf, { signature, of }: Match): readonly Reason[] {
  const words = chainOf(of)
    .map(({ message, code }) => `${message} ${code ?? ''}`)
    .join('\n');
  const isToldOf = signature.candidates.some((other) => other.told?.test(words));
  if (told === undefined || !isToldOf) return [];
  return [
    told.test(words)
      ? { standing: 'fits', words: 'the text says so' }
      : { standing: 'unlikely', words: 'the text names another one' },
  ];
}

/** What speaks against it outweighs what speaks for it. */
function standingOf(reasons: readonly Reason[]): Standing {
  return (
    (['ruledOut', 'unlikely', 'fits'] as const).find((standing) => reasons.some((one) => one.standing === standing)) ??
    'possible'
  );
}
