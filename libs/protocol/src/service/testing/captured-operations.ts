import { InvalidOperation } from '../../machine.ts';
import {
  CAPTURED_DETAIL,
  CAPTURED_DUPLEX,
  CAPTURED_DUPLEX_TEST,
  CAPTURED_ECHO,
  CAPTURED_SESSION,
  CAPTURED_TEST,
  type Contract,
  type DataContract,
  type DataRecord,
  type DataValue,
  MONO_DUPLEX,
  MONO_ECHO,
  MONO_ECHO_FAULT,
  MONO_SESSION,
} from '../../soap/index.ts';
import type { Duration } from '../../time.ts';
import type { Execution, Invocation, Outcome, ServiceOperations } from '../execution.ts';

/** A recorded service: its contract, and what its operations do (docs/spec/captures-manifest.md). */
export interface CapturedService {
  readonly contract: Contract;
  readonly operations: ServiceOperations;
}

/** What one operation does. */
type Deed = (values: DataRecord, ordinal: number) => Execution;

function capturedService(contract: Contract, deeds: Readonly<Record<string, Deed>>): CapturedService {
  const operations = ({ operation, values, ordinal }: Invocation) => {
    const deed = deeds[operation];
    if (deed === undefined) throw new InvalidOperation(`the recorded service has no operation ${operation}`);
    return deed(values, ordinal);
  };
  return { contract, operations };
}

/** The stub that the clients of family `dotnet` talked to. */
export const DOTNET_STUB = capturedService(CAPTURED_TEST, {
  Echo: ({ s = null }) => returning({ EchoResult: s }),
  OneWay: () => returning({}),
});

/** The same, for clients that can be called back. */
export const DOTNET_DUPLEX_STUB = capturedService(CAPTURED_DUPLEX_TEST, {
  Echo: ({ s = null }) => returning({ EchoResult: s }),
  OneWay: () => returning({}),
});

/** The services of family `dotnet-server`, by the paths of their endpoints. */
export const COREWCF_SERVICES: Readonly<Record<string, CapturedService>> = {
  '/echo': capturedService(CAPTURED_ECHO, {
    Echo: ({ s = null }) => returning({ EchoResult: s }),
    Slow: ({ ms }) => after(numberOf(ms), returning({ SlowResult: `slept ${numberOf(ms)}` })),
    OneWay: () => returning({}),
    SlowOneWay: ({ ms }) => after(numberOf(ms), returning({})),
    Throw: ({ s = null }) => throwing(`${s}`),
    Typed: ({ s = null }) => faulting('typed reason', CAPTURED_DETAIL, { Code: 42, Text: s }),
    Big: ({ n }) => returning({ BigResult: 'x'.repeat(numberOf(n)) }),
  }),
  '/sess': capturedService(CAPTURED_SESSION, {
    Begin: (_, ordinal) => returning({ BeginResult: ordinal }),
    Finish: (_, ordinal) => returning({ FinishResult: ordinal }),
  }),
  '/dup': capturedService(CAPTURED_DUPLEX, {
    Ticks: ({ n }) => calling({ operation: 'Tick', all: counting(0, n, 'n') }, returning({ TicksResult: 'ticked' })),
    AskBack: ({ q = null }) => asking('Ask', { q }, ({ AskResult = null }) => returning({ AskBackResult: AskResult })),
    // The recorded one ticks after it has answered; its session is over by then, and nothing of that is on the wire.
    Later: () => returning({ LaterResult: 'ok' }),
  }),
};

/** The services of family `mono`, by the names that they were started by. */
export const MONO_SERVICES: Readonly<Record<string, CapturedService>> = {
  echo: capturedService(MONO_ECHO, {
    Echo: ({ s = null }) => returning({ EchoResult: s }),
    Add: ({ a, b }) => returning({ AddResult: (numberOf(a) + numberOf(b)) | 0 }),
    Slow: ({ ms }) => after(numberOf(ms), returning({ SlowResult: `slept ${numberOf(ms)}` })),
    EchoPerson: ({ p = null }) => returning({ EchoPersonResult: p }),
    Blob: ({ n }) => returning({ BlobResult: Uint8Array.from({ length: numberOf(n) }, (_, index) => index % 256) }),
    Nothing: () => returning({}),
    Notify: ({ s }) => notified(s),
    // The recorded clients call nothing before it but Notify.
    NotifyCount: (_, ordinal) => returning({ NotifyCountResult: ordinal - 1 }),
    Fail: ({ message }) =>
      message === 'boom' ? { after: 0, outcome: { type: 'fault', reason: 'boom' } } : throwing(`unhandled ${message}`),
    FailTyped: ({ code = null }) => faulting('typed fault', MONO_ECHO_FAULT, { Code: code, Text: `typed ${code}` }),
  }),
  duplex: capturedService(MONO_DUPLEX, {
    Ticks: ({ n = null }) => calling({ operation: 'OnTick', all: counting(0, n, 'i') }, returning({ TicksResult: n })),
    TicksLater: ({ n, ms }) =>
      calling({ operation: 'OnTick', all: counting(100, n, 'i'), every: numberOf(ms) }, returning({})),
    AskBack: ({ q = null }) =>
      asking('Ask', { question: q }, ({ AskResult }) => returning({ AskBackResult: `client said ${AskResult}` })),
  }),
  session: capturedService(MONO_SESSION, {
    Next: (_, ordinal) => returning({ NextResult: ordinal }),
    End: (_, ordinal) => returning({ EndResult: ordinal - 1 }),
  }),
};

function returning(results: DataRecord): Execution {
  return { after: 0, outcome: { type: 'return', results } };
}

function after(span: Duration, { outcome }: Execution): Execution {
  return { after: span, outcome };
}

function throwing(message: string): Execution {
  return { after: 0, outcome: { type: 'throw', exception: { name: 'InvalidOperationException', message } } };
}

function faulting(reason: string, detail: DataContract, value: DataRecord): Execution {
  return { after: 0, outcome: { type: 'fault', reason, detail, value } };
}

function notified(text: DataValue | undefined): Execution {
  if (text === 'throw') return throwing('one-way boom');
  return after(text === 'sleep' ? 2_000 : 0, returning({}));
}

function asking(operation: string, values: DataRecord, next: (results: DataRecord) => Execution): Execution {
  const outcome: Outcome = {
    type: 'callBack',
    operation,
    values,
    next: (answer) => (answer.type === 'returned' ? next(answer.results) : throwing(answer.exception.message)),
  };
  return { after: 0, outcome };
}

interface Callbacks {
  readonly operation: string;
  readonly all: readonly DataRecord[];
  readonly every?: Duration;
}

/** Calls back once for each of `all`, one after the other, and then does the `last`. */
function calling({ operation, all, every = 0 }: Callbacks, last: Execution): Execution {
  const [values, ...others] = all;
  if (values === undefined) return last;
  return after(
    every,
    asking(operation, values, () => calling({ operation, all: others, every }, last)),
  );
}

function counting(from: number, count: DataValue | undefined, name: string): readonly DataRecord[] {
  return Array.from({ length: numberOf(count) }, (_, index) => ({ [name]: from + index }));
}

function numberOf(value: DataValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}
