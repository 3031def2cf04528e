import { mutantsOf } from './mutant.ts';

const TESTS = ['libs/experiment'];
const SOURCE = 'libs/experiment/src';

/** What is claimed, proven and refused where the service is none of ours. */
export const TARGET_MUTANTS = [
  ...mutantsOf(`${SOURCE}/predict/target.ts`, TESTS, [
    ['a timer of theirs is never early', 'const SKEW = 100', 'const SKEW = 0'],
    ['whatever ends may be early', ' && windowSpan > 0', ''],
    ['their side is claimed', "drafts.filter(({ side }) => side === 'client')", 'drafts'],
    ['a survivor is argued', "side === 'service' && outcome.is !== 'survives'", "side === 'service'"],
    ['two timers too near are asked for', "drafts.some(({ outcome }) => outcome.is === 'either')", 'false'],
    ['their process may be killed', "processFaults.some(({ side }) => side === 'service')", 'false'],
    ['they may misbehave', 'service.misbehave !== undefined', 'false'],
    ['whatever bandwidth is seen', 'return toxic.rate === 0', 'return true'],
    ['a slicer is seen', "toxic.type === 'timeout'", "toxic.type === 'timeout' || toxic.type === 'slicer'"],
  ]),
  ...mutantsOf(`${SOURCE}/predict/losers.ts`, TESTS, [
    ['their timers lose', "!(target !== undefined && side === 'service')", 'true'],
  ]),
  ...mutantsOf(`${SOURCE}/evidence/pair.ts`, TESTS, [
    ['a connection needs their record', '...(isExternal(anchor ?? {}) ? [] :', '...(false ? [] :'],
  ]),
  ...mutantsOf(`${SOURCE}/proof/prove.ts`, TESTS, [
    ['what they do not tell has not arrived', 'isExternal(evidence) ? undefined :', 'false ? undefined :'],
  ]),
  ...mutantsOf(`${SOURCE}/proof/own-bytes.ts`, TESTS, [
    ['nothing escapes from them', 'if (isExternal(evidence))', 'if (false)'],
    ['what was on its way escapes', 'at > from + PATIENCE && at <= until', 'at > from && at <= until'],
  ]),
  ...mutantsOf(`${SOURCE}/proof/canary.ts`, TESTS, [
    ['a canary that is gone waits', ' || endOfCanary(evidence, { from: Number.NEGATIVE_INFINITY, until })', ''],
    ['no canary waits for longer than the run', 'if (waiting === undefined', 'if (true'],
  ]),
];
