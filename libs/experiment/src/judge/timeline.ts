import type { Ending, Instant } from '@lapse/protocol';
import { type Entry, type Evidence, measured } from '../evidence/evidence.ts';
import { sizeOf } from '../evidence/size.ts';
import type { Scenario, Side } from '../scenario.ts';
import { timeoutInWords } from './explain.ts';
import { foldedCalls } from './repeated-calls.ts';
import { toxicInWords } from './root.ts';
import { seconds } from './seconds.ts';

/** One thing that happened, told in the column of whom it happened to. */
export interface TimelineRow {
  readonly at: Instant;
  /** The client's number of the session; absent: it is about none, or about all. */
  readonly session?: number;
  readonly client?: string;
  /** What is on its way between the two, and what is done to the path; arrows lead right to the service. */
  readonly wire?: string;
  readonly service?: string;
}

/** All that was measured, in order, from zero: calls, timers, bytes, injections, ends. Noise and bookkeeping are left out. */
export function timelineOf(evidence: Evidence, scenario: Scenario): readonly TimelineRow[] {
  const end = evidence.until === undefined ? [] : [{ at: evidence.until, wire: 'end of measurement' }];
  const entries = measured(evidence).filter(({ at }) => at >= 0);
  const folded = foldedCalls(entries);
  const rows = entries.flatMap((entry): readonly TimelineRow[] => {
    const several = folded.get(entry);
    if (several !== undefined) return several;
    const { session } = entry;
    const cells = cellsOf(entry, scenario);
    return cells === undefined ? [] : [{ at: entry.at, ...(session !== undefined && { session }), ...cells }];
  });
  return [...rows, ...end];
}

type Cells = Pick<TimelineRow, 'client' | 'wire' | 'service'>;

function cellsOf(entry: Entry, scenario: Scenario): Cells | undefined {
  const { side } = entry;
  return side === undefined ? ofNobody(entry, scenario) : ofSide(entry, side);
}

/** What the host did to the path and to the processes. */
function ofNobody(entry: Entry, { faults, processFaults = [] }: Scenario): Cells | undefined {
  switch (entry.type) {
    case 'injected':
    case 'healed': {
      const fault = faults[entry.injection];
      return fault && { wire: `toxic ${entry.type === 'injected' ? 'on' : 'off'}: ${toxicInWords(fault)}` };
    }
    case 'signalled': {
      const side = processFaults[entry.fault]?.side;
      return side && { [side]: `${SIGNALS[entry.signal]} (${entry.signal})` };
    }
    case 'exited':
      return { [entry.process]: `process ended${entry.planned ? '' : ', unplanned'}: ${entry.how}` };
    case 'injectorFailed':
      return { wire: `injector failed: ${entry.message}` };
    case 'leaseExpired':
      return { wire: 'nobody watches any more' };
    case 'crashed':
      return { wire: `the host crashed: ${entry.message}` };
    default:
      return undefined;
  }
}

const SIGNALS = { SIGKILL: 'killed', SIGSTOP: 'frozen', SIGCONT: 'runs again' } as const;

function ofSide(entry: Entry, side: Side): Cells | undefined {
  const own = entryInWords(entry);
  const wire = wireOf(entry, side);
  return own === undefined && wire === undefined
    ? undefined
    : { ...(own !== undefined && { [side]: own }), ...(wire !== undefined && { wire }) };
}

/** What passes between the two, as its sender or its reader has it. */
function wireOf(entry: Entry, side: Side): string | undefined {
  const out = side === 'client' ? '-->' : '<--';
  const into = side === 'client' ? '<--' : '-->';
  switch (entry.type) {
    case 'transmit':
      return arrow(out, inBytes(sizeOf(entry)));
    case 'received':
      return arrow(into, inBytes(sizeOf(entry)));
    case 'disconnect':
      return entry.how === 'pool' ? undefined : arrow(out, entry.how === 'abort' ? 'RST' : 'FIN');
    case 'peerReset':
      return arrow(into, 'RST');
    case 'peerEnded':
      return arrow(into, 'FIN');
    case 'cut':
      return `only ${entry.sent} of ${entry.of} bytes`;
    default:
      return undefined;
  }
}

