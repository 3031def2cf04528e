/** What a person's Ctrl-C, or anybody's SIGTERM, asks for. */
export interface Interruption {
  /** Aborted by the first signal: heal, and end. */
  readonly requested: AbortSignal;
  /** Aborted by the second one: end without waiting for healing, but leave no process. */
  readonly hurried: AbortSignal;
  /** Signals are the system's business again. */
  [Symbol.dispose](): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Milliseconds within which a signal that comes again is still the same one: where a whole process group gets it, the programs
 * that started this one hand it on as well.
 */
const SAME_WITHIN = 500;

/** Takes signals over until it is disposed. */
export function watchSignals(say: (line: string) => void): Interruption {
  const requested = new AbortController();
  const hurried = new AbortController();
  let first: NodeJS.Signals | undefined;
  let settling: NodeJS.Timeout | undefined;
  const request = (signal: NodeJS.Signals) => {
    first = signal;
    say(`${signal}: healing first, then ending.`);
    // Only from then on is it true that another one is understood as such.
    settling = setTimeout(() => {
      settling = undefined;
      say('Still healing and ending, a few seconds. Once more to end without waiting.');
    }, SAME_WITHIN);
    requested.abort();
  };
  const onSignal = (signal: NodeJS.Signals) => {
    if (first === undefined) request(signal);
    else if (!hurried.signal.aborted && (signal !== first || settling === undefined)) {
      clearTimeout(settling);
      say(`${signal}: ending at once.`);
      hurried.abort();
    }
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    requested: requested.signal,
    hurried: hurried.signal,
    [Symbol.dispose]: () => {
      clearTimeout(settling);
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}

/** Resolves when a signal is aborted, at once if it has been. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** Resolves at the next signal of a person, which ends a wait and no more; from then on such signals are passed over. */
export function nextSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of SIGNALS) process.on(signal, () => resolve());
  });
}
