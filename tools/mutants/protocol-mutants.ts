import { mutantsOf } from './mutant.ts';

const TESTS = ['libs/protocol'];
const CHANNEL = 'libs/protocol/src/channel/client-channel.ts';
const SERVICE = 'libs/protocol/src/service/service-connection.ts';
const TIMERS = 'libs/protocol/src/timers.ts';
const CONSTANTS = 'libs/protocol/src/constants.ts';

/**
 * Arm, re-arm and cancel of each timer, and each default. Where the client's channel loses its connection between calls no
 * timer of it runs: that cancel can change nothing, and is not in the list.
 */
export const PROTOCOL_MUTANTS = [
  ...mutantsOf(CHANNEL, TESTS, [
    ['open is not armed', "this.#timers.arm('open', { since: now, after: this.#openTimeout }, 'open')", '[]'],
    ['open has the span of close', 'after: this.#openTimeout }', 'after: this.#settings.closeTimeout }'],
    ['open counts from nought', "arm('open', { since: now,", "arm('open', { since: 0,"],
    ['open is not cancelled by the acknowledgement', "this.#timers.cancel(['open'], 'opened')", '[]'],
    [
      'neither open nor close is cancelled by its failure',
      '...this.#timers.cancelAll(by),\n      ...this.#move(`',
      '...this.#move(`',
    ],
    ['open is late no more where connect was', 'this.#overdue = true;', ''],
    [
      'open fires without effect once connected',
      "if (this.#connection === 'connected') return [fired, ...this.#openTimedOut()];",
      '',
    ],
    [
      'what is left of open is told wrongly',
      'this.#openedAt + openTimeout - this.#connectedAt',
      'this.#openedAt + openTimeout',
    ],
    [
      'close is not armed',
      "this.#timers.arm('close', { since: now, after: this.#settings.closeTimeout }, 'close')",
      '[]',
    ],
    ['close has the span of open', 'after: this.#settings.closeTimeout }', 'after: this.#settings.openTimeout }'],
    ['close counts from nought', "arm('close', { since: now,", "arm('close', { since: 0,"],
    ['close is not cancelled by End', "...this.#timers.cancelAll('closed'),", ''],
    ['close fires as open', "if (fired.timer === 'close') return [fired, ...this.#closeTimedOut()];", ''],
    ['abort cancels nothing', "...this.#timers.cancelAll('abort'),", ''],
    [
      'a preamble that fails on a reused connection fails the open',
      "if (!this.#reused) return this.#failed('open', why, { exception });",
      "return this.#failed('open', why, { exception });",
    ],
    [
      'a preamble that fails on a fresh connection is tried again',
      "if (!this.#reused) return this.#failed('open', why, { exception });",
      '',
    ],
    ['what a failed preamble had read is read on', 'this.#framing = framingOf(this.#settings);', ''],
    ['the end of a connection given up is that of the next', '    this.#ended = undefined;\n', ''],
    ['a timeout on a reused connection is that of a fresh one', 'if (this.#reused)\n', 'if (false)\n'],
    ['nothing is ever pooled', "this.#settings.pooling && whole ? 'pool' : 'end'", "'end'"],
    ['everything is pooled', "this.#settings.pooling && whole ? 'pool' : 'end'", "whole ? 'pool' : 'end'"],
    ['what the service has ended is pooled', 'this.#endReceived && this.#ended === undefined', 'this.#endReceived'],
    ['a second connection is still a reused one', 'this.#reused = reused;', 'this.#reused ||= reused;'],
  ]),
  ...mutantsOf('libs/protocol/src/channel/connection-pool.ts', TESTS, [
    ['the first returned is the first used', 'this.#idle.at(-1)', 'this.#idle.at(0)'],
    ['a connection is given out twice', 'this.#idle = this.#idle.slice(0, -1);', ''],
    ['the idle timeout itself is too long', 'now - returnedAt > this.#settings', 'now - returnedAt >= this.#settings'],
    [
      'the lease timeout itself is not too long',
      'now - connectedAt >= this.#settings',
      'now - connectedAt > this.#settings',
    ],
    ['the idle timeout counts from the connect', 'now - returnedAt > this', 'now - connectedAt > this'],
    ['what is left is left twice', '    this.#idle = [];\n', ''],
  ]),
  ...mutantsOf(SERVICE, TESTS, [
    [
      'channelInitialization is not armed',
      "    return this.#timers.arm(\n      'channelInitialization',",
      "    return [] ?? this.#timers.arm(\n      'channelInitialization',",
    ],
    [
      'channelInitialization has the span of open',
      'after: this.#settings.channelInitializationTimeout }',
      'after: this.#settings.openTimeout }',
    ],
    [
      'channelInitialization counts from nought',
      '{ since: now, after: this.#settings.channelInitializationTimeout }',
      '{ since: 0, after: this.#settings.channelInitializationTimeout }',
    ],
    [
      'channelInitialization starts again at every byte',
      "    if (this.#phase === 'gone') return [];\n    return consequencesOf(this.#framing",
      "    if (this.#phase === 'gone') return [];\n    if (this.#phase !== 'session') this.#timers.arm('channelInitialization', { since: now, after: this.#settings.channelInitializationTimeout }, 'received');\n    return consequencesOf(this.#framing",
    ],
    [
      'channelInitialization is not cancelled by the content type',
      "cancel(['channelInitialization', 'poolIdle'], 'contentTypeRead')",
      "cancel(['poolIdle'], 'contentTypeRead')",
    ],
    [
      'poolIdle is not cancelled by the next content type',
      "cancel(['channelInitialization', 'poolIdle'], 'contentTypeRead')",
      "cancel(['channelInitialization'], 'contentTypeRead')",
    ],
    [
      'receive is not armed',
      "...this.#timers.arm('receive', { since: now, after: receiveTimeout }, 'channelAccepted'),",
      '',
    ],
    [
      'receive has the span of open',
      "after: receiveTimeout }, 'channelAccepted')",
      "after: openTimeout }, 'channelAccepted')",
    ],
    [
      'receive counts from nought',
      "arm('receive', { since: now, after: receiveTimeout }, 'channelAccepted')",
      "arm('receive', { since: 0, after: receiveTimeout }, 'channelAccepted')",
    ],
    [
      'a request does not start the idle timer again',
      "active: (by, now) => this.#timers.arm('receive', { after, since: now }, by)",
      'active: () => []',
    ],
    [
      'receive is cancelled when the session is open',
      "cancel(['open'], 'opened')",
      "cancel(['open', 'receive'], 'opened')",
    ],
    ['open is not armed', "...this.#timers.arm('open', { since: now, after: openTimeout }, 'channelAccepted'),", ''],
    ['open has the span of receive', 'after: openTimeout }', 'after: receiveTimeout }'],
    ['open counts from nought', "arm('open', { since: now,", "arm('open', { since: 0,"],
    ['open is not cancelled by PreambleEnd', "...this.#timers.cancel(['open'], 'opened'),", ''],
    ['End cancels nothing', "...this.#timers.cancelAll('ended'),", ''],
    [
      'poolIdle is not armed',
      "...this.#timers.arm('poolIdle', { since: now, after: this.#settings.idleTimeout }, 'reused'),",
      '',
    ],
    [
      'poolIdle has the span of receive',
      'after: this.#settings.idleTimeout }',
      'after: this.#settings.receiveTimeout }',
    ],
    ['poolIdle counts from nought', "arm('poolIdle', { since: now,", "arm('poolIdle', { since: 0,"],
    [
      'poolIdle is told as the end of a session',
      "const pooled = fired.timer === 'poolIdle' && this.#phase === 'waiting';",
      'const pooled = false;',
    ],
    [
      'close does not bound the drain',
      "this.#timers.arm('close', { since: now, after: this.#settings.closeTimeout }, 'framingFault')",
      '[]',
    ],
    [
      'close of the drain has the span of open',
      'after: this.#settings.closeTimeout }',
      'after: this.#settings.openTimeout }',
    ],
    [
      'close of the drain is armed beside another timer',
      'this.#timers.deadline() === undefined\n        ?',
      'true\n        ?',
    ],
    ['the end of a session cancels nothing', "this.#timers.cancel(['receive', 'open'], by)", '[]'],
    [
      'the end of a session leaves receive',
      "this.#timers.cancel(['receive', 'open'], by)",
      "this.#timers.cancel(['open'], by)",
    ],
    [
      'the end of a session leaves open',
      "this.#timers.cancel(['receive', 'open'], by)",
      "this.#timers.cancel(['receive'], by)",
    ],
    [
      'the end of a connection cancels nothing',
      'const cancelled = this.#timers.cancelAll(by);',
      'const cancelled: readonly ChannelEffect[] = [];',
    ],
  ]),
  ...mutantsOf(TIMERS, TESTS, [
    ['an infinite span is armed', 'if (after === INFINITE) return [];', ''],
    ['re-arming is told as arming', "place < 0 ? 'armed' : 'rearmed'", "'armed'"],
    ['arming is told as re-arming', "place < 0 ? 'armed' : 'rearmed'", "'rearmed'"],
    [
      're-arming changes nothing',
      'this.#armed[place < 0 ? this.#armed.length : place] = armed;',
      'if (place < 0) this.#armed[this.#armed.length] = armed;',
    ],
    ['re-arming leaves the earlier one', 'place < 0 ? this.#armed.length : place', 'this.#armed.length'],
    ['a timer is due too late', 'const due = since + after;', 'const due = since + after + 1;'],
    ['a timer is due too early', 'const due = since + after;', 'const due = since + after - 1;'],
    ['cancelling is only told', 'this.#take(this.#placeOf(timer, call))', 'this.#armed[this.#placeOf(timer, call)]'],
    ['a timer fires again and again', 'this.#take(this.#armed.indexOf(earliest));', ''],
    ['a timer fires one millisecond late', 'earliest.due > now', 'earliest.due >= now'],
    ['a timer fires whenever it is asked', 'earliest === undefined || earliest.due > now', 'earliest === undefined'],
    ['of two due at once the second fires', 'armed.due < earliest.due', 'armed.due <= earliest.due'],
    ['the latest timer is the deadline', 'armed.due < earliest.due', 'armed.due > earliest.due'],
    ['all calls have one timer', 'armed?.timer === timer && armed.call === call', 'armed?.timer === timer'],
    [
      'a timer does not say whose it is',
      '{ timer, call, since, due };\n    const place',
      '{ timer, since, due };\n    const place',
    ],
  ]),
  ...mutantsOf(CONSTANTS, TESTS, [
    ['a second', 'const SECOND = 1_000;', 'const SECOND = 1_001;'],
    ['a minute', 'const MINUTE = 60 * SECOND;', 'const MINUTE = 59 * SECOND;'],
    ['infinite', 'INFINITE: Duration = Number.MAX_SAFE_INTEGER', 'INFINITE: Duration = Number.MAX_SAFE_INTEGER - 1'],
    ['the largest timeout', 'LARGEST_TIMEOUT: Duration = 2 ** 31 - 1', 'LARGEST_TIMEOUT: Duration = 2 ** 31'],
    ['open timeout', ' OPEN_TIMEOUT: Duration = MINUTE', ' OPEN_TIMEOUT: Duration = 2 * MINUTE'],
    ['lease timeout', 'LEASE_TIMEOUT: Duration = 5 * MINUTE', 'LEASE_TIMEOUT: Duration = 6 * MINUTE'],
    ['close timeout', 'CLOSE_TIMEOUT: Duration = MINUTE', 'CLOSE_TIMEOUT: Duration = 2 * MINUTE'],
    ['send timeout', 'SEND_TIMEOUT: Duration = MINUTE', 'SEND_TIMEOUT: Duration = 2 * MINUTE'],
    ['receive timeout', 'RECEIVE_TIMEOUT: Duration = 10 * MINUTE', 'RECEIVE_TIMEOUT: Duration = 9 * MINUTE'],
    [
      'channel initialization timeout',
      'CHANNEL_INITIALIZATION_TIMEOUT: Duration = 30 * SECOND',
      'CHANNEL_INITIALIZATION_TIMEOUT: Duration = 5 * SECOND',
    ],
    ['idle timeout', 'IDLE_TIMEOUT: Duration = 2 * MINUTE', 'IDLE_TIMEOUT: Duration = 3 * MINUTE'],
    ['quota of the via', 'MAX_VIA_SIZE = 2_048', 'MAX_VIA_SIZE = 2_049'],
    ['quota of the content type', 'MAX_CONTENT_TYPE_SIZE = 256', 'MAX_CONTENT_TYPE_SIZE = 257'],
    ['quota of the upgrade', 'MAX_UPGRADE_SIZE = 256', 'MAX_UPGRADE_SIZE = 257'],
    ['quota of the fault', 'MAX_FAULT_STRING_SIZE = 256', 'MAX_FAULT_STRING_SIZE = 257'],
    ['quota of a message', 'MAX_RECEIVED_MESSAGE_SIZE = 65_536', 'MAX_RECEIVED_MESSAGE_SIZE = 65_537'],
    [
      'drain of a preamble',
      'PREAMBLE_DRAIN_SIZE = MAX_VIA_SIZE + MAX_CONTENT_TYPE_SIZE',
      'PREAMBLE_DRAIN_SIZE = MAX_VIA_SIZE',
    ],
    ['drain of a session', 'SESSION_DRAIN_SIZE = 65_536', 'SESSION_DRAIN_SIZE = 65_535'],
  ]),
];