function arrow(direction: '-->' | '<--', what: string): string {
  return direction === '-->' ? `${what} -->` : `<-- ${what}`;
}

function inBytes(size: number): string {
  return size === 1 ? '1 byte' : `${size} bytes`;
}

/** What an entry says of its own side; undefined: nothing that anybody has to be told. */
export function entryInWords(entry: Entry): string | undefined {
  switch (entry.type) {
    case 'open':
    case 'close':
    case 'abort':
      return `${entry.type.charAt(0).toUpperCase()}${entry.type.slice(1)}()`;
    case 'connect':
      return 'connects';
    case 'connected':
      return entry.reused ? 'takes a pooled connection' : 'is connected';
    case 'connectFailed':
      return `connect fails: ${entry.code}`;
    case 'accepted':
      return 'accepts a connection';
    case 'transmit':
      return `sends ${ofMessage(entry.what)}`;
    case 'received':
      return 'receives';
    case 'withheld':
      return `keeps back ${ofMessage(entry.what)}`;
    case 'disconnect':
      return DISCONNECTS[entry.how];
    case 'peerReset':
      return 'sees a reset';
    case 'peerEnded':
      return 'sees the end';
    case 'discarded':
      return `gives a pooled connection up: ${spaced(entry.why.code)}`;
    case 'state':
      return `is ${entry.to} (${spaced(entry.why)})`;
    case 'timer':
      return timerInWords(entry);
    case 'channelAccepted':
      return 'has a session';
    case 'sessionEnded':
      return `session over: ${endingInWords(entry.why)}`;
    default:
      return callInWords(entry);
  }
}

/** What belongs to calls. */
function callInWords(entry: Entry): string | undefined {
  switch (entry.type) {
    case 'call':
      return `calls ${entry.operation} (call ${entry.call})`;
    case 'completed': {
      const what = completedInWords(entry);
      return entry.exception === undefined ? `${what} returns` : `${what} throws ${entry.exception.name}`;
    }
    case 'setOperationTimeout':
      return `OperationTimeout := ${seconds(entry.operationTimeout)}`;
    case 'dispatched':
      return `begins ${entry.operation}`;
    case 'executed':
      return `ends ${entry.operation}: ${spaced(entry.how)}`;
    case 'dropped':
      return 'drops a message that nobody waits for';
    default:
      return undefined;
  }
}

/** The calls of a service are its callbacks. */
function completedInWords(entry: Extract<Entry, { readonly type: 'completed' }>): string {
  if (entry.operation !== 'call') return entry.operation === 'open' ? 'Open()' : 'Close()';
  return entry.side === 'service' ? `callback of call ${entry.call}` : `call ${entry.call}`;
}

const DISCONNECTS = {
  abort: 'resets the connection',
  end: 'ends the connection',
  pool: 'keeps the connection',
} as const;

function timerInWords({ side, what, timer, call, due, by }: Extract<Entry, { readonly type: 'timer' }>): string {
  const of = call === undefined ? '' : ` of call ${call}`;
  // It is no timeout of WCF: an operation of the mock service just takes its time.
  const name = timer === 'execution' ? `work${of}` : `${timeoutInWords(timer, side)}${of}`;
  if (what === 'fired') return timer === 'execution' ? `${name} is done` : `${name} FIRED`;
  if (what === 'cancelled') return `${name} cancelled${by === undefined ? '' : ` (${spaced(by)})`}`;
  return `${name} ${what === 'armed' ? 'armed' : 'anew'}, due ${seconds(due)}`;
}

function endingInWords(why: Ending): string {
  return why.code === 'timedOut' ? timeoutInWords(why.timer) : spaced(why.code);
}

/** What is sent, and the operation that it belongs to, whose name is the contract's own. */
function ofMessage(what: string): string {
  const [kind = '', ...operation] = what.split(' ');
  return [spaced(kind), ...operation].join(' ');
}

/** `preambleAck` is `preamble ack`. */
function spaced(name: string): string {
  return name.replaceAll(/([a-z])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);
}
