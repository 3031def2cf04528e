import type { ProxyState, ToxicState } from './toxiproxy-state.ts';

/** What differs between a proxy as it was asked for and as it was found, each in words; empty: nothing does. */
export function proxyDifferences(asked: ProxyState, found: ProxyState | undefined): readonly string[] {
  if (found === undefined) return [`proxy ${asked.name} is gone`];
  const strangers = found.toxics.filter(({ name }) => !asked.toxics.some((toxic) => toxic.name === name));
  return [
    ...(['listen', 'upstream', 'enabled'] as const).flatMap((key) =>
      unequal(`proxy ${asked.name}: ${key}`, asked[key], found[key]),
    ),
    ...asked.toxics.flatMap((toxic) => toxicDifferences(toxic, found)),
    ...strangers.map((toxic) => `proxy ${asked.name} has a toxic of another actor, ${toxicInWords(toxic)}`),
  ];
}

/** What differs between a toxic as it was asked for and the one of that name on the proxy found. */
export function toxicDifferences(asked: ToxicState, proxy: ProxyState | undefined): readonly string[] {
  const found = proxy?.toxics.find(({ name }) => name === asked.name);
  if (found === undefined) return [`toxic ${asked.name} is gone`];
  const attributes = new Set([...Object.keys(asked.attributes), ...Object.keys(found.attributes)]);
  return [
    ...(['type', 'stream', 'toxicity'] as const).flatMap((key) =>
      unequal(`toxic ${asked.name}: ${key}`, asked[key], found[key]),
    ),
    ...[...attributes].flatMap((key) =>
      unequal(`toxic ${asked.name}: ${key}`, asked.attributes[key], found.attributes[key]),
    ),
  ];
}

/** `bandwidth upstream, rate 0 (injection-0-upstream)`. */
export function toxicInWords({ name, type, stream, toxicity, attributes }: ToxicState): string {
  const values = Object.entries(attributes).map(([attribute, value]) => `, ${attribute} ${value}`);
  return `${type} ${stream}${values.join('')}${toxicity === 1 ? '' : `, toxicity ${toxicity}`} (${name})`;
}

type Value = string | number | boolean | undefined;

function unequal(what: string, asked: Value, found: Value): readonly string[] {
  return asked === found ? [] : [`${what} is ${found ?? 'missing'}, not ${asked ?? 'absent'}`];
}
