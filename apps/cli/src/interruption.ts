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

/** Takes signals over until it is disposed. */
export function watchSignals(say: (line: string) => void): Interruption {
  const requested = new AbortController();
  const hurried = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    if (!requested.signal.aborted) {
      say(`${signal}: healing and ending, a few seconds. Once more to end without waiting.`);
      requested.abort();
    } else if (!hurried.signal.aborted) {
      say(`${signal}: ending at once.`);
      hurried.abort();
    }
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    requested: requested.signal,
    hurried: hurried.signal,
    [Symbol.dispose]: () => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}

/** Resolves when a signal is aborted, at once if it has been. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
