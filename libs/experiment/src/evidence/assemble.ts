import type { Instant } from '@lapse/protocol';
import type { Observation } from '../observation.ts';
import type { Entry, Evidence, HistoryProblem } from './evidence.ts';
import { pairConnections } from './pair.ts';
import { isObservation } from './shape.ts';

/**
 * Makes evidence of the lines of a history: drops canaries, numbers sessions, merges host and service by instant (ties by
 * source, then seq), and counts from zero. Whatever is wrong with the lines is a problem in the result; it never throws.
 */
export function assemble(lines: readonly string[]): Evidence {
  const { observations, problems } = read(lines);
  const zero = observations.find(({ type }) => type === 'zero');
  const shifted = observations.map((observation) => shift(observation, zero?.at ?? 0));
  const merged = [...shifted].sort(inOrder);
  const { placeOf, canary, problems: unpaired } = pairConnections(merged);
  const entries = merged
    .filter((entry) => entry.type !== 'canary' && !canary(entry))
    .map((entry): Entry => ({ ...entry, ...placeOf(entry) }));
  const anchor = merged.find((entry) => entry.type === 'experiment');
  const end = merged.find(({ type }) => type === 'measurementEnded');
  return {
    entries,
    canaries: merged.filter((entry) => entry.type === 'canary' && entry.source === 'host'),
    problems: [
      ...withoutHarmlessTail(problems, end !== undefined),
      ...gapsIn(observations),
      ...(anchor === undefined
        ? [{ kind: 'noAnchor', message: 'The history does not begin with its clock anchor.' } as const]
        : []),
      ...(zero === undefined
        ? [{ kind: 'noZero', message: 'The history has no zero: nothing can be counted from it.' } as const]
        : []),
      ...(end === undefined
        ? [{ kind: 'noEnd', message: 'The history ends before the measurement did.' } as const]
        : []),
      ...unpaired,
    ],
    ...(end === undefined ? {} : { until: end.at }),
    ...(anchor === undefined ? {} : { labels: anchor.labels, recordedPrediction: anchor.prediction }),
  };
}

function read(lines: readonly string[]): {
  readonly observations: readonly Observation[];
  readonly problems: readonly HistoryProblem[];
} {
  const last = lines.findLastIndex((line) => line.trim() !== '');
  const observations: Observation[] = [];
  const problems: HistoryProblem[] = [];
  lines.forEach((line, index) => {
    if (line.trim() === '') return;
    const value = parsed(line);
    if (isObservation(value)) observations.push(value);
    else if (index === last && value === undefined)
      problems.push({ kind: 'truncated', message: 'The last line of the history is cut off.' });
    else problems.push({ kind: 'unreadable', message: `Line ${index + 1} of the history is no observation.` });
  });
  return { observations, problems };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** A host that was killed while it wrote its last words has measured all the same. */
function withoutHarmlessTail(problems: readonly HistoryProblem[], ended: boolean): readonly HistoryProblem[] {
  return ended ? problems.filter(({ kind }) => kind !== 'truncated') : problems;
}

/** Each source counts its lines from 0, in the order in which they stand. */
function gapsIn(observations: readonly Observation[]): readonly HistoryProblem[] {
  return (['host', 'client', 'service'] as const).flatMap((source) => {
    const numbers = observations.filter((observation) => observation.source === source).map(({ seq }) => seq);
    const gap = numbers.findIndex((seq, index) => seq !== index);
    if (gap < 0) return [];
    return [{ kind: 'gap', message: `The ${source}'s history has a gap before its entry ${numbers[gap]}.` } as const];
  });
}

function inOrder(one: Observation, other: Observation): number {
  return one.at - other.at || SOURCES[one.source] - SOURCES[other.source] || one.seq - other.seq;
}

const SOURCES = { host: 0, client: 1, service: 2 } as const;

/** Every instant in an observation, not only its stamp, counts from zero. */
function shift(observation: Observation, zero: Instant): Observation {
  const at = observation.at - zero;
  switch (observation.type) {
    case 'timer':
      return { ...observation, at, since: observation.since - zero, due: observation.due - zero };
    case 'injected':
    case 'healed':
    case 'signalled':
      return { ...observation, at, before: observation.before - zero, after: observation.after - zero };
    default:
      return { ...observation, at };
  }
}
