import type { Observation } from '../observation.ts';

type Check = (value: unknown) => boolean;
type Checks = Readonly<Record<string, Check>>;

const number: Check = Number.isFinite;
const text: Check = (value) => typeof value === 'string';
const truth: Check = (value) => typeof value === 'boolean';
const record: Check = isRecord;
const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.some((word) => word === value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const shaped =
  (checks: Checks): Check =>
  (value) =>
    isRecord(value) && Object.entries(checks).every(([key, check]) => check(value[key]));

const size: Check = (value) => typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
const HEX: Check = (value) => typeof value === 'string' && /^([0-9a-f]{2})*$/.test(value);
const EXCEPTION: Check = shaped({ name: text, message: text });
const SPAN: Checks = { injection: number, before: number, after: number };

/** What each kind of observation must carry to be one. What it carries beyond is kept. */
const FIELDS: Readonly<Record<Observation['type'], Checks>> = {
  open: {},
  close: {},
  abort: {},
  timeout: {},
  connect: {},
  peerEnded: {},
  peerReset: {},
  zero: {},
  measurementEnded: {},
  leaseExpired: {},
  stopped: {},
  ended: {},
  accepted: { peerPort: number },
  connected: { localPort: number, remotePort: number, reused: optional(truth) },
  connectFailed: { code: text, lasted: number },
  received: { bytes: HEX, size: optional(size) },
  transmitted: { id: number },
  transmit: { id: number, bytes: HEX, what: text, size: optional(size) },
  withheld: { what: text },
  disconnect: { how: oneOf('abort', 'end', 'pool') },
  discarded: { why: shaped({ code: text }) },
  state: { from: text, to: text, why: text },
  timer: {
    what: oneOf('armed', 'rearmed', 'cancelled', 'fired'),
    timer: text,
    call: optional(number),
    since: number,
    due: number,
    by: optional(text),
  },
  channelAccepted: { via: text },
  delivered: { payload: HEX, size: optional(size) },
  call: { call: number, operation: text, values: record, messageId: text, sizes: optional(record) },
  setOperationTimeout: { operationTimeout: number },
  completed: {
    operation: oneOf('open', 'close', 'call'),
    call: optional(number),
    exception: optional(EXCEPTION),
    results: optional(record),
    sizes: optional(record),
  },
  dropped: { action: text, relatesTo: optional(text) },
  dispatched: { operation: text, messageId: optional(text) },
  executed: {
    operation: text,
    messageId: optional(text),
    how: oneOf('replied', 'faulted', 'oneWay', 'unanswerable'),
  },
  sessionEnded: { why: shaped({ code: text }), exception: optional(EXCEPTION) },
  experiment: {
    id: text,
    wallClock: text,
    monotonicNs: (value) => typeof value === 'string' && /^\d+$/.test(value),
    scenario: record,
    prediction: record,
    labels: shaped({ conductor: text, injector: text, service: text, fidelity: text, versions: record, commit: text }),
  },
  listening: { port: number },
  clock: { ns: (value) => typeof value === 'string' && /^\d+$/.test(value) },
  clocksCompared: { apart: number },
  proxied: { name: text, port: number, upstreamPort: number },
  cut: { id: number, sent: number, of: number },
  canary: {
    what: oneOf('recognised', 'connected', 'sent', 'answered', 'ended'),
    purpose: optional(oneOf('proof', 'noise')),
    ping: optional(number),
    localPort: optional(number),
  },
  injected: SPAN,
  healed: SPAN,
  signalled: { fault: number, signal: oneOf('SIGKILL', 'SIGSTOP', 'SIGCONT'), before: number, after: number },
  readBack: { injection: number, same: truth, found: text },
  injectorFailed: { message: text },
  noise: { what: oneOf('loopDelay', 'roundTrip'), ms: number },
  exited: { process: oneOf('service', 'client'), planned: truth, how: text },
  crashed: { message: text },
};

const STAMP: Checks = {
  source: oneOf('host', 'service', 'client'),
  seq: Number.isSafeInteger,
  at: number,
  side: optional(oneOf('client', 'service')),
  connection: optional(Number.isSafeInteger),
};

/** Whether a value that came out of a file is an observation: every field that its type needs is there, and of its kind. */
export function isObservation(value: unknown): value is Observation {
  if (!isTyped(value)) return false;
  const fields = new Map<string, Checks>(Object.entries(FIELDS)).get(value.type);
  return fields !== undefined && shaped(STAMP)(value) && shaped(fields)(value);
}

function isTyped(value: unknown): value is { readonly type: string } {
  return isRecord(value) && typeof Object.entries(value).find(([key]) => key === 'type')?.[1] === 'string';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
