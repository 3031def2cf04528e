import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { characters, element, type XmlElement, type XmlNode } from '../encoding/index.ts';
import {
  ADDRESSING,
  ANONYMOUS,
  FAULT_ACTION,
  headersNotUnderstood,
  type Message,
  NO_ADDRESS,
  readMessage,
  SOAP,
  type SoapViolation,
  writeMessage,
} from './index.ts';
import { parseXml } from './testing/parse-xml.ts';

const S = `xmlns:s="${SOAP.namespace}"`;
const A = `xmlns:a="${ADDRESSING.namespace}"`;
const ID = 'urn:uuid:00112233-4455-6677-8899-aabbccddee01';

function envelope(header: string, body = ''): XmlElement {
  return parseXml(`<s:Envelope ${S} ${A}><s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`);
}

function message(header: string, body = ''): Message {
  const read = readMessage(envelope(header, body));
  if (read.type === 'violation') throw new Error(JSON.stringify(read));
  return read;
}

const ACTION = '<a:Action>urn:act</a:Action>';

describe('headers', () => {
  test('are found in any order, under any prefix, and with blanks around their text', () => {
    const read = readMessage(
      parseXml(
        `<Envelope xmlns="${SOAP.namespace}"><Header><To xmlns="${ADDRESSING.namespace}"> net.tcp://h/p </To><w:ReplyTo xmlns:w="${ADDRESSING.namespace}"><w:Address>${ANONYMOUS}</w:Address></w:ReplyTo><w:MessageID xmlns:w="${ADDRESSING.namespace}">\n${ID}\n</w:MessageID><w:Action xmlns:w="${ADDRESSING.namespace}">urn:act</w:Action></Header><Body/></Envelope>`,
      ),
    );
    expect(read).toEqual({
      type: 'message',
      action: 'urn:act',
      messageId: ID,
      to: 'net.tcp://h/p',
      replyTo: ANONYMOUS,
      headers: [],
      content: { type: 'body', body: undefined },
    });
  });

  test('that are unknown are kept, with what their sender asks for', () => {
    const { headers } = message(
      `<x:Trace xmlns:x="urn:x">1</x:Trace>${ACTION}<x:Must xmlns:x="urn:x" s:mustUnderstand="true"/><x:May xmlns:x="urn:x" s:mustUnderstand="0"/>`,
    );
    expect(headers.map(({ element: { local }, mustUnderstand }) => [local, mustUnderstand])).toEqual([
      ['Trace', false],
      ['Must', true],
      ['May', false],
    ]);
  });

  test('of another role need not be understood, and address nobody here', () => {
    const read = message(
      `${ACTION}<a:To s:role="urn:gateway" s:mustUnderstand="1">net.tcp://other/</a:To><x:H xmlns:x="urn:x" s:role="${SOAP.namespace}/role/none" s:mustUnderstand="1"/>`,
    );
    expect(read.to).toBeUndefined();
    expect(headersNotUnderstood(read)).toEqual([]);
  });

  test.each(['next', 'ultimateReceiver'])('of the role %s are meant for us', (role) => {
    const read = message(
      `${ACTION}<x:H xmlns:x="urn:x" s:role="${SOAP.namespace}/role/${role}" s:mustUnderstand="1"/>`,
    );
    expect(headersNotUnderstood(read)).toEqual([{ namespace: 'urn:x', local: 'H' }]);
    expect(headersNotUnderstood(read, [{ namespace: 'urn:x', local: 'H' }])).toEqual([]);
  });

  test('a relation that is no reply does not relate', () => {
    const other = '<a:RelatesTo RelationshipType="urn:other" s:mustUnderstand="1">urn:1</a:RelatesTo>';
    const reply = `<a:RelatesTo RelationshipType="${ADDRESSING.namespace}/reply">urn:2</a:RelatesTo>`;
    const unrelated = message(ACTION + other);
    expect([unrelated.relatesTo, unrelated.headers.length, headersNotUnderstood(unrelated)]).toEqual([
      undefined,
      1,
      [],
    ]);
    expect(message(ACTION + other + reply).relatesTo).toBe('urn:2');
  });

  test('FaultTo is told apart from ReplyTo', () => {
    const read = message(
      `${ACTION}<a:ReplyTo><a:Address>${NO_ADDRESS}</a:Address></a:ReplyTo><a:FaultTo><a:Address>urn:f</a:Address></a:FaultTo>`,
    );
    expect([read.replyTo, read.faultTo]).toEqual([NO_ADDRESS, 'urn:f']);
  });
});

