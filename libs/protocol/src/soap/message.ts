import type { XmlElement } from '../encoding/infoset.ts';
import type { FaultAnswer, SoapFault } from './fault.ts';

/** What a SOAP envelope says (wcf-wire 4.1, 4.2), whoever wrote it: prefixes, order of headers and record types are gone. */
export interface Message {
  readonly type: 'message';
  readonly action: string;
  /** What a reply relates to. A request without it cannot be answered. */
  readonly messageId?: string;
  readonly relatesTo?: string;
  readonly to?: string;
  /** Where a reply goes, and where a SOAP fault goes instead: addresses only, without reference parameters. */
  readonly replyTo?: string;
  readonly faultTo?: string;
  /** Everything else in `s:Header`, in the order of the wire. */
  readonly headers: readonly Header[];
  readonly content: Content;
}

/** A header that this layer does not understand. */
export interface Header {
  readonly element: XmlElement;
  /** It is meant for the ultimate receiver, who has to understand it or to refuse the message. */
  readonly mustUnderstand: boolean;
}

/** What `s:Body` holds. Whatever the action, a body whose first child is `s:Fault` is a fault (wcf-wire 4.5). */
export type Content = { readonly type: 'body'; readonly body: XmlElement | undefined } | SoapFault;

/**
 * A peer's mistake. `rule` is the section of the specification that was broken, `at` the path of the element where it was.
 * `answer` is the SOAP fault that a service replies with, related to `messageId`; without an answer it can only abort.
 */
export interface SoapViolation {
  readonly type: 'violation';
  readonly rule: string;
  readonly at: string;
  readonly answer?: FaultAnswer;
  readonly messageId?: string;
}

/**
 * An envelope to be written. Each type has its own headers (wcf-wire 4.2). Message ids come from the caller, who owns the
 * randomness: `urn:uuid:…` as a rule, any URI by right. `to` is an address as configured, or `ANONYMOUS`.
 */
export type OutgoingMessage = OutgoingRequest | OutgoingOneWay | OutgoingReply | OutgoingFault;

interface Outgoing {
  readonly action: string;
  /** Written behind the action, before the other headers of addressing. */
  readonly headers?: readonly XmlElement[];
}

interface WithBody extends Outgoing {
  /** Absent: an empty `s:Body`. */
  readonly body?: XmlElement;
}

export interface OutgoingRequest extends WithBody {
  readonly type: 'request';
  readonly messageId: string;
  readonly to: string;
}

export interface OutgoingOneWay extends WithBody {
  readonly type: 'oneWay';
  readonly to: string;
}

export interface OutgoingReply extends WithBody {
  readonly type: 'reply';
  readonly relatesTo: string;
  /** Absent in streamed mode. */
  readonly to?: string;
}

export interface OutgoingFault extends Outgoing, FaultAnswer {
  readonly type: 'fault';
  /** Absent where the request had no id. */
  readonly relatesTo?: string;
  /** Absent in streamed mode. */
  readonly to?: string;
}
