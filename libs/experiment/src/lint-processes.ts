import type { Problem } from './lint.ts';
import type { ProcessFault, Scenario } from './scenario.ts';

/** What is wrong with what is done to the processes of a scenario. */
export function lintProcessFaults({ processFaults = [], workload, runFor }: Scenario): readonly Problem[] {
  return processFaults.flatMap((fault, index) => {
    const problem = (key: string, message: string | undefined): readonly Problem[] =>
      message === undefined ? [] : [{ where: ['processFaults', index, ...(key === '' ? [] : [key])], message }];
    return [
      ...problem('', secondFault(index)),
      ...problem('at', tooLate(fault, runFor)),
      ...problem('heal', healing(fault, runFor)),
      ...workload.flatMap((step, position) =>
        deadStep(fault, step.at) ? [{ where: ['workload', position, 'at'], message: missed(fault, step.at) }] : [],
      ),
    ];
  });
}

function secondFault(index: number): string | undefined {
  return index === 0
    ? undefined
    : 'One process is killed or frozen in a scenario, and once: keep one of these entries.';
}

function tooLate({ how, at }: ProcessFault, runFor: number): string | undefined {
  return at >= runFor ? `This ${how} at ${at} comes after the end of measurement at ${runFor}.` : undefined;
}

function healing({ how, at, heal }: ProcessFault, runFor: number): string | undefined {
  if (heal === undefined) return undefined;
  if (how === 'kill') return 'A killed process stays dead: leave heal away, or freeze it.';
  if (heal <= at) return `The freeze heals at ${heal}, not after its beginning at ${at}.`;
  if (heal < runFor) return undefined;
  return `The freeze heals at ${heal}, but the measurement ends at ${runFor}: leave heal away.`;
}

function deadStep({ side, at, heal }: ProcessFault, step: number): boolean {
  return side === 'client' && step >= at && (heal === undefined || step < heal);
}

function missed({ how, at }: ProcessFault, step: number): string {
  return `The client cannot do this at ${step}: its process does not run after the ${how} at ${at}.`;
}