describe('what is no message is a violation, with its rule and its place', () => {
  const ADDRESSING_FAULT = FAULT_ACTION.addressing;

  function violation(from: XmlElement): SoapViolation {
    const read = readMessage(from);
    if (read.type !== 'violation') throw new Error('that is a message');
    return read;
  }

  test.each([
    ['another root', '<x/>', 'wcf-wire 4.1', 'x'],
    ['no body', `<s:Envelope ${S}><s:Header/></s:Envelope>`, 'wcf-wire 4.1', 'Envelope/Body'],
    ['nothing', `<s:Envelope ${S}/>`, 'wcf-wire 4.1', 'Envelope/Body'],
    [
      'headers behind the body',
      `<s:Envelope ${S}><s:Body/><s:Header/></s:Envelope>`,
      'wcf-wire 4.2',
      'Envelope/Header/Action',
    ],
    [
      'a header that must perhaps be understood',
      `<s:Envelope ${S}><s:Header><x s:mustUnderstand="maybe"/></s:Header><s:Body/></s:Envelope>`,
      'wcf-wire 4.1',
      'Envelope/Header/x',
    ],
  ])('%s', (_, text, rule, at) => {
    expect(violation(parseXml(text))).toMatchObject({ type: 'violation', rule, at });
  });

  test('an envelope of SOAP 1.1 is answered with a version mismatch', () => {
    const { rule, answer } = violation(parseXml('<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"/>'));
    expect([rule, answer?.action, answer?.fault.code.local]).toEqual([
      'wcf-wire 4.5',
      FAULT_ACTION.soap,
      'VersionMismatch',
    ]);
  });

  test.each([
    ['no action', '', 'Action', 'MessageAddressingHeaderRequired'],
    ['two actions', ACTION + ACTION, 'Action', 'InvalidCardinality'],
    ['a ReplyTo without address', `${ACTION}<a:ReplyTo/>`, 'ReplyTo', 'MissingAddressInEPR'],
    ['elements inside an action', '<a:Action><b/></a:Action>', 'Action', undefined],
    ['elements inside an address', `${ACTION}<a:ReplyTo><a:Address><b/></a:Address></a:ReplyTo>`, 'ReplyTo', undefined],
  ])('%s is answered with a fault of addressing that relates to the request', (_, headers, header, problem) => {
    const { at, answer, messageId } = violation(envelope(`${headers}<a:MessageID>${ID}</a:MessageID>`));
    expect([at, messageId]).toEqual([`Envelope/Header/${header}`, ID]);
    expect(answer?.action).toBe(ADDRESSING_FAULT);
    expect(answer?.fault.subcodes.map(({ local }) => local)).toEqual([
      'InvalidAddressingHeader',
      ...[problem ?? []].flat(),
    ]);
  });

  test.each([
    ['without a code', '<s:Reason><s:Text xml:lang="">r</s:Text></s:Reason>'],
    ['without a reason', '<s:Code><s:Value>s:Sender</s:Value></s:Code>'],
    ['with an empty code', '<s:Code><s:Value/></s:Code><s:Reason><s:Text xml:lang="">r</s:Text></s:Reason>'],
    [
      'with a prefix that nothing declares',
      '<s:Code><s:Value>q:Sender</s:Value></s:Code><s:Reason><s:Text>r</s:Text></s:Reason>',
    ],
  ])('a fault %s', (_, inside) => {
    const found = violation(envelope(ACTION, `<s:Fault>${inside}</s:Fault>`));
    expect([found.rule, found.at, found.answer]).toEqual(['wcf-wire 4.5', 'Envelope/Body/Fault', undefined]);
  });
});

