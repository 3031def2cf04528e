import type { SessionAccount } from '@lapse/experiment';
import type { Outcome } from '../outcome.ts';

type Root = SessionAccount['root'];

export const NOTHING: Root = { is: 'nothing', words: 'Nothing ended the session against the will of its client.' };
export const UNKNOWN: Root = { is: 'unknown', words: 'The record does not say: it is not whole.' };

/** The receive timeout of the service, 3 s, at 3.205 s. */
export const RECEIVE: Root = {
  is: 'timer',
  side: 'service',
  timer: 'receive',
  span: 3_000,
  at: 3_205,
  words: 'The receive timeout of the service fired at 3.205 s.',
};

/** The operation timeout of the second call, 1.5 s, at 2.001 s. */
export const SECOND_CALL: Root = {
  ...{ is: 'timer', side: 'client', timer: 'send', call: 2, span: 1_500, at: 2_001 },
  words: 'The operation timeout of the client fired at 2.001 s.',
};

export const KILLED: Root = {
  ...{ is: 'process', side: 'service', at: 2_000 },
  words: 'The process of the service was killed at 2.000 s, by the plan.',
};

/** What is told of a session with such a root; a timer of a call leaves its session alone. */
export function account(root: Root, session = 1): SessionAccount {
  const isEnded = root.is !== 'nothing' && root.is !== 'unknown' && root.call === undefined;
  return {
    session,
    root,
    carrier: { is: 'nothing', words: 'Nothing had to be carried.' },
    seen: { words: 'No exception.' },
    change: root.is === 'nothing' ? 'Nothing.' : `Change what made it (${root.timer ?? root.is}).`,
    ...(isEnded && { end: { at: root.at ?? 0, words: `the ${root.side}'s ${root.timer ?? root.is} timer fired` } }),
  };
}

/** An outcome with such roots, a session each. */
export function outcomeOf(roots: readonly Root[], more: Partial<Outcome> = {}): Outcome {
  return {
    scenario: 'idle',
    about: 'An idle session is ended.',
    id: 'idle-1',
    predicted: 'service receive timeout at 3.200 s',
    observed: 'service receive timeout at 3.205 s',
    verdict: 'confirmed',
    sentence: 'The service waited for the next request on an idle session, and gave up.',
    evidence: ['runs/1/idle-1'],
    accounts: roots.map((root, index) => account(root, index + 1)),
    ...more,
  };
}
