import type { Duration } from '@lapse/protocol';
import type { Prediction } from '../claims.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { LATE } from '../predict/window.ts';
import type { Proof, Status, Verdict } from '../verdict.ts';
import { judgeClaim } from './claim.ts';
import { longestDelay } from './noise.ts';
import { beforeRoot, unpredicted } from './unpredicted.ts';
import { invalidReasons } from './validity.ts';

/**
 * The rules of judging (a) to (f): a verdict for each claim, in the order of the claims, then one for each thing that
 * happened and no claim covers. `proofs` are what `prove` found in the same evidence. Never throws.
 */
export function judge(prediction: Prediction, evidence: Evidence, proofs: readonly Proof[]): readonly Verdict[] {
  const verdicts = [...judgeClaims(prediction, evidence), ...unpredicted(prediction, evidence)];
  const [reason] = invalidReasons(evidence, proofs);
  if (reason !== undefined) return verdicts.map((verdict) => invalid(verdict, reason));
  const held = longestDelay(evidence);
  return held > LATE ? verdicts.map((verdict) => heldUp(verdict, held)) : verdicts;
}

/** refuted before inconclusive before confirmed. */
export function worst(statuses: readonly Status[]): Status {
  if (statuses.includes('refuted')) return 'refuted';
  return statuses.length === 0 || statuses.includes('inconclusive') ? 'inconclusive' : 'confirmed';
}

function judgeClaims(prediction: Prediction, evidence: Evidence): readonly Verdict[] {
  const first = beforeRoot(prediction, evidence);
  return prediction.claims.map((claim, index) => {
    const verdict = judgeClaim(claim, evidence);
    return index === prediction.root && first !== undefined && verdict.status !== 'refuted'
      ? { ...verdict, status: 'refuted', byNoise: false, reason: first }
      : verdict;
  });
}

/**
 * Rule (f), for what began late and not only ended so: a process that was held up for longer than any window allows for sets
 * its timers late and reads late, so that neither an instant nor the order of two events speaks against a prediction.
 */
function heldUp(verdict: Verdict, held: Duration): Verdict {
  if (verdict.status !== 'refuted') return verdict;
  const reason = `Something was held up for ${held} ms, longer than the ${LATE} ms that a window allows for.`;
  return { ...verdict, status: 'inconclusive', byNoise: true, reason, suspected: verdict.reason };
}

/** Rule (a): nothing is confirmed or refuted, and what would have been refuted is kept as suspected. */
function invalid({ claim, observed, noise, status, reason: found }: Verdict, reason: string): Verdict {
  return {
    status: 'inconclusive',
    ...(claim && { claim }),
    ...(observed && { observed }),
    ...(noise === undefined ? {} : { noise }),
    reason,
    ...(status === 'refuted' ? { suspected: found } : {}),
  };
}
