// `npm run interop`: our client and our service talk with Mono's WCF, as far as this machine has Mono.
// Exit codes: 0 everything went as it should, or there is no Mono; 1 it did not; with LAPSE_REQUIRE_MONO=1, 1 without Mono too.
import { closingLines, type Held, holdAll } from './conversation.ts';
import { FROM_MONO } from './from-mono.ts';
import { type MonoPeer, monoPeer } from './mono-peer.ts';
import { STREAMED } from './streamed-talks.ts';
import { TO_MONO } from './to-mono.ts';

const CONVERSATIONS = [...TO_MONO, ...FROM_MONO, ...STREAMED];

process.exitCode = await main();

async function main(): Promise<number> {
  const peer = await monoPeer();
  if (typeof peer !== 'string') return talk(peer);
  const isRequired = process.env.LAPSE_REQUIRE_MONO === '1';
  const held: readonly Held[] = isRequired ? [{ name: 'Mono is there', took: 0, failure: peer }] : [];
  const notRun = CONVERSATIONS.map(({ name }) => name);
  console.log(
    [
      ...notRun.map((name) => `not run ${name}`),
      ...closingLines(held, [`${notRun.length} conversations: ${peer}`]),
    ].join('\n'),
  );
  return held.length;
}

async function talk(peer: MonoPeer): Promise<number> {
  console.log(peer.version);
  try {
    const held = await holdAll(CONVERSATIONS, peer, tell);
    console.log(closingLines(held).join('\n'));
    return held.some(({ failure }) => failure !== undefined) ? 1 : 0;
  } finally {
    await peer.remove();
  }
}

function tell({ name, took, failure }: Held): void {
  console.log(`${failure === undefined ? 'ok    ' : 'FAILED'} ${name} (${took} ms)`);
  if (failure !== undefined) console.log(failure.replace(/^/gm, '         '));
}
