import { InvalidOperation } from '../machine.ts';
import { type DataRecord, type DataValue, TEST_FAULT } from '../soap/index.ts';
import type { CallbackAnswer, Execution, Invocation, Outcome } from './execution.ts';

/** No reply of ours is larger, whatever a client asks for; bytes. */
export const LARGEST_REPLY = 16 * 1_024 * 1_024;

/** The operations of our mock service, for each of its contracts (soap/test-service.ts). */
export function testOperations({ operation, values, ordinal }: Invocation): Execution {
  switch (operation) {
    case 'Echo':
      return returning({ EchoResult: values.s ?? null });
    case 'Slow':
      return { ...returning({ SlowResult: `slept ${numberOf(values.ms)}` }), after: numberOf(values.ms) };
    case 'OneWay':
      return returning({});
    case 'SlowOneWay':
      return { ...returning({}), after: numberOf(values.ms) };
    case 'Throw':
    case 'ThrowOneWay':
      return { after: 0, outcome: { type: 'throw', exception: thrown(values.s) } };
    case 'ThrowTyped':
      return throwingTyped(values.s ?? null);
    case 'Large':
      return returning({ LargeResult: new Uint8Array(Math.min(numberOf(values.bytes), LARGEST_REPLY)) });
    case 'AskBack':
      return callingBack('Ask', { q: values.q ?? null }, ({ AskResult = null }) =>
        returning({ AskBackResult: AskResult }),
      );
    case 'TryAskBack':
      return { after: numberOf(values.ms), outcome: trying('Ask', { q: values.q ?? null }) };
    case 'Ticks':
      return ticking(0, numberOf(values.n));
    case 'Begin':
      return returning({ BeginResult: ordinal });
    case 'Finish':
      return returning({ FinishResult: ordinal });
    default:
      throw new InvalidOperation(`the mock service has no operation ${operation}`);
  }
}

function returning(results: DataRecord): Execution {
  return { after: 0, outcome: { type: 'return', results } };
}

function thrown(text: DataValue | undefined) {
  return { name: 'InvalidOperationException', message: typeof text === 'string' ? text : '' };
}

function throwingTyped(text: DataValue): Execution {
  const value = { Code: 42, Text: text };
  return { after: 0, outcome: { type: 'fault', reason: 'typed reason', detail: TEST_FAULT, value } };
}

/** What the callback throws, its caller throws too. */
function callingBack(operation: string, values: DataRecord, next: (results: DataRecord) => Execution): Execution {
  const goOn = (answer: CallbackAnswer): Execution =>
    answer.type === 'returned'
      ? next(answer.results)
      : { after: 0, outcome: { type: 'throw', exception: answer.exception } };
  return { after: 0, outcome: { type: 'callBack', operation, values, next: goOn } };
}

/** What the callback throws is caught: its caller is told its name. */
function trying(operation: string, values: DataRecord): Outcome {
  const next = (answer: CallbackAnswer) =>
    returning({
      TryAskBackResult: answer.type === 'returned' ? (answer.results.AskResult ?? null) : answer.exception.name,
    });
  return { type: 'callBack', operation, values, next };
}

function ticking(tick: number, ticks: number): Execution {
  if (tick >= ticks) return returning({ TicksResult: 'ticked' });
  return callingBack('Tick', { n: tick }, () => ticking(tick + 1, ticks));
}

/** A span or a size; less than nothing is nothing. */
function numberOf(value: DataValue | undefined): number {
  return typeof value === 'number' ? Math.max(0, value) : 0;
}
