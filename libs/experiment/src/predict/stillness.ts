import type { Instant } from '@lapse/protocol';
import type { ProcessFault, Scenario, Side } from '../scenario.ts';
import type { Moment } from './moment.ts';
import type { Rule } from './rule.ts';
import { Unpredictable } from './unpredictable.ts';

export const PROCESS_KILLED: Rule = {
  id: 'process-killed',
  source: 'wcf-timeouts 15.5 (client process killed, server process killed)',
  formula:
    "the kill: the kernel ends the dead process's connections with FIN, as everything was read that had come; nothing of that side happens any more",
  calibration: 'calibrated by dotnet for the FIN of a killed service; that of a killed client uncalibrated',
  restsOn: ['path-endings'],
};

export const PROCESS_FROZEN: Rule = {
  id: 'process-frozen',
  source:
    'wcf-timeouts 15.7 (frozen); Linux: the kernel accepts, acknowledges and keeps bytes for a stopped process, which then finds its timers overdue',
  formula: 'whatever its side would do, read or be told of between SIGSTOP and SIGCONT, at SIGCONT; or never',
  calibration: 'uncalibrated',
};

/** When a side does not run: from a kill on for good, or while its process is stopped. */
export interface Stillness {
  readonly how: ProcessFault['how'];
  readonly from: Instant;
  readonly until?: Instant;
}

/** A signal takes some milliseconds to stop a process; what happens so near to it may still be dealt with. */
const EDGE = 50;

export function stillnessOf({ processFaults = [] }: Scenario, side: Side): Stillness | undefined {
  const fault = processFaults.find((each) => each.side === side);
  return fault && { how: fault.how, from: fault.at, ...(fault.heal === undefined ? {} : { until: fault.heal }) };
}

/** When a side, dead or frozen at times, deals with something of a moment. Undefined: not in this run. */
export function asLived(still: Stillness | undefined, moment: Moment): Moment | undefined {
  if (still === undefined) return moment;
  const { from, until } = still;
  const last = moment.at + moment.spread;
  if (last < from - EDGE || (until !== undefined && moment.at >= until)) return moment;
  if (moment.at < from + EDGE)
    throw new Unpredictable(
      `Something happens at ${moment.at}, and a process is signalled at ${from}: keep them ${EDGE} ms apart.`,
    );
  return until === undefined ? undefined : { at: until, spread: Math.max(0, last - until) };
}

/** Like `asLived`, of something that may not happen at all. */
export function livedBy(scenario: Scenario, side: Side, moment: Moment | undefined): Moment | undefined {
  return moment && asLived(stillnessOf(scenario, side), moment);
}

/** The kernel's end of the connections of a killed side. */
export function killedAt(scenario: Scenario, side: Side): Instant | undefined {
  const still = stillnessOf(scenario, side);
  return still?.how === 'kill' ? still.from : undefined;
}

/** Throws `Unpredictable` for what these rules do not decide about processes. */
export function requirePredictableProcesses({ processFaults = [], workload }: Scenario): void {
  if (processFaults.length > 1)
    throw new Unpredictable('Only one process is killed or frozen, and once: what several faults do together is open.');
  for (const fault of processFaults) requirePredictable(fault, workload);
}

function requirePredictable({ side, how, at, heal }: ProcessFault, workload: Scenario['workload']): void {
  const start = workload[0]?.at ?? 0;
  if (how === 'kill' && at <= start)
    throw new Unpredictable(
      `The ${side} is killed at ${at}, before its session begins at ${start}: there is none then.`,
    );
  const missed = workload.find((step) => side === 'client' && step.at >= at && step.at < (heal ?? step.at + 1));
  if (missed !== undefined)
    throw new Unpredictable(`The client cannot ${missed.do} at ${missed.at}: its process does not run then.`);
}
