import { parseVia } from '../framing/endpoint.ts';
import { readRequestBody } from './body.ts';
import { type Operation, operationFor } from './contract.ts';
import type { DataRecord } from './data-contract.ts';
import {
  actionNotSupported,
  deserializationFailed,
  destinationUnreachable,
  internalServiceFault,
  notUnderstood,
} from './dispatcher-faults.ts';
import type { FaultAnswer } from './fault.ts';
import type { Message } from './message.ts';
import { headersNotUnderstood } from './must-understand.ts';

/** What a received message may call, and under which address. */
export interface Dispatcher {
  readonly operations: readonly Operation[];
  /** Absent for the callbacks of a client, whose address is the session itself. */
  readonly address?: DispatchAddress;
}

/** The address of an endpoint, of which the host does not count; without a port no port counts either. */
export interface DispatchAddress {
  readonly path: string;
  readonly port?: number;
}

/** The call that a message makes, or the fault that answers it. */
export type Dispatch =
  | { readonly type: 'call'; readonly operation: Operation; readonly values: DataRecord }
  | { readonly type: 'refused'; readonly answer: FaultAnswer; readonly operation?: Operation };

/** Finds out what a message asks for, in WCF's order: address, action, headers, body (wcf-wire 4.2, 4.3, 4.5). */
export function dispatch(message: Message, { operations, address }: Dispatcher): Dispatch {
  if (address !== undefined && !isAddressedTo(address, message.to)) {
    return { type: 'refused', answer: destinationUnreachable(message.to ?? '') };
  }
  const operation = operationFor(message.action, operations);
  if (operation === undefined) return { type: 'refused', answer: actionNotSupported(message.action) };
  const strange = headersNotUnderstood(message);
  if (strange.length > 0) return { type: 'refused', answer: notUnderstood(strange), operation };
  if (!operation.oneWay && message.messageId === undefined) {
    return { type: 'refused', answer: internalServiceFault(), operation };
  }
  const body = message.content.type === 'fault' ? undefined : message.content.body;
  const read = readRequestBody(operation, body);
  return read.type === 'data'
    ? { type: 'call', operation, values: read.data }
    : { type: 'refused', answer: deserializationFailed(operation.name, read.problem), operation };
}

/** What was last found to be addressed to an address: the messages of a session say the same. */
const ADDRESSED = new WeakMap<DispatchAddress, string>();

/** Scheme, port and path count; case and one slash at the end do not (wcf-wire 4.3). */
export function isAddressedTo(address: DispatchAddress, to = ''): boolean {
  if (ADDRESSED.get(address) === to) return true;
  const via = parseVia(to);
  if (via === undefined || via.port < 0) return false;
  const { path, port } = address;
  const isAddressed = (port === undefined || port === via.port) && sameEnd(via.path) === sameEnd(path);
  if (isAddressed) ADDRESSED.set(address, to);
  return isAddressed;
}

function sameEnd(path: string): string {
  return path.replace(/\/$/, '').toLowerCase();
}
