// How fast messages are encoded and decoded: started by `npm run bench -- encoding`, with the seconds of each slice as its
// argument. Every figure is the median of slices, and all slices are printed: the machine may be busy with other things.
import { performance } from 'node:perf_hooks';
import {
  attribute,
  binaryMessageDecoder,
  binaryMessageEncoder,
  characters,
  declaration,
  element,
  integer,
  uniqueId,
  type Vocabulary,
  type XmlElement,
} from '../index.ts';

const SOAP: Vocabulary = { prefix: 's', namespace: 'http://www.w3.org/2003/05/soap-envelope', origin: 'static' };
const ADDRESSING: Vocabulary = { prefix: 'a', namespace: 'http://www.w3.org/2005/08/addressing', origin: 'static' };
const ECHO: Vocabulary = { prefix: '', namespace: 'http://tempuri.org/', origin: 'session' };

const SLICES = 7;
/** Before the first slice: the compiler has seen everything then. */
const WARM_UP = 2_000;
const MEGABYTE = 1_000_000;

/** A request of the plainest kind (wcf-wire 4.2) with a text. */
function request(text: string, id: string): XmlElement {
  const understood = attribute(SOAP, 'mustUnderstand', integer(1));
  const anonymous = characters('http://www.w3.org/2005/08/addressing/anonymous', 'static');
  return element(
    SOAP,
    'Envelope',
    declaration(SOAP),
    declaration(ADDRESSING),
    element(
      SOAP,
      'Header',
      element(ADDRESSING, 'Action', understood, characters('http://tempuri.org/ITest/Echo', 'session')),
      element(ADDRESSING, 'MessageID', uniqueId(id)),
      element(ADDRESSING, 'ReplyTo', element(ADDRESSING, 'Address', anonymous)),
      element(ADDRESSING, 'To', understood, characters('net.tcp://127.0.0.1:18917/svc', 'session')),
    ),
    element(SOAP, 'Body', element(ECHO, 'Echo', declaration(ECHO), element(ECHO, 's', characters(text)))),
  );
}

const ID = 'urn:uuid:3731d6ab-5d92-4149-9f45-895f67e32763';

/** A request of exactly so many bytes in a session that has its strings already, and one that has to be built anew. */
function sized(bytes: number) {
  const encoder = binaryMessageEncoder({ session: true });
  const decoder = binaryMessageDecoder({ session: true });
  decoder.decode(encoder.encode(request('', ID)));
  const lengthOf = (letters: number) => encoder.encode(request('x'.repeat(letters), ID)).length;
  const text = 'x'.repeat(bytes - (lengthOf(bytes) - bytes));
  return { text, encoder, decoder, payload: encoder.encode(request(text, ID)) };
}

const secondsOfSlice = Number(process.argv[2] ?? '1');

for (const bytes of [600, 32_768]) {
  const { text, encoder, decoder, payload } = sized(bytes);
  const built = request(text, ID);
  report('encode', payload.length, () => encoder.encode(built));
  report('build and encode', payload.length, () => encoder.encode(request(text, ID)));
  report('decode', payload.length, () => decoder.decode(payload));
}

function report(what: string, bytes: number, act: () => unknown): void {
  for (let count = 0; count < WARM_UP; count += 1) act();
  const rates = Array.from({ length: SLICES }, () => rateOf(act));
  const median = rates.toSorted((one, other) => one - other)[Math.trunc(SLICES / 2)] ?? 0;
  const cells = [
    `${what.padEnd(16)} ${String(bytes).padStart(6)} bytes`,
    `${Math.round(median).toLocaleString('en').padStart(9)} messages/s`,
    `${((median * bytes) / MEGABYTE).toFixed(0).padStart(6)} MB/s`,
    `slices ${rates.map((rate) => Math.round(rate / 1_000)).join(' ')} k/s`,
  ];
  console.log(cells.join('   '));
}

/** Times per second, over one slice. */
function rateOf(act: () => unknown): number {
  const start = performance.now();
  const end = start + 1_000 * secondsOfSlice;
  let count = 0;
  let now = start;
  while (now < end) {
    for (let turn = 0; turn < 50; turn += 1) act();
    count += 50;
    now = performance.now();
  }
  return (1_000 * count) / (now - start);
}
