import { mutantsOf } from './mutant.ts';

const TESTS = ['libs/experiment'];
const SOURCE = 'libs/experiment/src';

/** How the two sides of a session are told: what arrives, what comes first, and what it means for the other one. */
export const STORY_MUTANTS = [
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
    ['a torn message breaks no framing', 'return torn || !calls', 'return !calls'],
    [
      'every end before a reply is the first',
      '!calls.some(({ asked, replied }) => hasCome(asked) || hasCome(replied))',
      'true',
    ],
    ['no end is the first', '!calls.some(({ asked, replied }) => hasCome(asked) || hasCome(replied))', 'false'],
    ['FIN under a call faults the channel', "const faults = ending.how === 'rst' || breaks;", 'const faults = true;'],
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
    [
      'a call that opens writes its request before the session is open',
      'later(exactly(call.step.at), ready)',
      'exactly(call.step.at)',
    ],
    ['operations take no time', 'after(dispatched, lastsFor(call.plan))', 'dispatched'],
    ['one-way calls are answered', 'isOneWay(plan) ? [] : sending(`reply', 'false ? [] : sending(`reply'],
  ]),
  ...mutantsOf(`${SOURCE}/predict/service-story.ts`, TESTS, [
    ['no request starts the idle timer again', 'idle = idle && rearmedClock(idle, read);', ''],
  ]),
  ...mutantsOf(`${SOURCE}/predict/clocks.ts`, TESTS, [
    ['the operation has another span', 'span: scenario.client.operationTimeout', 'span: scenario.client.openTimeout'],
    ['the operation is never stopped', "stop(replied, 'replied')", '{}'],
    [
      'a one-way call is stopped by a reply',
      "isOneWay(plan) ? stop(sent, 'transmitted') : stop(replied, 'replied')",
      "stop(replied, 'replied')",
    ],
  ]),
  ...mutantsOf(`${SOURCE}/predict/losers.ts`, TESTS, [
    ['of a timer armed again the first time counts', 'clocks.findLast(isBefore) ?? clocks[0]', 'clocks[0]'],
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
