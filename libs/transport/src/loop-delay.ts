import type { Clock } from './clock.ts';

const EVERY = 20;
/** Delays up to this many milliseconds are the ordinary noise of setTimeout. */
const LOOP_DELAY_THRESHOLD = 5;

/** Samples how late the event loop runs, every 20 ms, and reports what is above 5 ms. Returns a function that stops it. */
export function watchLoopDelay(clock: Clock, report: (delay: number) => void): () => void {
  let timer: NodeJS.Timeout;
  const sample = () => {
    const due = clock.now() + EVERY;
    timer = setTimeout(() => {
      const delay = clock.now() - due;
      if (delay > LOOP_DELAY_THRESHOLD) report(delay);
      sample();
    }, EVERY);
  };
  sample();
  return () => clearTimeout(timer);
}
