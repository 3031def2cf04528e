// `npm run mutants [WORD …]`: changes timers, defaults and rules one at a time, and says which test notices. With words:
// only mutants whose file or name holds one of them. Exit code 1: one survived, or could not be tried.
import { resolve } from 'node:path';
import { ALL_MUTANTS } from './all-mutants.ts';
import { hunt } from './hunt.ts';
import type { Fate, Mutant } from './mutant.ts';

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const words = process.argv.slice(2);
const chosen = ALL_MUTANTS.filter(
  ({ name, file }) => words.length === 0 || words.some((word) => `${file}: ${name}`.includes(word)),
);
process.exitCode = await main(chosen);

async function main(mutants: readonly Mutant[]): Promise<number> {
  console.log(`${mutants.length} mutants, two at a time; without any, all tests must pass`);
  const root = resolve(import.meta.dirname, '../..');
  const fates = await hunt({ root, mutants, parallel: 2, tell: (mutant, fate) => console.log(lineOf(mutant, fate)) });
  const count = (is: Fate['is']) => fates.filter((fate) => fate.is === is).length;
  console.log(`\n${count('killed')} killed, ${count('survived')} survived, ${count('unusable')} unusable`);
  for (const [index, mutant] of mutants.entries()) {
    const fate = fates[index];
    if (fate !== undefined && fate.is !== 'killed') console.log(lineOf(mutant, fate));
  }
  return mutants.length > 0 && count('killed') === mutants.length ? 0 : 1;
}

function lineOf({ name, file }: Mutant, fate: Fate): string {
  const what = `${file}: ${name}`;
  switch (fate.is) {
    case 'killed':
      return `killed    ${what}\n            by ${fate.by}`;
    case 'survived':
      return `SURVIVED  ${what}`;
    case 'unusable':
      return `UNUSABLE  ${what}\n            ${fate.why}`;
  }
}
