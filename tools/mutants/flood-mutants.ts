import { mutantsOf } from './mutant.ts';

const TESTS = ['libs/experiment'];
const SOURCE = 'libs/experiment/src';

/** How a flood is told of, refused, counted and read. */
export const FLOOD_MUTANTS = [
  ...mutantsOf(`${SOURCE}/predict/flood.ts`, TESTS, [
    ['sockets take more', '24 * 1_024 * 1_024', '24 * 1_024 * 1_025'],
    ['sockets take less', 'TAKEN_BY_NO_SOCKET = 24 *', 'TAKEN_BY_NO_SOCKET = 23 *'],
    ['a flood lasts longer', 'FLOOD_LASTS: Duration = 1_000', 'FLOOD_LASTS: Duration = 1_001'],
    ['a flood lasts less', 'FLOOD_LASTS: Duration = 1_000', 'FLOOD_LASTS: Duration = 999'],
    ['a flood takes no time', '{ at, spread: spread + FLOOD_LASTS }', '{ at, spread }'],
    ['a flood has the number of its first call', 'number + times - 1', 'number'],
    ['a single call is a flood', 'times > 1', 'times >= 1'],
    ['any bandwidth holds', "toxic.type === 'bandwidth' && toxic.rate === 0 &&", "toxic.type === 'bandwidth' &&"],
    ['a hold of the replies blocks a write', " && stream !== 'downstream';", ';'],
    [
      'a hold may end while a write waits',
      '!faults.some((fault) => isHold(fault) && isAround(fault, step.at, until))',
      'false',
    ],
    ['a hold may end with the window', 'heal > until', 'heal >= until'],
    ['a little is enough to block', 'if (times * bytes < TAKEN_BY_NO_SOCKET)', 'if (false)'],
    [
      'as much as no socket takes is not enough',
      'times * bytes < TAKEN_BY_NO_SOCKET',
      'times * bytes <= TAKEN_BY_NO_SOCKET + 1_000',
    ],
    ['whatever nothing holds is taken', 'if (most > TAKEN_AT_ONCE)', 'if (false)'],
    ['as much as sockets take is too much', 'if (most > TAKEN_AT_ONCE)', 'if (most >= TAKEN_AT_ONCE)'],
    ['a flood goes through toxics', 'if (near !== undefined)', 'if (false)'],
    ['a toxic of the replies lies on a flood', "stream !== 'downstream' && at <= until", 'at <= until'],
    [
      'a toxic that comes later lies on a flood',
      'at <= until && (heal ?? until) >= step.at',
      '(heal ?? until) >= step.at',
    ],
    ['a toxic of the last instant lies on no flood', 'at <= until && (heal', 'at < until && (heal'],
    ['a toxic that has gone lies on a flood', '(heal ?? until) >= step.at', 'true'],
    ['calls side by side are a flood', "client.callStyle !== 'sync'", 'false'],
    ['a flood opens its session', 'opensByCall(scenario) && scenario.workload[0] === step', 'false'],
    ['calls without time are predicted', 'client.operationTimeout < UNDECIDED_BELOW', 'false'],
    [
      'calls with just enough time are not',
      'client.operationTimeout < UNDECIDED_BELOW',
      'client.operationTimeout <= UNDECIDED_BELOW',
    ],
    ['a process may die under a flood', 'processFaults.length > 0', 'false'],
  ]),
  ...mutantsOf(`${SOURCE}/predict/call-story.ts`, TESTS, [
    ['a flood is told by its first call', 'const last = { number: lastOf(call) };', 'const last = call;'],
    [
      'nobody says that the first call of a flood returns',
      'drafts: [first, draft], standing',
      'drafts: [draft], standing',
    ],
    [
      'a blocked write faults nothing',
      "standing: { is: 'faulted' }, returned: draft.at, faultedBy: clock };\n}\n\n/** Who reads",
      "standing: { is: 'opened' }, returned: draft.at };\n}\n\n/** Who reads",
    ],
    [
      'a blocked write is told as a missing reply',
      'symptomsOf(scenario).sendTimedOut',
      'symptomsOf(scenario).requestTimedOut',
    ],
    [
      'the connection may end under a blocked write',
      "if (raced.doubt !== undefined || raced.first?.kind === 'end')",
      'if (false)',
    ],
    ['a flood on an ended session is predicted', 'if (isFlood({ plan }))', 'if (false)'],
  ]),
  ...mutantsOf(`${SOURCE}/predict/exchange.ts`, TESTS, [
    ['a flood takes one number', 'number += step.call.times ?? 1;', 'number += 1;'],
    ['a flood is as large as one message', '{ least: times * least, most: times * most }', '{ least, most }'],
  ]),
  ...mutantsOf(`${SOURCE}/predict/clocks.ts`, TESTS, [
    [
      'a blocked write has a number',
      'return { ...all, since: writtenBy(exactly(step.at), call), rule: BLOCKED_WRITE };',
      'return { ...all, call: call.number, since: writtenBy(exactly(step.at), call), rule: BLOCKED_WRITE };',
    ],
    [
      'the first call of a flood blocks',
      'since: writtenBy(exactly(step.at), call), rule: BLOCKED_WRITE',
      'since: exactly(step.at), rule: BLOCKED_WRITE',
    ],
  ]),
  ...mutantsOf(`${SOURCE}/evidence/size.ts`, TESTS, [
    ['only what is recorded counts', 'return size;', 'return bytes.length / 2;'],
    ['a byte is a digit', 'size = bytes.length / 2', 'size = bytes.length'],
  ]),
  ...mutantsOf(
    'libs/transport/src/history-line.ts',
    ['libs/transport'],
    [
      ['what is long is recorded whole', 'value.length > LONGEST;', 'false;'],
      ['what is just not long is cut', 'value.length > LONGEST;', 'value.length >= LONGEST;'],
      ['nobody says how long it was', '...(whole.length > 0 && { size: whole[0] }),', ''],
      ['nobody says how long a value was', '...(named.length > 0 && { sizes: Object.fromEntries(named) }),', ''],
    ],
  ),
];
