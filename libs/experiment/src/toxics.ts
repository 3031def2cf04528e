import { LARGEST_TIMEOUT } from '@lapse/protocol/constants';
import type { Toxic } from './scenario.ts';

/** What an attribute of a toxic may be: a whole number from `least` to `most`. */
export interface AttributeRange {
  readonly least: number;
  readonly most: number;
  readonly unit: string;
}

const MILLISECONDS: AttributeRange = { least: 0, most: LARGEST_TIMEOUT, unit: 'ms' };
const BYTES: AttributeRange = { least: 0, most: Number.MAX_SAFE_INTEGER, unit: 'bytes' };

/**
 * Every attribute that Toxiproxy knows, with its unit and range. Toxiproxy itself answers 200 to a misspelt attribute and to
 * a value out of range, and then does nothing sensible: whoever talks to it refuses them first.
 */
export const TOXIC_ATTRIBUTES = {
  latency: { latency: MILLISECONDS, jitter: MILLISECONDS },
  /** Rate 0 holds everything and loses nothing. Beyond the upper bound the server's own arithmetic overflows. */
  bandwidth: { rate: { least: 0, most: 1_000_000_000, unit: 'KB/s' } },
  timeout: { timeout: MILLISECONDS },
  slow_close: { delay: MILLISECONDS },
  slicer: {
    average_size: { ...BYTES, least: 1 },
    size_variation: BYTES,
    delay: { least: 0, most: LARGEST_TIMEOUT, unit: 'µs' },
  },
  limit_data: { bytes: BYTES },
  reset_peer: { timeout: MILLISECONDS },
  down: {},
} as const satisfies Record<Toxic['type'], Readonly<Record<string, AttributeRange>>>;

/** The attributes of a toxic by name, without its type. */
export function attributesOf(toxic: Toxic): Readonly<Record<string, number>> {
  const { type: _, ...attributes } = toxic;
  return attributes;
}

/** One attribute that is not what Toxiproxy understands: which one, and why, in a sentence. */
export interface AttributeProblem {
  readonly attribute: string;
  readonly message: string;
}

/**
 * Compares a toxic's attributes with those that its type has: unknown, missing and out of range. Types alone do not keep a
 * plan that came out of a file or a workflow's input from carrying more.
 */
export function attributeProblems(toxic: Toxic): readonly AttributeProblem[] {
  const known: Readonly<Record<string, AttributeRange>> = TOXIC_ATTRIBUTES[toxic.type];
  const given: Readonly<Record<string, number | undefined>> = attributesOf(toxic);
  const unknown = Object.keys(given)
    .filter((attribute) => !Object.hasOwn(known, attribute))
    .map((attribute) => ({ attribute, message: `${toxic.type} has no attribute ${attribute}; ${listOf(known)}` }));
  const wrong = Object.entries(known).flatMap(([attribute, range]) => {
    const message = outsideOf(range, given[attribute]);
    return message === undefined ? [] : [{ attribute, message: `${toxic.type}.${attribute} ${message}` }];
  });
  return [...unknown, ...wrong];
}

/** Says why a value is not in a range, or undefined when it is. */
export function outsideOf({ least, most, unit }: AttributeRange, value: number | undefined): string | undefined {
  if (value === undefined) return 'is missing';
  if (Number.isSafeInteger(value) && value >= least && value <= most) return undefined;
  return `is ${value}, but must be a whole number of ${unit} from ${least} to ${most}`;
}

function listOf(known: Readonly<Record<string, AttributeRange>>): string {
  const names = Object.keys(known);
  return names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
}
