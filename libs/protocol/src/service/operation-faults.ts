import {
  dataElement,
  FAULT_ACTION,
  type FaultAnswer,
  internalServiceFault,
  type Operation,
  soapFault,
} from '../soap/index.ts';
import type { Outcome } from './execution.ts';
import { detailOf } from './service-exceptions.ts';

/** An operation that has thrown. */
export type Failure = Extract<Outcome, { readonly type: 'fault' | 'throw' }>;

/** The SOAP fault that an operation's failure is told by (wcf-wire 4.5). */
export function faultOf(
  failure: Failure,
  { operation, tellsDetail }: { readonly operation: Operation; readonly tellsDetail: boolean },
): FaultAnswer {
  if (failure.type === 'throw') return internalServiceFault(tellsDetail ? detailOf(failure.exception) : undefined);
  if (!('detail' in failure)) return { action: FAULT_ACTION.soap, fault: soapFault('Sender', failure.reason) };
  const { detail, reason, value } = failure;
  const declared = operation.oneWay ? undefined : operation.faults.find((fault) => fault.detail === detail);
  const fault = soapFault('Sender', reason, { detail: [dataElement(detail, value)] });
  return { action: declared?.action ?? FAULT_ACTION.soap, fault };
}
