import { mutantsOf } from './mutant.ts';

const TESTS = ['libs/protocol'];
const PROXY = 'libs/protocol/src/channel/proxy.ts';
const RUNS = 'libs/protocol/src/service/operation-runs.ts';
const DISPATCHER = 'libs/protocol/src/service/session-dispatcher.ts';
const SERVICE = 'libs/protocol/src/service/service-connection.ts';

/** Each timer of a call, on either side: its arm, what counts from where, and its cancel. */
export const CALL_MUTANTS = [
  ...mutantsOf(PROXY, TESTS, [
    [
      'the operation timeout is not armed',
      "this.#timers.arm('send', { since: calledAt, after: timeout, call: call.call }, 'call')",
      '[]',
    ],
    [
      'the operation timeout counts from where the message leaves',
      'since: calledAt, after: timeout',
      'since: now, after: timeout',
    ],
    ['calls share one operation timeout', 'after: timeout, call: call.call }', 'after: timeout }'],
    ['a reply does not cancel the operation timeout', "this.#timers.cancelOne('send', call.call, by)", '[]'],
    [
      'an open that a call makes has the open timeout',
      'this.#channel.open(begun.timeout, now)',
      "this.#channel.handle({ type: 'open' }, now)",
    ],
    ['a changed operation timeout counts for nothing', 'this.#operationTimeout = event.operationTimeout;', ''],
    ['an operation timeout of 0 sends the message', 'if (timeout === 0) return this.#timedOut(begun);', ''],
    ['a timeout faults no channel', 'if (written && !this.#isBlocking) return told;', 'return told;'],
    ['a timeout behind a pump faults the channel', 'if (written && !this.#isBlocking) return told;', ''],
    [
      'a blocked write is told as a missing reply',
      'const blocked = transmission !== undefined && !written;',
      'const blocked = false;',
    ],
    [
      'an aborted open leaves its call',
      'return [...opening, ...this.#fail(this.#outstanding, exception, by)];',
      'return this.#fail(this.#outstanding, exception, by);',
    ],
    [
      'asynchronous calls do not pump',
      "if (this.#settings.callStyle === 'async') return this.#channel.read('pump');",
      '',
    ],
  ]),
  ...mutantsOf(RUNS, TESTS, [
    ['an operation takes no time', 'if (after === 0) return', 'if (after >= 0) return'],
    [
      'an operation takes its time from nought',
      "arm('execution', { since: now, after,",
      "arm('execution', { since: 0, after,",
    ],
    [
      'a callback is refused as a deadlock even on a session that idled',
      "if (this.#over?.code === 'timedOut' && this.#over.timer === 'receive') return over;",
      '',
    ],
    [
      'what has become of the session comes before a deadlock',
      "if (!oneWay && this.#calls.concurrencyMode === 'single') return callbackWouldDeadlock();",
      "if (!oneWay && over === undefined && this.#calls.concurrencyMode === 'single') return callbackWouldDeadlock();",
    ],
    [
      'what waits for the instance begins without a connection',
      "this.#runs = this.#runs.filter(({ doing }) => doing.type !== 'waiting');",
      '',
    ],
    [
      'a callback has no timeout',
      "...this.#owner.timers.arm('send', { since: now, after: sendTimeout, call: run.call }, 'callback'), sent",
      'sent',
    ],
    [
      'a callback counts from nought',
      "arm('send', { since: now, after: sendTimeout, call: run.call }, 'callback')",
      "arm('send', { since: 0, after: sendTimeout, call: run.call }, 'callback')",
    ],
    ['an answered callback times out', "this.#owner.timers.cancelOne('send', run.call, by)", '[]'],
  ]),
  ...mutantsOf(DISPATCHER, TESTS, [
    ['a reentrant service leaves unread what comes', "if (this.#calls.concurrencyMode !== 'single') return true;", ''],
    [
      'a reentrant service has no instance to wait for',
      'if (!this.#runs.isTaken) return [dispatched',
      'if (this.#runs) return [dispatched',
    ],
    [
      'the write of a reply has no timeout',
      "this.#timers.arm('send', { since: now, after: this.#calls.sendTimeout, call }, 'answer')",
      '[]',
    ],
    [
      'the write of a reply counts from nought',
      "arm('send', { since: now, after: this.#calls.sendTimeout, call }, 'answer')",
      "arm('send', { since: 0, after: this.#calls.sendTimeout, call }, 'answer')",
    ],
    ['a reply that was written times out', "this.#timers.cancelOne('send', answer.call, 'transmitted')", '[]'],
    ['a lost session leaves the timers of its replies', "this.#timers.cancel(['send'], why.code)", '[]'],
    [
      'a close behind the End of the client waits for another',
      "if (this.#state === 'inputEnded') return this.#over({ code: 'peerEnded' }, now);",
      '',
    ],
    [
      'operations reply behind the End of their service',
      "...this.#runs.closed({ code: 'closed' }, now), ...this.#proceed(now)];\n  }\n\n  transmitted",
      '...this.#proceed(now)];\n  }\n\n  transmitted',
    ],
    [
      'the End that waits is not read when its service closes',
      ", ...this.#runs.closed({ code: 'closed' }, now), ...this.#proceed(now)]",
      ", ...this.#runs.closed({ code: 'closed' }, now)]",
    ],
    [
      'a request behind the End of its service is not waited for',
      "if (this.#state === 'outputEnded') return this.#inbox[0]?.type === 'ended';",
      "if (this.#state === 'outputEnded') return true;",
    ],
    [
      'an operation keeps the End of the client from being read',
      "if (this.#state === 'outputEnded') return this.#inbox[0]?.type === 'ended';",
      '',
    ],
    [
      'a request behind the End of its service is a mistake',
      "if (this.#state === 'closing') return this.#takeWhileClosing(item, now);",
      "if (this.#state === 'closing' || this.#state === 'outputEnded') return this.#takeWhileClosing(item, now);",
    ],
    ['a request is refused behind the End of its service', "    if (this.#state === 'outputEnded') return [];\n", ''],
    [
      'an answer on its way brings a second End',
      "if (this.#state !== 'open' && this.#state !== 'inputEnded') return [];",
      "if (this.#state === 'closing' || this.#state === 'over') return [];",
    ],
    [
      'a request behind the End of its service is activity',
      "return this.#state === 'open' ? this.#session.active(by, now) : [];",
      "return this.#state !== 'inputEnded' ? this.#session.active(by, now) : [];",
    ],
    [
      'an operation aborts the session behind its own',
      "(this.#state === 'over' ? [] : session.fault({ code: 'aborted' }, now))",
      "session.fault({ code: 'aborted' }, now)",
    ],
    [
      'an operation cannot abort a session that closes',
      "(this.#state === 'over' ? [] : session.fault({ code: 'aborted' }, now))",
      "(this.#state !== 'open' ? [] : session.fault({ code: 'aborted' }, now))",
    ],
  ]),
  ...mutantsOf(SERVICE, TESTS, [
    [
      'End in the middle of an operation leaves the idle timer',
      "inputEnded: () => this.#timers.cancel(['receive'], 'inputEnded')",
      'inputEnded: () => []',
    ],
    [
      'a terminating operation waits for ever',
      "terminated: (now) => this.#timers.arm('close', { since: now, after: closeTimeout }, 'terminated')",
      'terminated: () => []',
    ],
    ['a close waits for ever', "...this.#timers.arm('close', span, by),", ''],
    ['a close after a fault has the close timeout', 'after: CLOSE_AFTER_FAULT_TIMEOUT }', 'after: closeTimeout }'],
    [
      'a close after a fault counts from nought',
      '{ since, after: CLOSE_AFTER_FAULT_TIMEOUT }',
      '{ since: 0 * since, after: CLOSE_AFTER_FAULT_TIMEOUT }',
    ],
    [
      'a close of the service has the time of one after a fault',
      "this.#endFirst('close', { since: now, after: closeTimeout })",
      "this.#endFirst('close', { since: now, after: CLOSE_AFTER_FAULT_TIMEOUT })",
    ],
    [
      'a close of the service has the time of an open',
      "this.#endFirst('close', { since: now, after: closeTimeout })",
      "this.#endFirst('close', { since: now, after: this.#settings.openTimeout })",
    ],
    [
      'a close of the service counts from nought',
      "this.#endFirst('close', { since: now, after",
      "this.#endFirst('close', { since: 0 * now, after",
    ],
    ['a close leaves the idle timer', "...this.#timers.cancel(['receive'], 'close'),", ''],
    [
      'a session closes more than once',
      "this.#phase === 'draining' || this.#state.isClosing",
      "this.#phase === 'draining'",
    ],
    [
      'a close resets what is drained behind a framing fault',
      "this.#phase === 'draining' || this.#state.isClosing",
      'this.#state.isClosing',
    ],
    [
      'a close ends nothing where no session is open',
      "if (this.#state.current !== 'opened') return this.#lost(ABORTED, { by: 'close', how: 'abort', now });",
      "if (this.#state.current !== 'opened') return [];",
    ],
  ]),
];
