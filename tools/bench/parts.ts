/** A program that measures one thing and prints what it found. It is given the seconds of each of its slices. */
export interface Part {
  readonly name: string;
  readonly measures: string;
  /** From the root of the repository. */
  readonly program: readonly string[];
}

export const PARTS: readonly Part[] = [
  {
    name: 'encoding',
    measures: 'binary messages, written and read',
    program: ['libs', 'protocol', 'src', 'encoding', 'testing', 'bench.ts'],
  },
  {
    name: 'calls',
    measures: 'calls of an echo between two processes, as a share of a bare echo of as many bytes',
    program: ['libs', 'transport', 'src', 'testing', 'bench', 'main.ts'],
  },
];

/** What is wanted of the bench. */
export interface Wanted {
  readonly parts: readonly Part[];
  readonly seconds: number;
}

/** The parts that are named, or all; a sentence about what nobody can measure. */
export function wantedIn(names: readonly string[], seconds: string, parts: readonly Part[] = PARTS): Wanted | string {
  const unknown = names.find((name) => !parts.some((part) => part.name === name));
  if (unknown !== undefined) {
    return `no part is called ${unknown}; there ${parts.length === 1 ? 'is' : 'are'}: ${parts.map(({ name }) => name).join(', ')}`;
  }
  if (!(Number(seconds) > 0 && Number(seconds) <= 60)) return `--seconds is a number up to 60, not ${seconds}`;
  return {
    parts: names.length === 0 ? parts : parts.filter(({ name }) => names.includes(name)),
    seconds: Number(seconds),
  };
}
