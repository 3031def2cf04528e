import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { EXPERIMENT_FILES, type JudgedExperiment, judgeRecord, type Verdict } from '@lapse/experiment';
import type { ExperimentFolder } from './folder.ts';

/** A workflow keeps what was judged, not the evidence; Temporal stores it in every history that it passes through. */
const LARGEST_JUDGEMENT = 32 * 1_024;

/** Judges what the host recorded, by the prediction that the experiment was started with. No history is judged as an empty one. */
export function judgeHistory(folder: ExperimentFolder): JudgedExperiment {
  const path = folder.file(EXPERIMENT_FILES.history);
  const history = existsSync(path) ? readFileSync(path) : new Uint8Array();
  const digest = createHash('sha256').update(history).digest('hex');
  const lines = new TextDecoder().decode(history).split('\n');
  const { request } = folder.readExperiment();
  return bounded(judgeRecord({ request, lines, folder: folder.path, digest }));
}

/** Leaves out, and says so, what a workflow cannot keep: the least late firings, and the last of many unpredicted events. */
export function bounded(judged: JudgedExperiment, largest = LARGEST_JUDGEMENT): JudgedExperiment {
  if (sizeOf(judged) <= largest) return judged;
  const lateness = judged.lateness.toSorted((one, other) => other - one).slice(0, 100);
  let kept = judged.verdicts.length;
  let result: JudgedExperiment = { ...judged, lateness };
  while (sizeOf(result) > largest && kept > judged.root + 1) {
    kept = Math.max(judged.root + 1, Math.floor(kept / 2));
    result = { ...judged, lateness, verdicts: [...judged.verdicts.slice(0, kept), leftOut(judged, kept)] };
  }
  return result;
}

/** Stands for the verdicts that were left out: as bad as the worst of them. */
function leftOut({ verdicts }: JudgedExperiment, kept: number): Verdict {
  const rest = verdicts.slice(kept);
  const status = (['refuted', 'inconclusive'] as const).find((worst) => rest.some((one) => one.status === worst));
  const byNoise = rest.every((verdict) => verdict.status !== 'inconclusive' || verdict.byNoise === true);
  const reason = `${rest.length} further verdicts are left out here; the history holds what they are about.`;
  return { status: status ?? 'confirmed', reason, byNoise };
}

function sizeOf(judged: JudgedExperiment): number {
  return Buffer.byteLength(JSON.stringify(judged));
}
