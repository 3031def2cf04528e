import type { XmlElement, XmlText } from '../encoding/infoset.ts';
import { textOf } from '../encoding/text.ts';

/** The characters of an element that holds nothing else; undefined for one that does, and for none. */
export function simpleText(element: XmlElement | undefined): string | undefined {
  const isMixed = element?.children.some(({ type }) => type === 'element' || type === 'array');
  return element === undefined || isMixed ? undefined : textOf(element);
}

/** The same of an attribute's value, which holds nothing else. */
export function textOfAttribute(value: XmlText | undefined): string | undefined {
  return value === undefined ? undefined : textOf(value);
}
