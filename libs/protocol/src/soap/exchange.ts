import type { FramingMode } from '../framing/record.ts';
import { replyBody, requestBody } from './body.ts';
import type { Operation, TwoWayOperation } from './contract.ts';
import type { DataRecord } from './data-contract.ts';
import type { FaultAnswer } from './fault.ts';
import type { Message, OutgoingFault, OutgoingOneWay, OutgoingReply, OutgoingRequest } from './message.ts';
import { ANONYMOUS, NO_ADDRESS } from './names.ts';

/** Where a call goes, and the id that its reply will relate to; of a one-way call the id is not sent (wcf-wire 4.2). */
export interface CallCircumstances {
  readonly to: string;
  readonly messageId: string;
}

/** The message of a call, from either side: a service calls back to `ANONYMOUS`. Throws `InvalidOperation` for other arguments. */
export function callMessage(
  operation: Operation,
  values: DataRecord,
  { to, messageId }: CallCircumstances,
): OutgoingRequest | OutgoingOneWay {
  const { action } = operation;
  const body = requestBody(operation, values);
  return operation.oneWay ? { type: 'oneWay', action, to, body } : { type: 'request', action, messageId, to, body };
}

/** What an answer needs to know of the request. */
export type Answered = Pick<Message, 'messageId' | 'replyTo' | 'faultTo'>;

/** How the answer travels; absent: in a duplex session. */
export interface AnswerCircumstances {
  readonly mode?: FramingMode;
  /** Of the service, for the client that answers its callback: the request cannot know it. */
  readonly to?: string;
}

/** The reply to a request; undefined where that wants none, or cannot be answered. Throws `InvalidOperation` for other results. */
export function replyMessage(
  request: Answered,
  { operation, values }: { readonly operation: TwoWayOperation; readonly values: DataRecord },
  circumstances: AnswerCircumstances = {},
): OutgoingReply | undefined {
  const { messageId: relatesTo, replyTo } = request;
  if (relatesTo === undefined || replyTo === NO_ADDRESS) return undefined;
  const { replyAction: action } = operation;
  return { type: 'reply', action, relatesTo, ...addressed(replyTo, circumstances), body: replyBody(operation, values) };
}

/** A fault in answer to a request, which need not have had an id; undefined where it wants none. */
export function faultMessage(
  { messageId, replyTo, faultTo = replyTo }: Answered,
  answer: FaultAnswer,
  circumstances: AnswerCircumstances = {},
): OutgoingFault | undefined {
  if (faultTo === NO_ADDRESS) return undefined;
  const relation = messageId === undefined ? {} : { relatesTo: messageId };
  return { type: 'fault', ...answer, ...relation, ...addressed(faultTo, circumstances) };
}

/** The session carries the answer back, whatever the address says; in streamed mode there is none (wcf-wire 4.2). */
function addressed(address: string | undefined, { mode = 'duplex', to = address }: AnswerCircumstances) {
  return mode === 'duplex' ? { to: to ?? ANONYMOUS } : {};
}
