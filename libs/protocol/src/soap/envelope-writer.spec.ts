import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { binaryMessageDecoder, binaryMessageEncoder, type MessageEncoder } from '../encoding/index.ts';
import { hexOf } from '../encoding/testing/bytes.ts';
import {
  callMessage,
  contract,
  type DataRecord,
  EnvelopeWriter,
  type OutgoingMessage,
  replyMessage,
  twoWayOperation,
  writeMessage,
} from './index.ts';

const { operations } = contract({
  name: 'IShapes',
  namespace: 'urn:shapes',
  operations: {
    Echo: { takes: { s: 'string' }, returns: 'string' },
    Count: { takes: { n: 'int' }, returns: 'long' },
    Store: { takes: { data: 'base64Binary' }, returns: 'base64Binary' },
    Name: { takes: { id: 'guid' }, returns: 'guid' },
    Add: { takes: { one: 'int', other: 'int' }, returns: 'int' },
  },
});

const ID = 'urn:uuid:3731d6ab-5d92-4149-9f45-895f67e32763';
const OTHER_ID = 'urn:uuid:00112233-4455-6677-8899-aabbccddeeff';

/** What the plain encoder makes of it, or why it refuses. */
function plainly(encoder: MessageEncoder, message: OutgoingMessage): string {
  return outcomeOf(() => encoder.encode(writeMessage(message)));
}

function outcomeOf(write: () => Uint8Array): string {
  try {
    return hexOf(write());
  } catch (error) {
    return String(error);
  }
}

function request(name: string, values: DataRecord, messageId = ID, to = 'net.tcp://here/svc'): OutgoingMessage {
  return callMessage(twoWayOperation(operations, name), values, { to, messageId });
}

function reply(name: string, values: DataRecord, messageId = ID): OutgoingMessage {
  const message = replyMessage({ messageId }, { operation: twoWayOperation(operations, name), values });
  if (message === undefined) throw new Error('every request has an id');
  return message;
}

/** Lengths at which the size of a text, its type, or the place in Microsoft's buffer changes. */
const length = fc.oneof(
  fc.constantFrom(0, 1, 84, 85, 86, 127, 128, 170, 171, 255, 256, 511, 512, 65_535, 65_536),
  fc.nat(700),
);
const text = fc.oneof(
  fc.tuple(fc.constantFrom('x', 'é', '日', '😀'), length).map(([unit, times]) => unit.repeat(times)),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(null, '0', '1', 'true', '\ud800'),
);
const id = fc.oneof(
  fc.uuid().map((uuid) => `urn:uuid:${uuid}`),
  fc.constantFrom('urn:uuid:3731D6AB-5D92-4149-9F45-895F67E32763', 'urn:uuid:none', 'urn:other', ID.replace('-', '_')),
);
const message = fc.oneof(
  fc.tuple(text, id).map(([s, messageId]) => request('Echo', { s }, messageId)),
  fc.tuple(text, id).map(([s, messageId]) => reply('Echo', { EchoResult: s }, messageId)),
  fc.tuple(fc.integer(), id).map(([n, messageId]) => request('Count', { n }, messageId)),
  fc
    .tuple(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), id)
    .map(([n, messageId]) => reply('Count', { CountResult: n }, messageId)),
  fc.tuple(fc.uint8Array({ maxLength: 600 }), id).map(([data, messageId]) => request('Store', { data }, messageId)),
  fc.tuple(fc.uuid(), id).map(([value, messageId]) => request('Name', { id: value }, messageId)),
  fc.tuple(fc.integer(), id).map(([one, messageId]) => request('Add', { one, other: 1 }, messageId)),
  fc.tuple(text, fc.nat(600)).map(([s, more]) => request('Echo', { s }, ID, `net.tcp://here/${'p'.repeat(more)}`)),
);

describe('whatever is written, in whatever order', () => {
  test.each([true, false])('has the bytes of the plain encoder; with a table per session: %s', (session) => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), fc.constantFrom(0, 60, 2_048), (messages, maxSessionSize) => {
        const writer = new EnvelopeWriter({ session, maxSessionSize });
        const encoder = binaryMessageEncoder({ session, maxSessionSize });
        const written = messages.map((each) => outcomeOf(() => writer.write(each)));
        expect(written).toEqual(messages.map((each) => plainly(encoder, each)));
      }),
      { numRuns: 300 },
    );
  });
});

test('a value that cannot be written is refused, and what follows is written as if it had not been', () => {
  const writer = new EnvelopeWriter({ session: true });
  const decoder = binaryMessageDecoder({ session: true });
  const first = decoder.decode(writer.write(request('Echo', { s: 'fine' })));
  expect(() => writer.write(request('Echo', { s: '\ud800' }))).toThrow('half of a surrogate pair');
  expect(decoder.decode(writer.write(request('Echo', { s: 'fine' })))).toEqual(first);
});

test('two messages of one operation that are not addressed alike are not written alike', () => {
  const writer = new EnvelopeWriter({ session: true });
  const encoder = binaryMessageEncoder({ session: true });
  const messages = ['net.tcp://here/svc', 'net.tcp://here/other', 'net.tcp://here/svc'].map((to) =>
    request('Echo', { s: 'x' }, OTHER_ID, to),
  );
  expect(messages.map((each) => hexOf(writer.write(each)))).toEqual(messages.map((each) => plainly(encoder, each)));
});
