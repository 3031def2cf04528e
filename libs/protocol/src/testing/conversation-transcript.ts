import type { Conversation } from './conversation.ts';
import { NEVER_BEGUN, resultOf } from './ledger.ts';
import { describeStep } from './transcript.ts';

/** A conversation line by line: when, which side, what it was told, and what it answered; in the end what became of each call. */
export function conversationTranscript({ told, calls, ledger }: Conversation): string {
  const steps = told.map(
    ({ at, side, event, effects }) => `at ${String(at).padEnd(6)} ${side.padEnd(7)} ${describeStep(event, effects)}`,
  );
  const results = calls.map(({ call, operation, oneWay, returned }) => {
    const seen = returned.map((how) => resultOf({ ...how, oneWay })).join(', ');
    const { begun, ended } = ledger.get(call) ?? NEVER_BEGUN;
    const executed = begun === 0 ? 'not executed' : `executed ${begun === 1 ? 'once' : `${begun} times`}`;
    return `call ${call} ${operation} is ${seen}; the ledger: ${[executed, ...ended].join(', ')}`;
  });
  return `\n${[...steps, ...results].join('\n')}\n`;
}
