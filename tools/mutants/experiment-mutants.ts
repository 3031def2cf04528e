import { mutantsOf } from './mutant.ts';
import { STORY_MUTANTS } from './story-mutants.ts';
import { TARGET_MUTANTS } from './target-mutants.ts';

const TESTS = ['libs/experiment'];
const SOURCE = 'libs/experiment/src';

/** What is filled in where a scenario says nothing. */
const DEFAULTS = mutantsOf(`${SOURCE}/defaults.ts`, TESTS, [
  [
    "the client's open timeout",
    "openTimeout: OPEN_TIMEOUT,\n  closeTimeout: CLOSE_TIMEOUT,\n  operationTimeout: SEND_TIMEOUT,\n};\n\n/** WCF's defaults of a client's connection pool",
    "openTimeout: CHANNEL_INITIALIZATION_TIMEOUT,\n  closeTimeout: CLOSE_TIMEOUT,\n  operationTimeout: SEND_TIMEOUT,\n};\n\n/** WCF's defaults of a client's connection pool",
  ],
  [
    "the client's close timeout",
    "closeTimeout: CLOSE_TIMEOUT,\n  operationTimeout: SEND_TIMEOUT,\n};\n\n/** WCF's defaults of a client's connection pool",
    "closeTimeout: CHANNEL_INITIALIZATION_TIMEOUT,\n  operationTimeout: SEND_TIMEOUT,\n};\n\n/** WCF's defaults of a client's connection pool",
  ],
  ["the client's operation timeout", 'operationTimeout: SEND_TIMEOUT', 'operationTimeout: RECEIVE_TIMEOUT'],
  ["the service's send timeout", '  sendTimeout: SEND_TIMEOUT', '  sendTimeout: RECEIVE_TIMEOUT'],
  ["the client's call style", "callStyle: 'sync'", "callStyle: 'duplex'"],
  [
    "the service's open timeout",
    'openTimeout: OPEN_TIMEOUT,\n  closeTimeout: CLOSE_TIMEOUT,\n  receiveTimeout',
    'openTimeout: RECEIVE_TIMEOUT,\n  closeTimeout: CLOSE_TIMEOUT,\n  receiveTimeout',
  ],
  [
    "the service's close timeout",
    'closeTimeout: CLOSE_TIMEOUT,\n  receiveTimeout',
    'closeTimeout: RECEIVE_TIMEOUT,\n  receiveTimeout',
  ],
  ["the service's receive timeout", 'receiveTimeout: RECEIVE_TIMEOUT', 'receiveTimeout: OPEN_TIMEOUT'],
  [
    "the service's channel initialization timeout",
    'channelInitializationTimeout: CHANNEL_INITIALIZATION_TIMEOUT',
    'channelInitializationTimeout: OPEN_TIMEOUT',
  ],
  [
    "the service's idle timeout",
    'channelInitializationTimeout: CHANNEL_INITIALIZATION_TIMEOUT,\n  idleTimeout: IDLE_TIMEOUT',
    'channelInitializationTimeout: CHANNEL_INITIALIZATION_TIMEOUT,\n  idleTimeout: OPEN_TIMEOUT',
  ],
  [
    "the pool's idle timeout",
    'idleTimeout: IDLE_TIMEOUT,\n  leaseTimeout',
    'idleTimeout: OPEN_TIMEOUT,\n  leaseTimeout',
  ],
  ["the pool's lease timeout", 'leaseTimeout: LEASE_TIMEOUT', 'leaseTimeout: OPEN_TIMEOUT'],
]);

const WINDOW = mutantsOf(`${SOURCE}/predict/window.ts`, TESTS, [
  ['early is larger', 'EARLY: Duration = 5', 'EARLY: Duration = 6'],
  ['early is smaller', 'EARLY: Duration = 5', 'EARLY: Duration = 4'],
  ['late is larger', 'LATE: Duration = 100', 'LATE: Duration = 101'],
  ['late is smaller', 'LATE: Duration = 100', 'LATE: Duration = 99'],
  ['the share of the timer', 'LATE_SHARE = 0.01', 'LATE_SHARE = 0.02'],
  ['undecided below', 'UNDECIDED_BELOW: Duration = 200', 'UNDECIDED_BELOW: Duration = 201'],
  ['the spread of the toxics is no part of it', 'at + spread + LATE', 'at + LATE'],
  [
    'a window that holds the runner-up decides',
    'Math.max(UNDECIDED_BELOW, LATE + Math.ceil(span * LATE_SHARE))',
    'UNDECIDED_BELOW',
  ],
]);

