import type { Claim, Outcome, Prediction } from '@lapse/experiment';

const OUTCOMES: Readonly<Record<Outcome['is'], (outcome: Fields) => boolean>> = {
  fires: ({ timer }) => typeof timer === 'string',
  endedByPeer: ({ how }) => how === 'fin' || how === 'rst',
  refused: () => true,
  discards: () => true,
  completes: ({ operation }) => operation === 'open' || operation === 'call' || operation === 'close',
  survives: () => true,
  rejected: ({ quota }) => typeof quota === 'string',
  either: ({ timers }) => Array.isArray(timers) && timers.every((timer) => typeof timer === 'string'),
};

type Fields = Readonly<Record<string, unknown>>;

/** Whether a prediction out of a file is one that the judge of this version understands. */
export function isPrediction(value: unknown): value is Prediction {
  if (!isRecord(value) || !Array.isArray(value.claims) || !value.claims.every(isClaim)) return false;
  const { root, claims } = value;
  return typeof root === 'number' && Number.isInteger(root) && root >= 0 && root < Math.max(1, claims.length);
}

function isClaim(value: unknown): value is Claim {
  if (!isRecord(value) || !isRecord(value.subject) || !isRecord(value.within) || !isRecord(value.outcome)) return false;
  const { subject, within, outcome, at, because, losers } = value;
  return (
    (subject.side === 'client' || subject.side === 'service') &&
    [subject.session, within.earliest, within.latest, at].every(Number.isFinite) &&
    typeof because === 'string' &&
    Array.isArray(losers) &&
    losers.every(isLoser) &&
    isOutcome(outcome)
  );
}

function isOutcome(outcome: Fields): boolean {
  return Object.entries(OUTCOMES).some(([is, fits]) => is === outcome.is && fits(outcome));
}

function isLoser(value: unknown): boolean {
  return isRecord(value) && [value.side, value.timer, value.why].every((word) => typeof word === 'string');
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
