import { randomBytes } from 'node:crypto';
import { InvalidArgumentError } from 'commander';

/** 64 bits as 16 lower-case hex digits. */
export type Seed = string;

/** A seed as it is typed: up to 16 hex digits, or `random` for one that nobody chose. */
export function parseSeed(text: string): Seed {
  if (text === 'random') return randomBytes(8).toString('hex');
  if (!/^[0-9a-f]{1,16}$/i.test(text)) throw new InvalidArgumentError('It is 1 to 16 hex digits, or random.');
  return text.toLowerCase().padStart(16, '0');
}

/** Endless numbers of 32 bits that follow from a seed alone: SplitMix64, the upper half of each number. */
export function* numbersFrom(seed: Seed): Generator<number, never> {
  let state = BigInt(`0x${seed}`);
  for (;;) {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let mixed = BigInt.asUintN(64, (state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n);
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn);
    yield Number((mixed ^ (mixed >> 31n)) >> 32n);
  }
}

/** The same items in an order that the numbers decide (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], numbers: Generator<number, never>): readonly T[] {
  const order = [...items];
  const swap = (one: number, other: number) =>
    order.splice(one, 1, ...order.splice(other, 1, ...order.slice(one, one + 1)));
  for (let last = order.length - 1; last > 0; last--) swap(last, numbers.next().value % (last + 1));
  return order;
}