describe('faults', () => {
  function faultOf(inside: string) {
    const { content } = message(ACTION, `<s:Fault>${inside}</s:Fault>`);
    if (content.type !== 'fault') throw new Error('that is no fault');
    return content;
  }

  test('of Mono, whose codes have no namespace or a wrong one, are faults', () => {
    const reason = '<s:Reason><s:Text xml:lang="">r</s:Text></s:Reason>';
    const bare = faultOf(`<s:Code><s:Value>Sender</s:Value></s:Code>${reason}`);
    expect([bare.code, bare.subcodes]).toEqual([{ namespace: '', local: 'Sender' }, []]);
    const internal = faultOf(`<s:Code><s:Value>a:InternalServiceFault</s:Value></s:Code>${reason}`);
    expect(internal.code).toEqual({ namespace: ADDRESSING.namespace, local: 'InternalServiceFault' });
  });

  test('have nested subcodes, the first reason, and every element of their detail', () => {
    const { code, subcodes, reason, language, detail } = faultOf(
      '<s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value xmlns:p="urn:p">p:Outer</s:Value><s:Subcode><s:Value xmlns:q="urn:q">q:Inner</s:Value></s:Subcode></s:Subcode></s:Code><s:Reason><s:Text xml:lang="de">eins</s:Text><s:Text xml:lang="en">one</s:Text></s:Reason><s:Node>urn:n</s:Node><s:Detail><x/><y/></s:Detail>',
    );
    expect(code).toEqual({ namespace: SOAP.namespace, local: 'Sender' });
    expect(subcodes).toEqual([
      { namespace: 'urn:p', local: 'Outer' },
      { namespace: 'urn:q', local: 'Inner' },
    ]);
    expect([reason, language, detail.map(({ local }) => local)]).toEqual(['eins', 'de', ['x', 'y']]);
  });

  test('are what a fault was before it was written', () => {
    const fault = faultOf(
      '<s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value xmlns:a="urn:own">a:Own</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en-US">why</s:Text></s:Reason><s:Detail><d xmlns="urn:d">1</d></s:Detail>',
    );
    const read = readMessage(writeMessage({ type: 'fault', action: 'urn:f', fault, relatesTo: ID, to: ANONYMOUS }));
    expect(read).toEqual({
      type: 'message',
      action: 'urn:f',
      relatesTo: ID,
      to: ANONYMOUS,
      headers: [],
      content: fault,
    });
  });
});

test('any infoset is a message or a violation, and never a throw', () => {
  const seed = Date.now();
  process.stdout.write(`readMessage property: seed ${seed}\n`);
  const vocabulary = fc.constantFrom(SOAP, ADDRESSING, { prefix: 'x', namespace: 'urn:x', origin: 'inline' as const });
  const local = fc.constantFrom(
    ...['Envelope', 'Header', 'Body', 'Action', 'MessageID', 'RelatesTo', 'ReplyTo', 'Address', 'To', 'FaultTo'],
    ...['Fault', 'Code', 'Value', 'Subcode', 'Reason', 'Text', 'Detail', 'Other'],
  );
  const text = fc.constantFrom('', 's:Sender', 'q:None', '1', 'urn:x').map((value): XmlNode => characters(value));
  const { node } = fc.letrec<{ node: XmlNode }>((tie) => ({
    node: fc.oneof({ depthSize: 'medium' }, text, elementOf(fc.array(tie('node'), { maxLength: 5 }))),
  }));
  function elementOf(children: fc.Arbitrary<XmlNode[]>): fc.Arbitrary<XmlElement> {
    return fc
      .record({ vocabulary, local, children })
      .map((made) => element(made.vocabulary, made.local, ...made.children));
  }
  const inside = fc.array(node, { maxLength: 6 });
  const action = fc.constantFrom([], [element(ADDRESSING, 'Action', characters('urn:act'))]);
  const shaped = fc
    .record({ action, header: inside, fault: fc.boolean(), body: inside })
    .map(({ action, header, fault, body }) =>
      element(
        SOAP,
        'Envelope',
        element(SOAP, 'Header', ...action, ...header),
        element(SOAP, 'Body', ...(fault ? [element(SOAP, 'Fault', ...body)] : body)),
      ),
    );
  fc.assert(
    fc.property(fc.oneof(shaped, elementOf(inside)), (root) => {
      expect(['message', 'violation']).toContain(readMessage(root).type);
    }),
    { seed, numRuns: 2_000 },
  );
});
