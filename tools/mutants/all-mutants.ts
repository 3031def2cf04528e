import { CALL_MUTANTS } from './call-mutants.ts';
import { CALLBACK_MUTANTS } from './callback-mutants.ts';
import { EXPERIMENT_MUTANTS } from './experiment-mutants.ts';
import { FLOOD_MUTANTS } from './flood-mutants.ts';
import { JUDGE_MUTANTS } from './judge-mutants.ts';
import type { Mutant } from './mutant.ts';
import { PROTOCOL_MUTANTS } from './protocol-mutants.ts';

/** Every change that some test must notice. */
export const ALL_MUTANTS: readonly Mutant[] = [
  ...PROTOCOL_MUTANTS,
  ...CALL_MUTANTS,
  ...EXPERIMENT_MUTANTS,
  ...JUDGE_MUTANTS,
  ...FLOOD_MUTANTS,
  ...CALLBACK_MUTANTS,
];
