import {
  attributeValue,
  childElement,
  childElements,
  namespaceOf,
  XML_VOCABULARY,
  type XmlElement,
} from '../encoding/infoset.ts';
import type { SoapFault } from './fault.ts';
import { type QName, SOAP } from './names.ts';
import { simpleText, textOfAttribute } from './text.ts';

/** Reads an `s:Fault` inside of `path`, given from the root down. Undefined for what is none (wcf-wire 4.5). */
export function readFault(fault: XmlElement, path: readonly XmlElement[]): SoapFault | undefined {
  const codes = readCodes(soapChild(fault, 'Code'), [...path, fault]);
  const text = soapChild(soapChild(fault, 'Reason'), 'Text');
  const reason = simpleText(text);
  const [code, ...subcodes] = codes ?? [];
  if (code === undefined || text === undefined || reason === undefined) return undefined;
  const detail = soapChild(fault, 'Detail');
  return {
    type: 'fault',
    code,
    subcodes,
    reason,
    language: textOfAttribute(attributeValue(text, 'lang', XML_VOCABULARY.namespace)) ?? '',
    detail: detail === undefined ? [] : childElements(detail),
  };
}

/** A code and what refines it, outermost first; undefined when one of them has no name. */
function readCodes(code: XmlElement | undefined, path: readonly XmlElement[]): readonly QName[] | undefined {
  const codes: QName[] = [];
  const above = [...path];
  for (let next = code; next !== undefined; next = soapChild(next, 'Subcode')) {
    above.push(next);
    const name = readName(soapChild(next, 'Value'), above);
    if (name === undefined) return undefined;
    codes.push(name);
  }
  return codes;
}

/** A qualified name in the text of an element. Mono writes codes without a prefix: those have no namespace. */
function readName(element: XmlElement | undefined, path: readonly XmlElement[]): QName | undefined {
  const text = simpleText(element)?.trim();
  if (element === undefined || text === undefined || text === '') return undefined;
  const colon = text.indexOf(':');
  const namespace = namespaceOf(text.slice(0, Math.max(colon, 0)), [...path, element]);
  return namespace === undefined ? undefined : { namespace, local: text.slice(colon + 1) };
}

function soapChild(parent: XmlElement | undefined, local: string): XmlElement | undefined {
  return parent === undefined ? undefined : childElement(parent, local, SOAP.namespace);
}
