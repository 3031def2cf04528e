import { INFINITE } from '@lapse/protocol/constants';
import type { Side } from '../scenario.ts';
import type { Cause, Need } from './cause.ts';
import type { Configuration, ConfiguredBinding } from './configuration.ts';
import { SETTINGS, type SettingName } from './setting.ts';
import { spanInWords } from './time-span.ts';

/** What is known besides the text. */
export interface Circumstances {
  readonly configurations: readonly Configuration[];
  /** How long after the last call that succeeded the failure was shown, in milliseconds. */
  readonly after?: number;
}

/** How a candidate stands against what is known. */
export type Standing = 'fits' | 'possible' | 'unlikely' | 'ruledOut';

/** One reason for or against a candidate. */
export interface Reason {
  readonly standing: Exclude<Standing, 'possible'> | 'note';
  readonly words: string;
}

/** A value of a setting, and whence it is known. */
export interface Known {
  readonly value: number;
  /** False: nobody said so, it is WCF's default. */
  readonly isGiven: boolean;
  readonly origin: string;
}

/** What a setting of a side is. More than one where bindings differ; none where it depends on the machine. */
export function valuesOf(
  { name, side }: { readonly name: SettingName; readonly side: Side },
  { configurations }: Circumstances,
): readonly Known[] {
  const throttle = configurations.flatMap(({ throttles, file }): readonly Known[] => {
    const value = throttles[name];
    return value === undefined ? [] : [{ value, isGiven: true, origin: `${file}, serviceThrottling` }];
  });
  const bindings = bindingsOf(configurations, side);
  const given = bindings.flatMap((binding) => valueIn(binding, name));
  if (throttle.length > 0 || given.length > 0) return [...throttle, ...given];
  const byDefault = defaultOf(name);
  const origin = bindings.length > 0 ? 'WCF default' : `WCF default; no configuration of the ${side} was given`;
  return byDefault === undefined ? [] : [{ value: byDefault, isGiven: false, origin }];
}

function valueIn(binding: ConfiguredBinding, name: SettingName): readonly Known[] {
  const { file, values } = binding;
  const value = values[name];
  if (value !== undefined) return [{ value, isGiven: true, origin: `${file}, ${binding.name}` }];
  const byDefault = defaultOf(name);
  if (byDefault === undefined) return [];
  return [{ value: byDefault, isGiven: true, origin: `${file}, ${binding.name}: not set, so WCF's default` }];
}

function defaultOf(name: SettingName): number | undefined {
  const setting: { readonly default?: number } = SETTINGS[name];
  return setting.default;
}

function bindingsOf(configurations: readonly Configuration[], side?: Side): readonly ConfiguredBinding[] {
  return configurations.flatMap(({ bindings }) =>
    bindings.filter(({ sides }) => side === undefined || sides.includes(side)),
  );
}

/** `00:00:30` in words, or the number. */
export function valueInWords(name: SettingName, value: number): string {
  return SETTINGS[name].unit === 'duration' ? spanInWords(value) : String(value);
}

/** What the bindings say: no such session, no such security, a timer that never fires, another that is shorter. */
export function reasonsByConfiguration(cause: Cause, circumstances: Circumstances): readonly Reason[] {
  const bindings = bindingsOf(circumstances.configurations);
  return [...byNeeds(cause, bindings), ...byInfinity(cause, circumstances), ...byOrder(cause, circumstances)];
}

function byNeeds({ needs = [] }: Cause, bindings: readonly ConfiguredBinding[]): readonly Reason[] {
  if (bindings.length === 0) return [];
  const missing = needs.map((need) => missingOf(need, bindings));
  return missing.some((words) => words.length === 0) ? [] : [...new Set(missing.flat())].map(ruledOut);
}

/** What of a need no binding has. */
function missingOf({ reliableSession, security }: Need, bindings: readonly ConfiguredBinding[]): readonly string[] {
  const names = [...new Set(bindings.map(({ file, name }) => `${file}, ${name}`))].join('; ');
  const modes = [...new Set(bindings.map((one) => one.security))].join(', ');
  const hasSession = reliableSession === undefined || bindings.some((one) => one.reliableSession === reliableSession);
  const hasSecurity = security === undefined || bindings.some((one) => security.includes(one.security));
  return [
    ...(hasSession ? [] : [`${reliableSession ? 'no' : 'a'} reliable session (${names})`]),
    ...(hasSecurity ? [] : [`security ${modes} (${names})`]),
  ];
}

