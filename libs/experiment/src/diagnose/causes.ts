import { CAUSES_OF_CALLS } from './causes-of-calls.ts';
import { CAUSES_OF_OPEN } from './causes-of-open.ts';
import { CAUSES_OF_SESSIONS } from './causes-of-sessions.ts';

/** Every cause that a signature may name, by its name. */
export const CAUSES = { ...CAUSES_OF_OPEN, ...CAUSES_OF_CALLS, ...CAUSES_OF_SESSIONS };

export type CauseName = keyof typeof CAUSES;
