import { expect } from '@jest/globals';
import type { MatcherContext } from 'expect';
import { type Answer, type FaultClaim, faultsBy, isConfirmed, survives, type Timer } from './answers.ts';
import { failureText } from './failure-text.ts';
import { type Outcome, requireOutcome, Unproven } from './outcome.ts';

interface Result {
  readonly pass: boolean;
  readonly message: () => string;
}

/** As `expect.extend` takes them. Each throws `Unproven`, also under `.not`, where the outcome decides nothing. */
const MATCHERS = {
  toBeConfirmed(this: MatcherContext, received: unknown): Result {
    return told(this, { matcher: 'toBeConfirmed', words: [], received }, isConfirmed);
  },
  toSurvive(this: MatcherContext, received: unknown, claim?: Pick<FaultClaim, 'session'>): Result {
    const asked = { matcher: 'toSurvive', words: [claim], received };
    return told(this, asked, (outcome) => survives(outcome, claim));
  },
  toFaultBy(this: MatcherContext, received: unknown, timer: Timer, claim?: FaultClaim): Result {
    const asked = { matcher: 'toFaultBy', words: [timer, claim], received };
    return told(this, asked, (outcome) => faultsBy(outcome, timer, claim));
  },
};

/** Makes the matchers known to `expect`, the imported one and the global one. */
export function addMatchers(): void {
  expect.extend(MATCHERS);
}

interface Asked {
  readonly matcher: string;
  readonly words: readonly unknown[];
  readonly received: unknown;
}

function told(
  { isNot = false }: MatcherContext,
  { matcher, words, received }: Asked,
  answerTo: (outcome: Outcome) => Answer,
): Result {
  const outcome = requireOutcome(received, matcher);
  const expected = words.filter((word) => word !== undefined).map((word) => JSON.stringify(word));
  const asked = `expect(outcome).${isNot ? 'not.' : ''}${matcher}(${expected.join(', ')})`;
  const text = (reason: string) => `${asked}\n\n${failureText(outcome, reason)}`;
  try {
    const { holds, reason } = answerTo(outcome);
    return { pass: holds, message: () => text(reason) };
  } catch (error) {
    throw error instanceof Unproven ? new Unproven(text(error.message)) : error;
  }
}
