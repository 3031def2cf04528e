import type { Injection, ProcessFault } from '@lapse/experiment';
import { z } from 'zod';
import { instant } from './durations.ts';
import { fault } from './fault.ts';

const processFault = z.strictObject({
  at: instant(),
  heal: instant().optional(),
  process: z.enum(['service', 'client']),
  do: z.enum(['kill', 'freeze']),
});

/** The keys of an entry that does something to a process. */
export const PROCESS_FAULT_KEYS: readonly string[] = Object.keys(processFault.shape);

/** An entry of `faults` as code may write it, with what the compiler knows of its keys. */
export type FaultDescription = z.input<typeof fault> | z.input<typeof processFault>;

/** An entry of `faults`: what is done to the stream of a session, or to the process of one side. */
export type AnyFault = { readonly injection: Injection } | { readonly processFault: ProcessFault };

/** Which entries of a file's `faults` are about processes, by their index in the file. */
export function isOfProcess(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'process' in value && !('toxic' in value);
}

/** How an entry about a process is told from the toxics while it is read. */
export const NO_TOXIC = '(process)';

const streamEntry = fault.transform((injection): AnyFault => ({ injection }));
const processEntry = processFault.extend({ toxic: z.literal(NO_TOXIC) }).transform(
  ({ at, heal, process: side, do: how }): AnyFault => ({
    processFault: { at, side, how, ...(heal !== undefined && { heal }) },
  }),
);

/** An entry that names a process and no toxic is about a process; with a toxic, `process` is a key too many. */
export const anyFault = z.preprocess(
  (value) => (isOfProcess(value) ? { ...value, toxic: NO_TOXIC } : value),
  z.discriminatedUnion('toxic', [streamEntry, processEntry]),
);

/** A file's one list as the scenario's two: without process faults there is no second one. */
export function sorted(faults: readonly AnyFault[]): {
  readonly faults: readonly Injection[];
  readonly processFaults?: readonly ProcessFault[];
} {
  const processFaults = faults.flatMap((each) => ('processFault' in each ? [each.processFault] : []));
  return {
    faults: faults.flatMap((each) => ('injection' in each ? [each.injection] : [])),
    ...(processFaults.length > 0 && { processFaults }),
  };
}
