import type { SessionAccount } from '@lapse/experiment';
import type { ReportedRun, ReportedScenario } from './reported-run.ts';

/** A line that `lapse conduct` reads: which scenario to run, as a file or an id of the catalogue, or as what a file would hold. */
export type ConductRequest = { readonly run: number } & ({ readonly name: string } | { readonly scenario: unknown });

/** A line that `lapse conduct` writes. `run` is that of the request that it answers. */
export type ConductAnswer =
  /** First of all: requests are taken. */
  | ({ readonly is: 'ready' } & Pick<ReportedRun, 'folder' | 'conductor'>)
  | {
      readonly is: 'conducted';
      readonly run: number;
      readonly outcome: ReportedScenario;
      /** Of the experiment that decides, by the numbers of its sessions. Empty: nothing was judged, or there was no session. */
      readonly accounts: readonly SessionAccount[];
    }
  /** The scenario is none, or cannot be run, and nothing was started for it; `why` are sentences for people. No `run`: the line was no request. */
  | { readonly is: 'refused'; readonly run?: number; readonly why: string }
  /** Nothing came of it, for no fault of the scenario. */
  | { readonly is: 'failed'; readonly run: number; readonly why: string };
