import type { MonoPeer } from './mono-peer.ts';

/** Something that one side and the other say to each other. It fails by throwing. */
export interface Conversation {
  /** The situation and its consequence. */
  readonly name: string;
  hold(peer: MonoPeer): Promise<void>;
}

/** What a conversation came to. */
export interface Held {
  readonly name: string;
  readonly took: number;
  /** Absent where it went as it should. */
  readonly failure?: string;
}

/** No conversation with Mono takes longer, its start included; milliseconds. */
const PATIENCE = 30_000;

/** Holds one conversation after the other: two cores are enough for one peer. */
export async function holdAll(
  conversations: readonly Conversation[],
  peer: MonoPeer,
  tell: (held: Held) => void,
): Promise<readonly Held[]> {
  const all: Held[] = [];
  for (const conversation of conversations) {
    const held = await hold(conversation, peer);
    tell(held);
    all.push(held);
  }
  return all;
}

async function hold(conversation: Conversation, peer: MonoPeer): Promise<Held> {
  const { name } = conversation;
  const started = performance.now();
  const took = () => Math.round(performance.now() - started);
  try {
    await within(PATIENCE, conversation.hold(peer));
    return { name, took: took() };
  } catch (error) {
    return { name, took: took(), failure: error instanceof Error ? error.message : String(error) };
  }
}

function within<T>(patience: number, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`it was not over after ${patience} ms`)), patience);
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** The lines that a run ends with: what was not run and why, then the counts. */
export function closingLines(held: readonly Held[], notRun: readonly string[] = []): readonly string[] {
  const failed = held.filter(({ failure }) => failure !== undefined).length;
  const counts = `${held.length - failed} passed, ${failed} failed`;
  return notRun.length === 0 ? [counts] : [`not run: ${notRun.join('; ')}`, counts];
}
