import type { CauseName } from './causes.ts';
import type { SettingName } from './setting.ts';

/** A row of the signature table (wcf-timeouts 12): which exception it is, and what may stand behind it. */
export interface Signature {
  /** Number of the row, or for what other sections tell the number of the section. */
  readonly id: string;
  /** Types, without namespace, that this row is told by. */
  readonly types: readonly string[];
  /** Fragments of its message, in English; one of them must be there. None: the type alone tells. */
  readonly texts: readonly RegExp[];
  /** Words that it shares with others: they tell it of an exception that nothing known lies around. */
  readonly outermost?: readonly RegExp[];
  /** What an exception inside tells it by as well, in any language. */
  readonly inner?: { readonly type: string; readonly codes: readonly number[]; readonly text: RegExp };
  /** Methods in the stack trace that speak for it, where the text cannot be read or fits two rows. */
  readonly frames?: RegExp;
  readonly means: string;
  /** What the time is that the message prints. */
  readonly prints?: string;
  /** Settings, one of which that time is, whole or what was left of it. */
  readonly printsOneOf?: readonly SettingName[];
  readonly candidates: readonly CandidateOf[];
}

/** A candidate of a row; the most frequent one stands first. `told`: words of the exception or of an inner one that tell it from the others. */
export interface CandidateOf {
  readonly cause: CauseName;
  readonly told?: RegExp;
}
