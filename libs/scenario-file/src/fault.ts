import {
  type AttributeRange,
  type Injection,
  outsideOf,
  type Stream,
  TOXIC_ATTRIBUTES as TOXICS,
} from '@lapse/experiment';
import { z } from 'zod';
import { instant } from './durations.ts';

const instants = { at: instant(), heal: instant().optional() };
const onStream = { ...instants, stream: z.enum(['upstream', 'downstream', 'both']) };

const latency = z.strictObject({
  ...onStream,
  toxic: z.literal('latency'),
  latency: attribute(TOXICS.latency.latency),
  jitter: attribute(TOXICS.latency.jitter).default(0),
});
const bandwidth = z.strictObject({
  ...onStream,
  toxic: z.literal('bandwidth'),
  rate: attribute(TOXICS.bandwidth.rate),
});
const timeout = z.strictObject({
  ...onStream,
  toxic: z.literal('timeout'),
  timeout: attribute(TOXICS.timeout.timeout),
});
const slowClose = z.strictObject({
  ...onStream,
  toxic: z.literal('slow_close'),
  delay: attribute(TOXICS.slow_close.delay),
});
const slicer = z.strictObject({
  ...onStream,
  toxic: z.literal('slicer'),
  average_size: attribute(TOXICS.slicer.average_size),
  size_variation: attribute(TOXICS.slicer.size_variation).default(0),
  delay: attribute(TOXICS.slicer.delay).default(0),
});
const limitData = z.strictObject({
  ...onStream,
  toxic: z.literal('limit_data'),
  bytes: attribute(TOXICS.limit_data.bytes),
});
const resetPeer = z.strictObject({
  ...onStream,
  toxic: z.literal('reset_peer'),
  timeout: attribute(TOXICS.reset_peer.timeout),
});
const down = z.strictObject({ ...instants, toxic: z.literal('down') });

/** A fault as it is written: flat, the toxic's attributes, in Toxiproxy's own names and units, beside its instants. */
export const fault = z.discriminatedUnion('toxic', [
  latency.transform(({ latency, jitter, ...rest }) => placed(rest, { type: rest.toxic, latency, jitter })),
  bandwidth.transform(({ rate, ...rest }) => placed(rest, { type: rest.toxic, rate })),
  timeout.transform(({ timeout, ...rest }) => placed(rest, { type: rest.toxic, timeout })),
  slowClose.transform(({ delay, ...rest }) => placed(rest, { type: rest.toxic, delay })),
  slicer.transform(({ average_size, size_variation, delay, ...rest }) =>
    placed(rest, { type: rest.toxic, average_size, size_variation, delay }),
  ),
  limitData.transform(({ bytes, ...rest }) => placed(rest, { type: rest.toxic, bytes })),
  resetPeer.transform(({ timeout, ...rest }) => placed(rest, { type: rest.toxic, timeout })),
  down.transform((rest) => placed({ ...rest, stream: 'both' }, { type: rest.toxic })),
]);

/** The keys of a fault by its toxic. */
export const FAULT_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ['latency', Object.keys(latency.shape)],
  ['bandwidth', Object.keys(bandwidth.shape)],
  ['timeout', Object.keys(timeout.shape)],
  ['slow_close', Object.keys(slowClose.shape)],
  ['slicer', Object.keys(slicer.shape)],
  ['limit_data', Object.keys(limitData.shape)],
  ['reset_peer', Object.keys(resetPeer.shape)],
  ['down', Object.keys(down.shape)],
]);

interface Placement {
  readonly at: number;
  readonly heal?: number | undefined;
  readonly stream: Stream;
}

function placed({ at, heal, stream }: Placement, toxic: Injection['toxic']): Injection {
  return { at, ...(heal !== undefined && { heal }), stream, toxic };
}

function attribute(range: AttributeRange) {
  return z.number({ error: `must be a number of ${range.unit}` }).check(({ value, issues }) => {
    const message = outsideOf(range, value);
    if (message !== undefined) issues.push({ code: 'custom', message, input: value });
  });
}
