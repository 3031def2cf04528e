import { mutantsOf } from './mutant.ts';

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
  ["the client's open has another span", 'span: scenario.client.openTimeout', 'span: scenario.client.closeTimeout'],
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
    "root.ends === 'abruptly' ? root.at.at : root.at.at + 1",
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

const STORIES = [
  ...mutantsOf(`${SOURCE}/predict/losers.ts`, TESTS, [
    [
      'what a freeze holds up is said to be pre-empted',
      'if (due.at <= root.at.at && clock.still !== undefined)',
      'if (false)',
    ],
  ]),
  ...mutantsOf(`${SOURCE}/predict/clocks.ts`, TESTS, [
    ['a freeze holds up no clock', 'asLived(clock.still, due)', 'due'],
  ]),
  ...mutantsOf(`${SOURCE}/predict/preamble.ts`, TESTS, [
    ['the shortest preamble', 'PREAMBLE_LENGTH: Extent = { least: 32', 'PREAMBLE_LENGTH: Extent = { least: 33'],
    ['the longest preamble', 'least: 32, most: 128 }', 'least: 32, most: 129 }'],
    ['a cut preamble leaves at once', 'openedAt + cut.pause', 'openedAt'],
    [
      'the content type ends with the preamble',
      'untilContentType: [...before, last(1)]',
      'untilContentType: [...before, last(0)]',
    ],
    ['a cut within the content type is predicted', 'cut.after > PREAMBLE_LENGTH.least - 2', 'false'],
  ]),
  ...mutantsOf(`${SOURCE}/predict/moment.ts`, TESTS, [
    ['a duration is not added', 'at: at + duration, spread', 'at, spread'],
    ['the earlier is the later', 'Math.max(one.at, other.at)', 'Math.min(one.at, other.at)'],
  ]),
  ...mutantsOf(`${SOURCE}/predict/mail.ts`, TESTS, [
    [
      'half a preamble has a content type',
      "complete ? read(arrivalOf(scenario, 'upstream', alive(preamble.untilContentType)))",
      "true ? read(arrivalOf(scenario, 'upstream', alive(preamble.untilContentType)))",
    ],
  ]),
  ...mutantsOf(`${SOURCE}/predict/service-story.ts`, TESTS, [
    ['the service closes without a claim', 'drafts: [closed, ...(expired', 'drafts: [...(expired'],
    [
      'the pool does not see the client go',
      "[{ kind: 'clock', clock: pool }, ending && { kind: 'end', ending }, taken]",
      "[{ kind: 'clock', clock: pool }, taken]",
    ],
    [
      'the pool does not see the next session come',
      "[{ kind: 'clock', clock: pool }, ending && { kind: 'end', ending }, taken]",
      "[{ kind: 'clock', clock: pool }, ending && { kind: 'end', ending }]",
    ],
    ['the pool never gives up', "first?.kind === 'clock' ? idleFiring(pool) : undefined", 'undefined'],
    [
      'an idle connection that is let go ends a session',
      "return { ...firing(idle), ends: 'no' };",
      'return firing(idle);',
    ],
    ['what is left to the next session has no timer', "first?.kind === 'step' ? { idle: pool } : {}", '{}'],
    [
      'the service does not see the client go',
      "if (first?.kind !== 'end') return { drafts: [] };",
      'return { drafts: [] };',
    ],
  ]),
  ...mutantsOf(`${SOURCE}/predict/client-story.ts`, TESTS, [
    ['a refused open shows no exception', 'symptom: symptomsOf(scenario).refused', 'symptom: null'],
    [
      'an open that times out shows the exception of close',
      'symptomsOf(scenario).openTimedOut',
      'symptomsOf(scenario).closeTimedOut',
    ],
    ['a rejected open shows a reset', "first.ending.how === 'fin' ? rejected : reset", 'reset'],
    ['a reset open shows a rejection', "first.ending.how === 'fin' ? rejected : reset", 'rejected'],
    [
      'uses of a channel that failed to open succeed',
      'drafts: [draft, ...usesOfFaulted(scenario, steps, mail)], clocks, over, ...(doubt',
      'drafts: [draft], clocks, over, ...(doubt',
    ],
  ]),
  ...mutantsOf(`${SOURCE}/predict/opened-story.ts`, TESTS, [
    [
      'a close that times out shows the exception of open',
      'return firing(clock, closeTimedOut);',
      'return firing(clock, symptomsOf(this.#scenario).openTimedOut);',
    ],
    [
      'an interrupted close shows a reset',
      "ending.how === 'fin' ? prematureEnd : reset;\n        if",
      'reset;\n        if',
    ],
    [
      'nobody reads',
      "this.#scenario.client.callStyle === 'duplex' || (isPumping(this.#scenario) && this.#called.length > 0)",
      'false',
    ],
    [
      'everybody reads',
      "this.#scenario.client.callStyle === 'duplex' || (isPumping(this.#scenario) && this.#called.length > 0)",
      'true',
    ],
    [
      'an asynchronous client reads from open on',
      '(isPumping(this.#scenario) && this.#called.length > 0)',
      'isPumping(this.#scenario)',
    ],
    ['a call that is lost leaves the session open', "} else if (standing.is !== 'opened') this.#lost = standing;", '}'],
    ['two calls side by side see two ends', '.filter((draft) => !this.#isToldAlready(draft))', ''],
    ['a close waits for no call', "stillOut(this.#called, step.at) && this.#standing.is === 'opened'", 'false'],
    [
      'a close does not mind that the service is busy',
      'if (busy !== undefined) this.#suspect(',
      'if (false) this.#suspect(',
    ],
    [
      'one thread makes two calls at a time',
      'isPumping(this.#scenario) ? undefined : waitingFor(call, next, called)',
      'undefined',
    ],
  ]),
  ...mutantsOf(`${SOURCE}/predict/call-story.ts`, TESTS, [
    [
      'a timeout behind a pump faults the channel',
      'if (isPumping(scenario))\n    return {',
      'if (false)\n    return {',
    ],
    [
      'every end before a reply is the first',
      '!calls.some(({ replied }) => replied !== undefined && replied.at <= at.at)',
      'true',
    ],
    ['no end is the first', '!calls.some(({ replied }) => replied !== undefined && replied.at <= at.at)', 'false'],
    ['FIN under a call faults the channel', "const faults = ending.how === 'rst' || first;", 'const faults = true;'],
    ['a pump is told the reason', 'const shown = isPumping(scenario) ? noReply : own;', 'const shown = own;'],
    [
      'a call on a faulted channel is told the reason',
      "if (standing.is === 'faulted') return { draft: failing(faulted), standing };",
      "if (standing.is === 'faulted') return { draft: failing(reset), standing };",
    ],
    ['a pump may call on', 'if (isPumping(scenario)) return { draft: failing(autoClosed), standing };', ''],
    [
      'a reset that nobody read is told for ever',
      "{ draft: failing(reset), standing: { is: 'faulted' } }",
      '{ draft: failing(reset), standing }',
    ],
    ['asynchronous calls do not pump', "client.callStyle !== 'sync'", "client.callStyle === 'duplex'"],
  ]),
  ...mutantsOf(`${SOURCE}/predict/mail.ts`, TESTS, [
    ['operations run side by side', 'free === undefined ? arrived : later(arrived, free)', 'arrived'],
    ['operations take no time', 'after(dispatched, lastsFor(plan))', 'dispatched'],
    ['one-way calls are answered', '.filter(({ plan }) => !isOneWay(plan))', ''],
  ]),
  ...mutantsOf(`${SOURCE}/predict/service-story.ts`, TESTS, [
    ['no request starts the idle timer again', 'idle = idle && rearmedClock(idle, dispatched);', ''],
  ]),
  ...mutantsOf(`${SOURCE}/predict/clocks.ts`, TESTS, [
    ['the operation has another span', 'span: scenario.client.operationTimeout', 'span: scenario.client.openTimeout'],
    ['the operation is never stopped', "...stop(replied, 'replied'),", ''],
  ]),
  ...mutantsOf(`${SOURCE}/predict/losers.ts`, TESTS, [
    [
      'of a timer armed again the first time counts',
      'clocks.findLast(({ since }) => since.at <= root.at.at) ?? clocks[0]',
      'clocks[0]',
    ],
  ]),
  ...mutantsOf(`${SOURCE}/predict/course.ts`, TESTS, [
    ['the client always ends first', 'if (endsFirst(service, client))', 'if (false)'],
    [
      'the service ends first when it ends last',
      'service.over.at.at < client.over.at.at',
      'service.over.at.at > client.over.at.at',
    ],
    ['the peer comes before an earlier cut', 'byPeer.at.at < byInjector.at.at ? byPeer : byInjector', 'byPeer'],
    ['a cut comes before an earlier peer', 'byPeer.at.at < byInjector.at.at ? byPeer : byInjector', 'byInjector'],
    ['timers of both sides are never too near', 'tooNear(first, rival) ? { across: { first, rival } } : {}', '{}'],
  ]),
  ...mutantsOf(`${SOURCE}/predict/course.ts`, TESTS, [
    ['a connection that is too old is used', 'if (isTooOld(scenario, left, start.at))', 'if (false)'],
    [
      'a preamble that fails on a pooled connection fails the open',
      'if (failed === undefined) return reusing;',
      'return reusing;',
    ],
    ['the second attempt begins with the first', 'afresh(failed.at)', 'afresh(start.at)'],
    ['nobody says that a connection was given up', 'drafts: [discarded, ...client.drafts]', 'drafts: client.drafts'],
    [
      'a service that is gone answers',
      'const gone = left !== undefined && left.idle === undefined;',
      'const gone = false;',
    ],
    ['a pooled connection ends with its session', 'if (over.pooled) return undefined;', ''],
    [
      'the lease counts from the last session',
      'const { connectedAt = this.#attempt.at } = this.#attempt.left ?? {};',
      'const connectedAt = this.#attempt.at;',
    ],
  ]),
  ...mutantsOf(`${SOURCE}/predict/pool.ts`, TESTS, [
    ['the pool has no idle timeout', 'over: at - returnedAt.at - idleTimeout', 'over: -1_000'],
    ['the idle timeout counts from the connect', 'at - returnedAt.at - idleTimeout', 'at - connectedAt - idleTimeout'],
    ['the pool has no lease', 'over: at - connectedAt - leaseTimeout', 'over: -1_000'],
    ['the lease counts from the return', 'at - connectedAt - leaseTimeout', 'at - returnedAt.at - leaseTimeout'],
    ['what may or may not be too old is predicted', 'Math.abs(over) < UNDECIDED_BELOW', 'false'],
    ['what came while nobody read is known when it came', 'ending.at.at >= at ? ending :', 'true ? ending :'],
    ['limit_data on a pooled connection is predicted', "toxic.type === 'limit_data'", 'false'],
  ]),
  ...mutantsOf(`${SOURCE}/predict/predict.ts`, TESTS, [
    ['the root is the last', '.sort(inOrder)', '.sort((one, other) => inOrder(other, one))'],
    ['a graceful end is not the root', "graceful.find(({ side }) => side === 'client') ??", ''],
    ['survivors are not claimed', '(undecided ? [] : survivorsOf(scenario, course, endings))', '[]'],
    ['what may fall behind the end of the run is claimed', 'if (from < runFor && to > runFor) {', 'if (false) {'],
    ['what comes after the run is claimed', 'return to <= runFor;', 'return true;'],
    ['the root has no losers', 'losers: isRoot ? losersAt(draft, clocks, scenario) : []', 'losers: []'],
    ['no margin', "isRoot || draft.outcome.is === 'fires' ? marginAt(draft, clocks) : undefined", 'undefined'],
    ['a write beside an edge is predicted', 'Math.abs(at - edge) < EDGE', 'false'],
  ]),
];

/**
 * Each default, each rule of prediction. Not in the list is what can change no prediction yet: an infinite clock is left out of
 * every race already; a clock that is stopped at the instant at which it is due is a doubt, whoever is first; the service's
 * open timeout never wins where the preamble's last two bytes come together; nothing but the pool fires before a root; what
 * a side that is gone would still have written comes after its end, and is read by nobody.
 */
export const EXPERIMENT_MUTANTS = [...DEFAULTS, ...WINDOW, ...CLOCKS, ...RACE, ...LOSERS, ...PATH, ...STORIES];