function byInfinity({ setting }: Cause, circumstances: Circumstances): readonly Reason[] {
  if (setting === undefined || SETTINGS[setting.name].unit !== 'duration') return [];
  const values = valuesOf(setting, circumstances);
  if (values.length === 0 || values.some(({ value }) => value < INFINITE)) return [];
  return [ruledOut(`${setting.name} of the ${setting.side} is infinite (${values[0]?.origin})`)];
}

function byOrder({ setting, precedes }: Cause, circumstances: Circumstances): readonly Reason[] {
  if (setting === undefined || precedes === undefined) return [];
  const own = valuesOf(setting, circumstances);
  const other = valuesOf(precedes, circumstances);
  if (![...own, ...other].every(({ isGiven }) => isGiven)) return [];
  const earliest = Math.min(...own.map(({ value }) => value));
  const latest = Math.max(...other.map(({ value }) => value));
  if (earliest < latest) return [];
  const words = `${precedes.name} of the ${precedes.side} (${spanInWords(latest)}) comes first, ${setting.name} of the ${setting.side} is ${spanInWords(earliest)}`;
  return [ruledOut(words)];
}

function ruledOut(words: string): Reason {
  return { standing: 'ruledOut', words };
}

/** What the time says that had passed since the last call that succeeded. No timer fires early, so a time that is too short speaks against it. */
export function reasonsByTime(cause: Cause, circumstances: Circumstances): readonly Reason[] {
  const { after } = circumstances;
  const { setting, earliest } = cause;
  if (after === undefined || setting === undefined || earliest === undefined) return [];
  const spans = valuesOf(setting, circumstances).map((known) => ({ ...known, span: spanOf(cause, known.value) }));
  const near = spans.find(({ span }) => isNear(after, span));
  const [first] = spans.toSorted((one, other) => one.span - other.span);
  const what = (known: (typeof spans)[number]) => `${wordsOf(cause, known)} (${known.origin})`;
  if (near !== undefined) return [{ standing: 'fits', words: `${spanInWords(after)} is ${what(near)}` }];
  if (first === undefined) return [];
  if (after < first.span)
    return [{ standing: 'unlikely', words: `after ${spanInWords(after)} it cannot have fired yet: ${what(first)}` }];
  return [{ standing: 'note', words: `it had time to fire: ${what(first)}${LATER[cause.shown ?? 'atOnce']}` }];
}

const LATER = {
  atOnce: '',
  byNextUse: ', and the next use shows it, however late',
} as const;

function wordsOf(
  { setting, earliest }: Cause,
  { value, span }: { readonly value: number; readonly span: number },
): string {
  const name = `${setting?.name} of the ${setting?.side}`;
  if (earliest === 'retries')
    return `the least time for ${value} retries, ${name} being ${value}: ${spanInWords(span)}`;
  return `${name}: ${spanInWords(value)}`;
}

/** On a fast network the first repetition comes after 0.402 s, and each next one after twice the time (wcf-timeouts 4.6). */
const LEAST_RETRANSMISSION_TIMEOUT = 402;

function spanOf({ earliest }: Cause, value: number): number {
  return earliest === 'retries' ? LEAST_RETRANSMISSION_TIMEOUT * (2 ** (value + 1) - 1) : value;
}

/** People round, and logs have seconds: 2 % or 2 s. */
function isNear(one: number, other: number): boolean {
  return Math.abs(one - other) <= Math.max(2_000, other * 0.02);
}

/** What a time says that the text prints: it is one of the settings of its row, or what was left of it. */
export function reasonsByPrint(
  cause: Cause,
  printed: number | undefined,
  { among, circumstances }: { readonly among: readonly SettingName[]; readonly circumstances: Circumstances },
): readonly Reason[] {
  const { setting } = cause;
  if (printed === undefined || setting === undefined || !among.includes(setting.name)) return [];
  const values = valuesOf(setting, circumstances).filter(({ isGiven }) => isGiven);
  const same = values.find(({ value }) => Math.abs(value - printed) <= Math.max(100, value * 0.01));
  const name = `${setting.name} of the ${setting.side}`;
  if (same !== undefined)
    return [{ standing: 'fits', words: `the text prints ${spanInWords(printed)}, which is ${name} (${same.origin})` }];
  const largest = values.toSorted((one, other) => other.value - one.value)[0];
  if (largest === undefined || printed <= largest.value) return [];
  return [
    {
      standing: 'unlikely',
      words: `the text prints ${spanInWords(printed)}, but ${name} is ${spanInWords(largest.value)} (${largest.origin})`,
    },
  ];
}
