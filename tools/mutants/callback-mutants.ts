import { mutantsOf } from './mutant.ts';

const TESTS = ['libs/experiment'];
const SOURCE = 'libs/experiment/src';

/** How the callbacks of a service are told of, timed, refused and judged. */
export const CALLBACK_MUTANTS = [
  ...mutantsOf(`${SOURCE}/predict/callbacks.ts`, TESTS, [
    ['a callback counts from nought', 'since: calledBack,', 'since: { at: 0, spread: 0 },'],
    ['an answer stops no callback', "...(answered && { stopped: { at: answered, by: 'replied' } }),", ''],
    ['a refused callback has a timeout', " || concurrencyMode === 'single') return undefined;", ') return undefined;'],
    ['a callback has another setting', 'span: sendTimeout,', 'span: sendTimeout + 1,'],
    ['the timeout of a callback ends the session', "SYMPTOMS.timedOut), ends: 'call' }", 'SYMPTOMS.timedOut) }'],
    ['a callback of an operation that never began is told', ' || dispatched.at >= end.at) return [];', ') return [];'],
    [
      'a callback that waits is told late',
      'if (calledBack.at >= end.at) return [completed(',
      'if (calledBack.at >= 0) return [completed(',
    ],
    [
      'a callback that comes late is told at the end',
      'if (calledBack.at >= end.at) return [completed(',
      'if (calledBack.at < 0) return [completed(',
    ],
    [
      'a callback that waits has the window of none',
      'symptom: SYMPTOMS.noReply, rule }), windowSpan }',
      'symptom: SYMPTOMS.noReply, rule }) }',
    ],
    ['an idle abort is told as no reply', "if (first.kind === 'clock') return SYMPTOMS.idleAborted;", ''],
    ['a reset is told as no reply', "first.kind === 'end' && first.ending.how === 'rst' ? SYMPTOMS.faulted : ", ''],
    ['behind an end nothing is refused', "if (service.concurrencyMode === 'single') return SYMPTOMS.refused;", ''],
    ['one behind the other is side by side', "if (concurrencyMode === 'single') return undefined;", ''],
    [
      'in a reentrant service a callback is beside whatever came before',
      "(concurrencyMode === 'multiple' && callsBack(call.plan))",
      'callsBack(call.plan)',
    ],
    ['a call beside a callback is predicted', '(callsBack(other.plan) || (concurrencyMode', '((concurrencyMode'],
    ['a callback beside a call is predicted', " || (concurrencyMode === 'multiple' && callsBack(call.plan))", ''],
    ['a call just behind a callback is predicted', ' + UNDECIDED_BELOW;', ';'],
  ]),
  ...mutantsOf(`${SOURCE}/predict/service-story.ts`, TESTS, [
    ['a callback is no activity', 'idle = idle && done && rearmedClock(idle, done);', ''],
    ['nothing goes on behind a callback', " || (first.kind === 'clock' && first.clock.timer === 'send')", ''],
    ['what is told of callbacks is lost at the end', 'const told = [...drafts, ...last,', 'const told = [...last,'],
    ['what waits at the end is not told', ', ...callbacks];', '];'],
    [
      'what is told of callbacks is lost at the close',
      'drafts: [...drafts, ...last.drafts]',
      'drafts: [...last.drafts]',
    ],
  ]),
  ...mutantsOf(`${SOURCE}/predict/mail.ts`, TESTS, [
    ['a reentrant service leaves requests unread', "concurrencyMode === 'single' ? dispatched : arrived", 'dispatched'],
    ['nobody answers a callback', 'return answers.size === 0 ? unanswered', 'return answers.size >= 0 ? unanswered'],
    [
      'an answer goes out ahead of its question',
      '[[number, { at: asked, bytes: ENVELOPE }]]',
      '[[number, { at: exactly(0), bytes: ENVELOPE }]]',
    ],
    ['a reentrant service is single', "concurrencyMode === 'reentrant' ? (calledBack ?? done) : done", 'done'],
    ['a multiple service is single', "if (concurrencyMode !== 'multiple') free", 'free'],
    [
      'a single service calls back',
      "concurrencyMode === 'single' ? [] : sending(`callback",
      'false ? [] : sending(`callback',
    ],
    ['a refused callback waits', "if (concurrencyMode === 'single') return calledBack;", ''],
    ['the later one ends a callback', 'answered.at < timedOut.at', 'answered.at > timedOut.at'],
    [
      'messages go out in the order of their calls',
      'toSorted((one, other) => one.sent.at.at - other.sent.at.at)',
      'slice()',
    ],
    ['messages arrive in the order of their calls', 'sends.toSorted((one, other) => one.at.at - other.at.at)', 'sends'],
  ]),
  ...mutantsOf(`${SOURCE}/predict/service-story.ts`, TESTS, [
    ['FIN is read under any operation', "service.concurrencyMode !== 'single' || first?.kind", 'first?.kind'],
    [
      'FIN is not read behind an operation',
      'if (running === undefined || idle === undefined) return {};',
      'if (running !== undefined || idle === undefined) return {};',
    ],
    [
      'the idle timer may fire beside the end of an operation',
      '...withDoubt(doubt) };\n}\n\ntype Firing',
      '};\n}\n\ntype Firing',
    ],
    ['a callback is told twice', '!drafts.some(({ call }) => call === number)', 'true'],
    [
      'calls behind the end of a session are beside',
      'dispatched !== undefined && dispatched.at < until',
      'dispatched !== undefined',
    ],
  ]),
  ...mutantsOf(`${SOURCE}/predict/losers.ts`, TESTS, [
    ['a callback to come has lost', "timer === 'send' && since.at < root.at.at,", "timer === 'send',"],
    ['what a callback sets free was free before', " || root.ends === 'call' ?", ' ?'],
    ['the winner arms itself', ' && !endsCallback(root));', ');'],
  ]),
  ...mutantsOf(`${SOURCE}/predict/call-story.ts`, TESTS, [['a callback is no message', 'hasCome(asked) || ', '']]),
  ...mutantsOf(`${SOURCE}/judge/losers.ts`, TESTS, [
    ['a winner disturbs itself', ' && !isArmedBy(winner, entry)', ''],
    ['whatever is armed is armed by the winner', '&& timer.seq > entry.seq', ''],
  ]),
  ...mutantsOf(`${SOURCE}/judge/root.ts`, TESTS, [
    [
      'what an operation is told ends a session',
      "entry.side === 'client' && entry.exception !== undefined",
      'entry.exception !== undefined',
    ],
    [
      'a call that fails alone ends a session',
      'const since = end === undefined ? 0 : end.at - SKEW;',
      'const since = 0;',
    ],
    ['a call that fails alone hides a kill', ' || !endsSession(event, story)', ''],
  ]),
  ...mutantsOf(`${SOURCE}/judge/effect.ts`, TESTS, [
    [
      'a callback is the call',
      " && entry.operation === 'call' && entry.side === 'client'",
      " && entry.operation === 'call'",
    ],
  ]),
  ...mutantsOf(`${SOURCE}/judge/callback.ts`, TESTS, [
    ['a blocked write is a callback', 'return !breath.some(isAbruptEnd);', 'return true;'],
    ['whatever comes later is a blocked write', ' && entry.at <= at + BREATH', ''],
    ['any timer is a callback', "if (side !== 'service' || timer !== 'send') return false;", ''],
  ]),
];
