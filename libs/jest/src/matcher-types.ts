import type { FaultClaim, Timer } from './answers.ts';

/** What `expect` of an outcome can be asked. An outcome that proves nothing fails each of them, and the opposite of each. */
export interface LapseMatchers<R> {
  /** What was predicted is what was measured. `.not`: it was refuted. */
  toBeConfirmed(): R;
  /** No session, or not the one that is named, ended before its client wanted that. Calls may have failed. */
  toSurvive(claim?: Pick<FaultClaim, 'session'>): R;
  /** It was this timer that ended the session, or, where nothing did, the first call that failed: by what was observed, whatever was predicted. */
  toFaultBy(timer: Timer, claim?: FaultClaim): R;
}

// For `expect` of @jest/globals.
declare module 'expect' {
  interface Matchers<R extends void | Promise<void>> extends LapseMatchers<R> {}
}

// For the global `expect`, as @types/jest declares it.
declare global {
  namespace jest {
    interface Matchers<R> extends LapseMatchers<R> {}
  }
}
