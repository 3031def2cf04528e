import { type CallPlan, MOST_TIMES, type Step } from '@lapse/experiment';
import { z } from 'zod';
import { finite, instant, milliseconds, timeSpan } from './durations.ts';

const length = finite({ least: 1 });

/** Bytes. The mock service replies with no more, whatever it is asked for. */
const LARGEST_MESSAGE = 16_777_216;

const dripKeys = z.strictObject({
  bytes: z.int({ error: 'must be a whole number of bytes' }).min(1, 'must be at least 1 byte'),
  every: timeSpan(length),
  everyMs: milliseconds(length),
});

const drip = dripKeys.transform(({ bytes, every, everyMs }, context) => {
  refuseBoth('every', { span: every, ms: everyMs }, context);
  const duration = everyMs ?? every;
  if (duration !== undefined) return { bytes, every: duration };
  context.addIssue({ code: 'custom', message: 'has no pace: everyMs, or every as a time span' });
  return z.NEVER;
});

/** How a step that calls nothing is told from the calls while it is read. */
export const NO_CALL = '(none)';

const doKeys = z.strictObject({
  at: instant(),
  do: z.enum(['connect', 'open', 'close', 'abort']),
  drip: drip.optional(),
});

/** What a step may do that is no call. */
export const DEEDS: readonly string[] = doKeys.shape.do.options;

const lasting = { at: instant(), lasts: timeSpan(length), lastsMs: milliseconds(length) };
const size = z
  .int({ error: 'must be a whole number of bytes' })
  .min(1, 'must be at least 1 byte')
  .max(LARGEST_MESSAGE, `must be at most ${LARGEST_MESSAGE} bytes: no message of the mock service is larger`);

const count = z
  .int({ error: 'must be a whole number of calls' })
  .min(1, 'must be at least 1 call')
  .max(MOST_TIMES, `must be at most ${MOST_TIMES} calls`);

const echo = z.strictObject({ at: instant(), call: z.literal('echo') });
const slow = z.strictObject({ ...lasting, call: z.literal('slow') });
const large = z.strictObject({ at: instant(), call: z.literal('large'), bytes: size });
const oneWay = z.strictObject({
  at: instant(),
  call: z.literal('oneWay'),
  bytes: size.optional(),
  times: count.optional(),
});
const slowOneWay = z.strictObject({ ...lasting, call: z.literal('slowOneWay') });
const askBack = z.strictObject({ ...lasting, call: z.literal('askBack') });

const deed = doKeys
  .extend({ call: z.literal(NO_CALL) })
  .transform(({ at, do: what, drip }): Step => ({ at, do: what, ...(drip && { drip }) }));

/** A step as code may write it, with what the compiler knows of its keys. */
export type StepDescription =
  | z.input<typeof doKeys>
  | z.input<typeof echo>
  | z.input<typeof slow>
  | z.input<typeof large>
  | z.input<typeof oneWay>
  | z.input<typeof slowOneWay>
  | z.input<typeof askBack>;

/** A step as it is written: flat, what a call takes beside its operation. A step without `call` does something else. */
export const step = z.preprocess(
  (value) => (isOfCall(value) || !isSection(value) ? value : { ...value, call: NO_CALL }),
  z.discriminatedUnion('call', [
    deed,
    echo.transform(({ at, call }) => calling(at, { operation: call })),
    slow.transform(lastingCall),
    large.transform(({ at, call, bytes }) => calling(at, { operation: call, bytes })),
    oneWay.transform(({ at, call, bytes, times }) =>
      calling(at, { operation: call, ...(bytes !== undefined && { bytes }), ...(times !== undefined && { times }) }),
    ),
    slowOneWay.transform(lastingCall),
    askBack.transform(lastingCall),
  ]),
);

/** The keys of a call by its operation. */
export const CALL_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ['echo', Object.keys(echo.shape)],
  ['slow', Object.keys(slow.shape)],
  ['large', Object.keys(large.shape)],
  ['oneWay', Object.keys(oneWay.shape)],
  ['slowOneWay', Object.keys(slowOneWay.shape)],
  ['askBack', Object.keys(askBack.shape)],
]);

/** The keys of a step that calls nothing, and the one that makes it a call. */
export const STEP_KEYS: readonly string[] = [...Object.keys(doKeys.shape), 'call'];

export const DRIP_KEYS: readonly string[] = Object.keys(dripKeys.shape);

/** Which steps of a file call something. */
export function isOfCall(value: unknown): value is object {
  return isSection(value) && 'call' in value;
}

function isSection(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function calling(at: number, call: CallPlan): Step {
  return { at, do: 'call', call };
}

interface Lasting {
  readonly at: number;
  readonly call: 'slow' | 'slowOneWay' | 'askBack';
  readonly lasts?: number | undefined;
  readonly lastsMs?: number | undefined;
}

function lastingCall({ at, call, lasts, lastsMs }: Lasting, context: z.RefinementCtx): Step {
  refuseBoth('lasts', { span: lasts, ms: lastsMs }, context);
  const duration = lastsMs ?? lasts;
  if (duration !== undefined) return calling(at, { operation: call, lasts: duration });
  if (call === 'askBack') return calling(at, { operation: call });
  const message = `is ${call}, and has no duration: lastsMs, or lasts as a time span`;
  context.addIssue({ code: 'custom', path: ['call'], message });
  return z.NEVER;
}

/** A duration stands in a section in one spelling. */
function refuseBoth(
  name: string,
  { span, ms }: { readonly span: number | undefined; readonly ms: number | undefined },
  context: z.RefinementCtx,
): void {
  if (span === undefined || ms === undefined) return;
  const message = `says the same duration as ${name}: keep one of the two`;
  context.addIssue({ code: 'custom', path: [`${name}Ms`], message });
}