const CLOCKS = mutantsOf(`${SOURCE}/predict/clocks.ts`, TESTS, [
  ['a stopped clock fires', '(clock.stopped === undefined || clock.stopped.at.at > rings.at)', 'true'],
  [
    'channelInitialization has another span',
    'span: scenario.service.channelInitializationTimeout',
    'span: scenario.service.openTimeout',
  ],
  ['channelInitialization is never stopped', "...stop(contentType, 'contentTypeRead'),", ''],
  [
    'channelInitialization is stopped by another name',
    "...stop(contentType, 'contentTypeRead'),",
    "...stop(contentType, 'preambleRead'),",
  ],
  [
    'the idle timer of a reused connection is never stopped',
    "...idle, ...stop(contentType, 'contentTypeRead')",
    '...idle',
  ],
  ["the service's open is never stopped", "...stop(preambleEnd, 'opened'),", ''],
  ["the service's clocks count from nought", 'since: contentType, still:', 'since: exactly(0), still:'],
  ['receive has another span', 'span: receiveTimeout', 'span: openTimeout'],
  ['receive is never stopped', "...stop(endAtService, 'ended'),", ''],
  ['poolIdle has another span', 'span: scenario.service.idleTimeout', 'span: scenario.service.openTimeout'],
  ["the client's open has another span", ': scenario.client.openTimeout', ': scenario.client.closeTimeout'],
  [
    'a call that opens has the time of an open',
    'opensByCall(scenario) ? scenario.client.operationTimeout : scenario.client.openTimeout',
    'scenario.client.openTimeout',
  ],
  ["the client's open is never stopped", "...stop(acknowledged, 'opened'),", ''],
  ['close has another span', 'span: scenario.client.closeTimeout', 'span: scenario.client.openTimeout'],
  ['close is never stopped', "...stop(answered, 'closed'),", ''],
]);

const RACE = mutantsOf(`${SOURCE}/predict/race.ts`, TESTS, [
  ['the latest wins', 'momentOf(one).at - momentOf(other).at ||', 'momentOf(other).at - momentOf(one).at ||'],
  ['an infinite clock takes part', '.filter((contender) => !never(contender))', ''],
  ['nothing is too near', '!ordered(first, other) && tooNear(first, other)', 'false'],
  ['the spread of the first makes nothing nearer', 'momentOf(other).at - (at + spread) <', 'momentOf(other).at - at <'],
  ["a window's share of the span makes nothing nearer", "first.kind === 'clock' ? first.clock.span : 0", '0'],
  [
    'what arrives in order may be in doubt',
    "first.kind === 'mail' && (other.kind === 'end' || other.kind === 'mail')",
    'false',
  ],
]);

const LOSERS = mutantsOf(`${SOURCE}/predict/losers.ts`, TESTS, [
  ['a raw client has timers', ".filter(({ side }) => !(client.raw && side === 'client'))", ''],
  ['the winner is among the losers', '.filter((candidate) => !wins(root, candidate))', ''],
  [
    'poolIdle loses to a graceful end',
    ".filter(({ timer }) => !(root.ends === 'graceful' && timer === 'poolIdle'))",
    '',
  ],
  [
    'a clock that starts later is said to be pre-empted',
    'clock === undefined || clock.since.at > root.at.at',
    'clock === undefined',
  ],
  [
    'an infinite clock is said to be pre-empted',
    "if (clock.span === INFINITE) return { side, timer, why: 'disabled' };",
    '',
  ],
  ['a cancelled clock is said to be pre-empted', 'if (stopped !== undefined && stopped.at.at < before)', 'if (false)'],
  [
    'what stops with the end has not been stopped',
    "root.ends === 'abruptly' || root.ends === 'call' ? root.at.at : root.at.at + 1",
    'root.at.at',
  ],
  ['the deadline of a loser is not named', 'due.spread > KNOWN_WITHIN ? {} : { wouldFireAt: due.at }', '{}'],
  ['every deadline is named', 'due.spread > KNOWN_WITHIN ? {} :', ''],
  ['deadlines are known within less', 'KNOWN_WITHIN: Duration = 5', 'KNOWN_WITHIN: Duration = 4'],
  ['the margin is that to the last', 'Math.min(...distances)', 'Math.max(...distances)'],
  ['the spread takes nothing from the margin', 'rival - at - spread', 'rival - at'],
  ['the stop of the winner is no rival', 'clock.stopped === undefined ? [] : [clock.stopped.at.at];', '[];'],
  ['stopped clocks are rivals', '(clock.stopped === undefined || clock.stopped.at.at >= at)', 'true'],
]);

