/** What a caller asks of the keeper: one JSON line each on its standard input. The end of that input ends everything. */
export type KeeperOrder =
  | {
      readonly order: 'start';
      /** Chosen by the caller; the reports name it. */
      readonly id: number;
      readonly command: string;
      readonly args: readonly string[];
      readonly environment: Readonly<Record<string, string>>;
      readonly folder: string;
      /** The file that takes both outputs; appended to. */
      readonly log: string;
    }
  | { readonly order: 'end'; readonly id: number }
  /** This folder is deleted when everything has ended. */
  | { readonly order: 'discard'; readonly folder: string };

/** What the keeper tells: one JSON line each on its standard output. */
export type KeeperReport =
  | { readonly report: 'started'; readonly id: number; readonly pid: number }
  | { readonly report: 'ended'; readonly id: number; readonly ending: Ending };

/** How a process ended: by an exit code, by a signal, or by never having started. */
export type Ending =
  | { readonly how: 'exit'; readonly code: number }
  | { readonly how: 'signal'; readonly signal: string }
  | { readonly how: 'notStarted'; readonly reason: string };
