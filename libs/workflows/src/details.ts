import {
  type Claim,
  claimInWords,
  type JudgedScenario,
  type Prediction,
  predict,
  type Scenario,
  seconds,
} from '@lapse/experiment';

/** Details may have 20,000 bytes; so many claims stay far below. */
const MOST_CLAIMS = 60;

/**
 * What the web UI shows of a scenario as its details, in Markdown: what is predicted, claim by claim. For people alone: the prediction that
 * is judged is the input of `startExperiment`.
 */
export function detailsOf(scenario: Scenario): string {
  try {
    return predictionInMarkdown(predict(scenario));
  } catch (error) {
    // It is the workflow of the scenario that fails by this, not that of its suite.
    return `Nothing can be predicted: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The web UI hides the end of such a text: this much more, which nobody sees, is enough. */
const HIDDEN = ['', '\u00a0'];

function predictionInMarkdown(prediction: Prediction): string {
  const { claims, root, argued = [] } = prediction;
  const shown = claims.slice(0, MOST_CLAIMS).map((claim, index) => {
    const line = `${inWords(claim)} (${claim.because})`;
    return `- ${index === root ? `**${line}**` : line}`;
  });
  const left = claims.length - shown.length;
  const margin = claims[root]?.margin;
  return [
    `Predicted: ${answerOf(prediction)}`,
    ...(margin === undefined ? [] : ['', `The next event would come ${seconds(margin)} later.`]),
    '',
    ...shown,
    ...(left > 0 ? ['', `${left} more claims are left off here.`] : []),
    ...(argued.length === 0 ? [] : ['', `Argued, and not judged: ${argued.map(inWords).join('; ')}.`]),
    ...HIDDEN,
  ].join('\n');
}

/** The claim that answers "which timeout", in a few words: `the service's receive timeout at 5.000 s`. */
export function answerOf({ claims, root }: Prediction): string {
  const claim = claims[root];
  return claim === undefined ? 'nothing' : inWords(claim);
}

function inWords(claim: Claim): string {
  const { subject, outcome, at } = claim;
  const words = claimInWords(claim);
  const whose = words.replace(/^its /, `the ${subject.side}'s `);
  const ofCall = subject.call === undefined || outcome.is === 'completes' ? '' : ` for call ${subject.call}`;
  return `${whose === words ? `${subject.side}: ${words}` : whose}${ofCall} at ${seconds(at)}`;
}

/** What the web UI shows of a scenario that has ended, in Markdown: the verdict, why, and where the evidence lies. */
export function outcomeOf({ status, experiments }: JudgedScenario): string {
  const last = experiments.at(-1);
  const reason = last?.verdicts[last.root]?.reason;
  const observed = last?.verdicts[last.root]?.observed;
  return [
    `**${status}**`,
    '',
    ...(observed === undefined ? [] : [`- observed: ${observed.what} at ${seconds(observed.at)}`]),
    ...(reason === undefined ? [] : [`- ${reason}`]),
    ...experiments.map(({ folder }) => `- evidence: ${folder}`),
    ...HIDDEN,
  ].join('\n');
}