const PATH = mutantsOf(`${SOURCE}/predict/path.ts`, TESTS, [
  ['latency spreads less', 'LATENCY_SPREAD: Duration = 5', 'LATENCY_SPREAD: Duration = 4'],
  [
    'what is lost arrives',
    "if (crossing.is !== 'arrives') return undefined;",
    "if (crossing.is !== 'arrives') continue;",
  ],
  ['an end overtakes what is held', "if (crossing.is === 'held') return undefined;", ''],
  [
    'an end overtakes what is delayed',
    "if (crossing.is === 'arrives' && crossing.at.at > at.at) latest = later(latest, crossing.at);",
    '',
  ],
  ['a reset crosses the proxy', "scenario.path === 'direct' ? 'rst' : 'fin'", "'rst'"],
  ['no reset is ever seen', "scenario.path === 'direct' ? 'rst' : 'fin'", "'fin'"],
  ['down refuses nothing', "injection.toxic.type === 'down' && active(injection, at)", 'false'],
  ['down cuts nothing', "toxic.type === 'down' && at > since", 'false'],
  ['the later cut counts', 'one.at.at - other.at.at)[0]', 'other.at.at - one.at.at)[0]'],
  [
    'faults on a direct path are predicted',
    "if (scenario.path === 'direct' && scenario.faults.length > 0) {",
    'if (false) {',
  ],
  ['jitter is predicted', "toxic.type === 'latency' && toxic.jitter > 0", 'false'],
  ['slices of chance are predicted', "toxic.type === 'slicer' && toxic.size_variation > 0", 'false'],
  ['a timeout toxic above nought is predicted', "toxic.type === 'timeout' && toxic.timeout > 0", 'false'],
  ['two toxics at a time are predicted', 'next !== undefined && next.at <= healOf(injection)', 'false'],
  ['a heal is nothing', 'return heal ?? INFINITE;', 'return INFINITE;'],
  ['a toxic is active before it is there', 'injection.at <= at && at < healOf(injection)', 'at < healOf(injection)'],
  [
    'a hold never lets go',
    "condition.heal === undefined ? { is: 'held' } : { is: 'arrives', at: exactly(condition.heal) }",
    "{ is: 'held' }",
  ],
  [
    'bandwidth delays nothing',
    'least: sent.bytes.least / toxic.rate, most: sent.bytes.most / toxic.rate',
    'least: 0, most: 0',
  ],
  [
    'latency delays nothing',
    '{ least: toxic.latency, most: toxic.latency + LATENCY_SPREAD }',
    '{ least: 0, most: LATENCY_SPREAD }',
  ],
  [
    'the slicer delays nothing',
    'delayed(condition, sent, slicing(toxic, sent.bytes))',
    'delayed(condition, sent, { least: 0, most: 0 })',
  ],
  ["the slicer's delay is in ms", 'toxic.delay / 1_000', 'toxic.delay'],
  [
    'limit_data lets everything pass',
    "passes(toxic.bytes, counted(condition, sends)) ? { is: 'arrives', at: sent.at } : { is: 'dropped' }",
    "{ is: 'arrives', at: sent.at }",
  ],
  ['limit_data drops the last byte', 'if (most <= limit) return true;', 'if (most < limit) return true;'],
  ['limit_data never cuts', 'if (least >= limit) return true;', ''],
  [
    'the removal of a timeout toxic cuts nothing',
    'heal === undefined || heal <= since ? [] : [{ at: exactly(heal), to: direction }]',
    '[]',
  ],
  ['a heal does not let go what is delayed', 'Math.min(Math.floor(at.at + least), heal)', 'Math.floor(at.at + least)'],
]);

/**
 * Each default, each rule of prediction. Not in the list is what can change no prediction yet: an infinite clock is left out of
 * every race already; a clock that is stopped at the instant at which it is due is a doubt, whoever is first; the service's
 * open timeout never wins where the preamble's last two bytes come together; nothing but the pool fires before a root; what
 * a side that is gone would still have written comes after its end, and is read by nobody.
 */
export const EXPERIMENT_MUTANTS = [
  ...DEFAULTS,
  ...WINDOW,
  ...CLOCKS,
  ...RACE,
  ...LOSERS,
  ...PATH,
  ...STORY_MUTANTS,
  ...TARGET_MUTANTS,
];
