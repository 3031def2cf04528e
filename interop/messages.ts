import { binaryMessageDecoder, type ChannelEffect, type Message, readMessage } from '@lapse/protocol';
import type { ListenerObservation } from '@lapse/transport';

/** Messages of 200 kB are part of what is said; bytes. */
export const LARGEST_MESSAGE = 4 * 1_024 * 1_024;

/** What came in a session of ours, in order, from everything that was observed of it. Throws for what is no message. */
export function messagesIn(observed: readonly ListenerObservation[]): readonly Message[] {
  const decoder = binaryMessageDecoder({ session: true, maxReceivedMessageSize: LARGEST_MESSAGE });
  return observed.filter(isDelivered).map(({ payload }) => {
    const document = decoder.decode(payload);
    const message = document.type === 'violation' ? document : readMessage(document.root);
    if (message.type === 'violation') throw new Error(`Mono's envelope breaks ${message.rule}`);
    return message;
  });
}

function isDelivered(observation: ListenerObservation): observation is Extract<ChannelEffect, { type: 'delivered' }> {
  return observation.type === 'delivered';
}

/** Its action, and which other headers of addressing it has: `urn:x/IService/Echo: MessageID ReplyTo To`. */
export function headersOf({ action, messageId, relatesTo, replyTo, to }: Message): string {
  const headers = { MessageID: messageId, RelatesTo: relatesTo, ReplyTo: replyTo, To: to };
  const present = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  return `${action}: ${present.length === 0 ? 'nothing else' : present.join(' ')}`;
}
