import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Fate, type Mutant, mutate } from './mutant.ts';
import { runTests } from './test-run.ts';
import { copyWorkspace } from './workspace-copy.ts';

export interface Hunt {
  readonly root: string;
  readonly mutants: readonly Mutant[];
  /** How many copies of the workspace are at work at a time. */
  readonly parallel: number;
  readonly tell: (mutant: Mutant, fate: Fate) => void;
}

/** The tests fail without any mutant: nothing could be learnt. */
export class TestsFailAlready extends Error {
  override readonly name = 'TestsFailAlready';
}

/**
 * Makes each change in a copy of the workspace, never in the workspace itself, and lets the tests look for it. Answers the
 * fates in the order of the mutants. @throws TestsFailAlready
 */
export async function hunt({ root, mutants, parallel, tell }: Hunt): Promise<readonly Fate[]> {
  const fates: Fate[] = [];
  const waiting = [...mutants.entries()];
  const lane = async () => {
    using copy = copyWorkspace(root);
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, mutant] = next;
      const fate = await fateOf(mutant, copy.root);
      fates[index] = fate;
      tell(mutant, fate);
    }
  };
  await requirePassing(root, mutants);
  await Promise.all(Array.from({ length: parallel }, lane));
  return fates;
}

async function requirePassing(root: string, mutants: readonly Mutant[]): Promise<void> {
  using copy = copyWorkspace(root);
  for (const project of new Set(mutants.flatMap(({ tests }) => tests))) {
    const outcome = await runTests({ root: copy.root, project });
    if (outcome.is === 'failed') throw new TestsFailAlready(`${project}: ${outcome.test}`);
    if (outcome.is === 'broken') throw new TestsFailAlready(`${project}: ${outcome.message}`);
  }
}

async function fateOf(mutant: Mutant, root: string): Promise<Fate> {
  const path = join(root, mutant.file);
  const original = readFileSync(path, 'utf8');
  const mutated = mutate(original, mutant);
  if (mutated instanceof Error) return { is: 'unusable', why: mutated.message };
  writeFileSync(path, mutated);
  try {
    return await fateByTests(mutant, root);
  } finally {
    writeFileSync(path, original);
  }
}

/** A change after which nothing loads any more says nothing about the tests. */
async function fateByTests({ tests, file }: Mutant, root: string): Promise<Fate> {
  for (const project of tests) {
    const outcome = await runTests({ root, project, reaching: file });
    if (outcome.is === 'failed') return { is: 'killed', by: `${project}: ${outcome.test}` };
    if (outcome.is === 'broken') return { is: 'unusable', why: `nothing loads any more: ${outcome.message}` };
  }
  return { is: 'survived' };
}
