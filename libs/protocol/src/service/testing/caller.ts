import type { ChannelEffect } from '../../channel/vocabulary.ts';
import { binaryMessageDecoder, binaryMessageEncoder, type XmlElement } from '../../encoding/index.ts';
import { encodeRecord, frameDecoder } from '../../framing/index.ts';
import {
  ANONYMOUS,
  callMessage,
  type DataRecord,
  DUPLEX_TEST_SERVICE,
  type Message,
  type Operation,
  type OutgoingMessage,
  readMessage,
  replyMessage,
  SESSION_TEST_SERVICE,
  twoWayOperation,
  writeMessage,
} from '../../soap/index.ts';

/** The address of the service that is called. */
export const ADDRESS = 'net.tcp://localhost:8081/session';

/** The id of a call of the client. */
export const id = (call: number) => `urn:uuid:00000000-0000-0000-0000-${String(call).padStart(12, '0')}`;

/** The id of a callback of the service. */
export const callbackId = (callback: number) =>
  `urn:uuid:ffffffff-0000-0000-0000-${String(callback).padStart(12, '0')}`;

/** A source of such ids. */
export function callbackIds(): () => string {
  let callbacks = 0;
  return () => {
    callbacks += 1;
    return callbackId(callbacks);
  };
}

const OPERATIONS = [...DUPLEX_TEST_SERVICE.operations, ...SESSION_TEST_SERVICE.operations];

/** What a client writes in one session, in order: each message as its record. */
export function caller() {
  const encoder = binaryMessageEncoder({ session: true });
  const write = (envelope: XmlElement) => encodeRecord({ type: 'sizedEnvelope', payload: encoder.encode(envelope) });
  const send = (message: OutgoingMessage) => write(writeMessage(message));
  return {
    write,
    send,
    calls: (call: number, name: string, values: DataRecord, operations: readonly Operation[] = OPERATIONS) => {
      const operation = operations.find((candidate) => candidate.name === name);
      if (operation === undefined) throw new Error(`no operation is called ${name}`);
      return send(callMessage(operation, values, { to: ADDRESS, messageId: id(call) }));
    },
    answers: (callback: number, result: string) => {
      const operation = twoWayOperation(DUPLEX_TEST_SERVICE.callbacks, 'Ask');
      const circumstances = { to: ADDRESS };
      const values = { AskResult: result };
      const request = { messageId: callbackId(callback), replyTo: ANONYMOUS };
      const reply = replyMessage(request, { operation, values }, circumstances);
      if (reply === undefined) throw new Error('a callback can be answered');
      return send(reply);
    },
  };
}

/** What the service has written in one session, as its client reads it. */
export function messagesIn(effects: readonly ChannelEffect[]): readonly Message[] {
  const frames = frameDecoder();
  const decoder = binaryMessageDecoder({ session: true });
  return effects
    .flatMap((effect) => (effect.type === 'transmit' ? frames.push(effect.bytes) : []))
    .flatMap((record) => {
      if (record.type !== 'sizedEnvelope') return [];
      const document = decoder.decode(record.payload);
      const message = document.type === 'violation' ? document : readMessage(document.root);
      if (message.type === 'violation') throw new Error(JSON.stringify(message));
      return [message];
    });
}
