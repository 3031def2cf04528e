import type { Message } from './message.ts';
import type { QName } from './names.ts';
import { sameName } from './names.ts';

/**
 * The headers that their sender insists on and that nobody here understands (wcf-wire 4.2). The headers of addressing are
 * understood; `understood` names what else is.
 */
export function headersNotUnderstood(message: Message, understood: readonly QName[] = []): readonly QName[] {
  return message.headers.flatMap(({ element: { namespace, local }, mustUnderstand }) => {
    const name = { namespace, local };
    return mustUnderstand && !understood.some((known) => sameName(known, name)) ? [name] : [];
  });
}
