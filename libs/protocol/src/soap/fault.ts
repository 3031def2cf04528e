import {
  attribute,
  characters,
  declaration,
  element,
  qualifiedName,
  XML_VOCABULARY,
  type XmlElement,
} from '../encoding/infoset.ts';
import { ADDRESSING, type QName, SOAP } from './names.ts';

/** A SOAP 1.2 fault (wcf-wire 4.5). */
export interface SoapFault {
  readonly type: 'fault';
  readonly code: QName;
  /** From the outermost on; WCF writes at most one. */
  readonly subcodes: readonly QName[];
  /** For people: never to be parsed. The first text, where there are several. */
  readonly reason: string;
  /** Of the reason; empty for .NET's invariant culture. */
  readonly language: string;
  /** What `s:Detail` holds. */
  readonly detail: readonly XmlElement[];
}

/** A SOAP fault and the action that it travels under. */
export interface FaultAnswer {
  readonly action: string;
  readonly fault: SoapFault;
  /** One `s:NotUnderstood` header each. */
  readonly notUnderstood?: readonly QName[];
}

/** Whose mistake it was: SOAP's own codes. */
export type FaultCode = 'Sender' | 'Receiver' | 'MustUnderstand' | 'VersionMismatch';

/** The language that reasons are written in, where a caller names no other. */
const FAULT_LANGUAGE = 'en-US';

/** A fault as a service builds it. */
export function soapFault(
  code: FaultCode,
  reason: string,
  { subcodes = [], detail = [] }: Partial<Pick<SoapFault, 'subcodes' | 'detail'>> = {},
): SoapFault {
  const name = { namespace: SOAP.namespace, local: code };
  return { type: 'fault', code: name, subcodes, reason, language: FAULT_LANGUAGE, detail };
}

/** The `s:Fault` element as WCF writes it. */
export function faultElement({ code, subcodes, reason, language, detail }: SoapFault): XmlElement {
  const text = element(SOAP, 'Text', attribute(XML_VOCABULARY, 'lang', characters(language)), characters(reason));
  return element(
    SOAP,
    'Fault',
    codeElement('Code', [code, ...subcodes]),
    element(SOAP, 'Reason', text),
    ...(detail.length === 0 ? [] : [element(SOAP, 'Detail', ...detail)]),
  );
}

/** Codes nest: each subcode stands inside the code that it refines. */
function codeElement(local: 'Code' | 'Subcode', [code, ...subcodes]: readonly QName[]): XmlElement {
  const refined = subcodes.length === 0 ? [] : [codeElement('Subcode', subcodes)];
  return element(SOAP, local, ...(code === undefined ? [] : [valueElement(code)]), ...refined);
}

/** WCF calls any namespace but SOAP's `a`, and declares that anew where it does not mean WS-Addressing. */
function valueElement({ namespace, local }: QName): XmlElement {
  if (namespace === SOAP.namespace) return element(SOAP, 'Value', qualifiedName({ ...SOAP, origin: 'inline' }, local));
  const vocabulary = { prefix: ADDRESSING.prefix, namespace, origin: 'inline' } as const;
  const declared = namespace === ADDRESSING.namespace ? [] : [declaration(vocabulary)];
  return element(SOAP, 'Value', ...declared, qualifiedName(vocabulary, local));
}
