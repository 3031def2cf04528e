import { mutantsOf } from './mutant.ts';

const TESTS = ['libs/experiment'];
const SOURCE = 'libs/experiment/src';

/** Each rule of judging: window, span, symptom, losers, noise, validity, and what nobody predicted. */
export const JUDGE_MUTANTS = [
  ...mutantsOf(`${SOURCE}/judge/claim.ts`, TESTS, [
    [
      'a timer that fires early is no contradiction',
      "if (event.type === 'timer' && event.at < event.due)",
      'if (false)',
    ],
    [
      'the window has no beginning',
      'Math.max(within.earliest - event.at, event.at - within.latest, 0)',
      'Math.max(event.at - within.latest, 0)',
    ],
    [
      'the window has no end',
      'Math.max(within.earliest - event.at, event.at - within.latest, 0)',
      'Math.max(within.earliest - event.at, 0)',
    ],
    ['outside by exactly the noise is refuted', 'if (outside > noise)', 'if (outside >= noise)'],
    ['outside by more than the noise is no contradiction', 'if (outside > noise)', 'if (false)'],
    ['outside by less than the noise is confirmed', 'if (outside > 0) {', 'if (false) {'],
    ['noise beyond half of the margin is confirmed', 'noise > margin / 2', 'noise > margin'],
    ['noise of half of the margin is inconclusive', 'noise > margin / 2', 'noise >= margin / 2'],
    ['any span will do', 'return armed === span ? undefined :', 'return true ? undefined :'],
    [
      'an exception where none belongs is no contradiction',
      'if (symptom === null)\n    return shown[0] &&',
      'if (symptom === null)\n    return undefined &&',
    ],
    [
      'no exception where one belongs is no contradiction',
      'if (shown.length === 0) return `The caller was shown no exception',
      'if (shown.length === 0) return undefined && `The caller was shown no exception',
    ],
    ['another exception is no contradiction', '!matches(symptom, exception)', 'false'],
    ['losers are not checked', 'contradictedLoser(claim, winnerOf(event), evidence)', 'undefined'],
    [
      'losers of a survivor are not checked',
      "if (loser !== undefined) return { status: 'refuted', claim, reason: loser };",
      '',
    ],
    ['an end does not refute a survival', 'if (ended !== undefined) {', 'if (false) {'],
    [
      'a history that ends early refutes an absence',
      'Verdict {\n  const until = evidence.until ?? 0;\n  if (until < claim.within.latest)',
      'Verdict {\n  const until = evidence.until ?? 0;\n  if (false)',
    ],
  ]),
  ...mutantsOf(`${SOURCE}/judge/observed.ts`, TESTS, [
    ['any call will do', "call === undefined || ('call' in entry && entry.call === call)", 'true'],
    [
      'the timeout of a call ends the session',
      "new Set(['poolIdle', 'send', 'execution'])",
      "new Set(['poolIdle', 'execution'])",
    ],
    [
      'an operation that is done ends the session',
      "new Set(['poolIdle', 'send', 'execution'])",
      "new Set(['poolIdle', 'send'])",
    ],
  ]),
  ...mutantsOf(`${SOURCE}/judge/unpredicted.ts`, TESTS, [
    ['the timeout of a call needs no claim', "isFiring(entry, ['poolIdle', 'send'])", "isFiring(entry, ['poolIdle'])"],
    [
      'a busy service may not tell of an end later',
      'entry === event || isEndOfInput(claim, event, entry)',
      'entry === event',
    ],
  ]),
  ...mutantsOf(`${SOURCE}/judge/noise.ts`, TESTS, [
    ['delays before zero excuse', 'at >= 0 && at - ms <= until', 'at - ms <= until'],
    ['delays after the measurement excuse', 'at >= 0 && at - ms <= until', 'at >= 0'],
    ['noise counts from farther away', 'NOISE_WITHIN: Duration = 250', 'NOISE_WITHIN: Duration = 251'],
    ['noise counts from nearer by', 'NOISE_WITHIN: Duration = 250', 'NOISE_WITHIN: Duration = 249'],
    ['what an engine took for a signal is no noise', '...signalSpans(evidence, at),', ''],
    ['the lateness of timers is no noise', '...lateness.filter((late) => late !== undefined),', ''],
    ['delays and round trips are no noise', '...delays(evidence, (noise) => overlaps(noise, at)),', ''],
    ['a delay counts only where it is recorded', 'at - ms <= instant + NOISE_WITHIN', 'at <= instant + NOISE_WITHIN'],
  ]),
  ...mutantsOf(`${SOURCE}/judge/losers.ts`, TESTS, [
    ['a timer that was armed was not', 'return armed && `it was armed', 'return undefined && `it was armed'],
    ['what was not held up was', 'return notHeldUp(life, winner);', 'return undefined;'],
    ['any cancel will do', "what === 'cancelled' && by === loser.by", "what === 'cancelled'"],
    ['no cancel will do', "what === 'cancelled' && by === loser.by", 'true'],
    [
      'what was never armed was pre-empted',
      "if (armed === undefined) return 'it was not armed';",
      'if (armed === undefined) return undefined;',
    ],
    ['what was due before was pre-empted', 'armed.due <= winner.due', 'false'],
    ['what was cancelled was pre-empted', 'if (cancelled !== undefined) return', 'if (false) return'],
    ['the deadline of a loser does not matter', 'armed.due < earliest || armed.due > latest ?', 'false ?'],
  ]),
  ...mutantsOf(`${SOURCE}/judge/judge.ts`, TESTS, [
    ['an invalid experiment is judged', 'if (reason !== undefined)', 'if (false)'],
    ['a delay longer than a window refutes', 'held > LATE ?', 'false ?'],
    ['a delay as long as a window excuses', 'held > LATE ?', 'held >= LATE ?'],
    ['what is suspected is not kept', "...(status === 'refuted' ? { suspected: found } : {}),", ''],
    ['the unpredicted is not looked for', ', ...unpredicted(prediction, evidence)]', ']'],
    ['refuted is not the worst', "if (statuses.includes('refuted')) return 'refuted';", ''],
    [
      'nothing judged is confirmed',
      "statuses.length === 0 || statuses.includes('inconclusive')",
      "statuses.includes('inconclusive')",
    ],
    ['anything may come before the root', 'index === prediction.root && first !== undefined', 'false'],
  ]),
  ...mutantsOf(`${SOURCE}/judge/validity.ts`, TESTS, [
    ['clocks that are apart are one', 'entry.apart <= CLOCKS_APART', 'true'],
    ['clocks a millisecond apart are two', 'entry.apart <= CLOCKS_APART', 'entry.apart < CLOCKS_APART'],
    ['a broken history is valid', '...evidence.problems.map(({ message }) => message),', ''],
    ['an injection without proof is valid', '.filter(({ proven }) => !proven)', '.filter(() => false)'],
    ['an injector that fails is valid', 'return `The injector failed', 'return undefined && `The injector failed'],
    ['what was read back does not matter', 'return entry.same ? undefined :', 'return true ? undefined :'],
    ['an unplanned exit is valid', 'return entry.planned ? undefined :', 'return true ? undefined :'],
    ['an expired lease is valid', 'return `Nobody watched', 'return undefined && `Nobody watched'],
    [
      'a stopped experiment is valid',
      'return `The experiment was stopped',
      'return undefined && `The experiment was stopped',
    ],
    [
      'a crashed host is valid',
      'return `The host of the experiment crashed',
      'return undefined && `The host of the experiment crashed',
    ],
  ]),
  ...mutantsOf(`${SOURCE}/judge/record.ts`, TESTS, [
    ['another prediction may be judged', 'canonical(recordedPrediction) === canonical(prediction)', 'true'],
  ]),
];
