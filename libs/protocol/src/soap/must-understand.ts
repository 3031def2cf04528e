import type { Message } from './message.ts';
import { addressingName, type QName, sameName } from './names.ts';

/**
 * The headers that their sender insists on and that nobody here understands (wcf-wire 4.2). Those of addressing are
 * understood; `understood` names what else is.
 */
export function headersNotUnderstood(message: Message, understood: readonly QName[] = []): readonly QName[] {
  const known = [RELATES_TO, ...understood];
  return message.headers.flatMap(({ element: { namespace, local }, mustUnderstand }) => {
    const name = { namespace, local };
    return mustUnderstand && !known.some((candidate) => sameName(candidate, name)) ? [name] : [];
  });
}

/** Of a relation that is no reply; the other headers of addressing never come here. */
const RELATES_TO = addressingName('RelatesTo');
