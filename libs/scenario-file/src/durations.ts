import { INFINITE, LARGEST_TIMEOUT } from '@lapse/experiment';
import { z } from 'zod';
import { readTimeSpan } from './time-span.ts';

/** Says why a number of milliseconds is not legal for a property, or nothing when it is. */
export type Legality = (ms: number) => string | undefined;

/** A property of WCF: its setter throws what the sentence names. `infinite` is legal, and so is 0 unless `positive`. */
export function wcfTimeout(property: string, { positive = false } = {}): Legality {
  return (ms) => {
    const throws = `is illegal: ${property} would throw ArgumentOutOfRangeException`;
    if (ms < 0) return `${throws}: ${ms} ms is negative`;
    if (positive && ms === 0) return `${throws}: 0 is no time to initialize a channel`;
    if (ms > LARGEST_TIMEOUT && ms !== INFINITE)
      return `${throws}: ${ms} ms is more than ${LARGEST_TIMEOUT}; for ever is infinite`;
    return undefined;
  };
}

/** A duration or an instant of the scenario itself, which has to come to an end. */
export function finite({ least }: { readonly least: number }): Legality {
  return (ms) => {
    if (ms === INFINITE) return 'cannot be infinite';
    return ms >= least && ms <= LARGEST_TIMEOUT ? undefined : `must lie between ${least} and ${LARGEST_TIMEOUT} ms`;
  };
}

/** `xxx: "00:10:00"`. */
export function timeSpan(legality: Legality) {
  return z
    .string({
      error: ({ input }) =>
        typeof input === 'number'
          ? 'is a time span ("00:00:01.5"); the key for milliseconds ends in Ms'
          : 'must be a time span ("00:00:01.5", infinite)',
    })
    .transform((text, context) => settle(read(text, legality), context))
    .optional();
}

/** `xxxMs: 600000`. */
export function milliseconds(legality: Legality) {
  return z
    .number({ error: 'must be a whole number of milliseconds; time spans go under the key without Ms' })
    .transform((ms, context) => settle(whole(ms, legality), context))
    .optional();
}

/** An instant of the plan: milliseconds after zero, as a number or as a time span. */
export function instant() {
  const legality = finite({ least: 0 });
  return z
    .union([z.number(), z.string()], { error: 'must be an instant: milliseconds after zero, or a time span' })
    .transform((value, context) =>
      settle(typeof value === 'number' ? whole(value, legality) : read(value, legality), context),
    );
}

type Read = { readonly ms: number } | { readonly wrong: string };

function read(text: string, legality: Legality): Read {
  const reading = readTimeSpan(text);
  return 'wrong' in reading ? reading : whole(reading.ms, legality);
}

function whole(ms: number, legality: Legality): Read {
  if (!Number.isInteger(ms)) return { wrong: `is ${ms}, which is no whole number of milliseconds` };
  const wrong = legality(ms);
  return wrong === undefined ? { ms } : { wrong };
}

function settle(reading: Read, context: z.RefinementCtx): number {
  if ('ms' in reading) return reading.ms;
  context.addIssue({ code: 'custom', message: reading.wrong });
  return z.NEVER;
}
