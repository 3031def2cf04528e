import { clockProblems } from './fence-clock.ts';
import { docProblems } from './fence-docs.ts';
import { exportProblems } from './fence-exports.ts';
import { importProblems } from './fence-imports.ts';
import { nameProblems } from './fence-names.ts';
import { pathProblems } from './fence-paths.ts';
import { sizeProblems } from './fence-size.ts';
import { testProblems } from './fence-tests.ts';
import type { Problem, Workspace } from './workspace.ts';

/** Every fence of the repository, by what it keeps. */
export const FENCES: Readonly<Record<string, (workspace: Workspace) => readonly Problem[]>> = {
  imports: importProblems,
  'clock and randomness': clockProblems,
  exports: exportProblems,
  'what pages name': docProblems,
  names: nameProblems,
  sizes: sizeProblems,
  'honest tests': testProblems,
  'machine paths': pathProblems,
};
