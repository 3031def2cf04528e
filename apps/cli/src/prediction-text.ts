import { type Claim, type Loser, type Prediction, RULES, timeoutInWords } from '@lapse/experiment';
import { describeClaim, seconds } from './words.ts';

/** A prediction in plain text: the answer first, then every claim with its reason and the timers that lost. */
export function predictionText(predicted: {
  readonly scenario: string;
  readonly about: string;
  readonly prediction: Prediction;
  readonly unmeasurable?: string;
}): string {
  const { scenario, about, prediction, unmeasurable } = predicted;
  const { claims, root, argued = [] } = prediction;
  const answer = claims[root];
  return [
    `${scenario}: ${about}`,
    ...(answer ? [`Predicted: ${describeClaim(answer)} (claim ${root + 1}).`] : ['Nothing is predicted.']),
    ...(unmeasurable === undefined ? [] : [`It cannot be measured here: ${unmeasurable}`]),
    ...claims.flatMap((claim, index) => ['', ...claimText(claim, index, index === root)]),
    ...arguedText(argued),
  ].join('\n');
}

/** What follows for a service that keeps no record for us. */
function arguedText(argued: readonly Claim[]): readonly string[] {
  if (argued.length === 0) return [];
  return ['', `Argued, and not judged: ${argued.map(describeClaim).join('; ')}.`];
}

function claimText(claim: Claim, index: number, isRoot: boolean): readonly string[] {
  const { within, because, margin, losers } = claim;
  return [
    `${index + 1}. ${describeClaim(claim)}${isRoot ? '   <- the root' : ''}`,
    `   within   ${seconds(within.earliest)} to ${seconds(within.latest)}`,
    `   because  ${because}${ruleWords(because)}`,
    ...symptomText(claim),
    ...(margin === undefined ? [] : [`   margin   ${seconds(margin)} to what would have been next`]),
    ...losers.map((loser, place) => `   ${place === 0 ? 'lost' : '    '}     ${loserWords(loser)}`),
  ];
}

function ruleWords(id: string): string {
  const rule = RULES.find((one) => one.id === id);
  return rule === undefined ? '' : `: ${rule.formula} (${rule.calibration})`;
}

function symptomText({ symptom, subject }: Claim): readonly string[] {
  if (symptom === undefined) return [];
  const shown = symptom === null ? 'no exception' : `${symptom.exception}: "... ${symptom.message} ..."`;
  return [`   shown    to the ${subject.side}'s ${subject.side === 'client' ? 'caller' : 'operation'}: ${shown}`];
}

function loserWords({ side, timer, why, by, wouldFireAt }: Loser): string {
  const due = wouldFireAt === undefined ? '' : `, due at ${seconds(wouldFireAt)}`;
  return `${side} ${timeoutInWords(timer, side)}: ${REASONS[why] ?? why}${by === undefined ? '' : ` (${by})`}${due}`;
}

const REASONS: Readonly<Record<string, string>> = {
  preemptedBy: 'runs, but something else comes first',
  resetBy: 'starts anew',
  notArmed: 'is never started',
  disabled: 'is infinite',
  deadSetting: 'is a setting that nothing reads',
  cancelledBy: 'is cancelled',
  notRunning: 'cannot fire: its process does not run',
};
