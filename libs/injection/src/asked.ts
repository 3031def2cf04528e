import { attributeProblems, attributesOf, type Injection, type Toxic } from '@lapse/experiment';
import type { Proxy as ClientProxy, Toxic as ClientToxic } from 'toxiproxy-node-client';
import { InjectorFailure } from './injector.ts';
import type { ProxyState, ToxicState } from './toxiproxy-state.ts';

/** Every toxic of ours can be staged by Toxiproxy; on which connections it acts is a matter of the plan (lint). */
export const TOXIPROXY_CAPABILITIES: readonly Toxic['type'][] = [
  'latency',
  'bandwidth',
  'timeout',
  'slow_close',
  'slicer',
  'limit_data',
  'reset_peer',
  'down',
];

/** What was asked for on one proxy. */
export interface AskedProxy {
  readonly client: ClientProxy;
  /** By name, with the client's object that removes each. */
  readonly toxics: Map<string, { readonly state: AskedToxic; readonly client: ClientToxic<unknown> }>;
  /** The injections that keep it disabled, by id. */
  readonly downs: Set<number>;
}

/** A toxic as it is sent: always on every connection, for Toxiproxy rolls toxicity again whenever a toxic is added. */
export interface AskedToxic extends ToxicState {
  readonly type: Exclude<Toxic['type'], 'down'>;
  readonly stream: 'upstream' | 'downstream';
}

/** The toxics that an injection is made of: one a stream, named by its id. `down` is none, but a state of the proxy. */
export function toxicsOf({ stream, toxic }: Injection, id: number): readonly AskedToxic[] {
  const { type } = toxic;
  if (type === 'down') return [];
  const streams = stream === 'both' ? (['upstream', 'downstream'] as const) : [stream];
  const attributes = attributesOf(toxic);
  return streams.map((direction) => ({
    name: `injection-${id}-${direction}`,
    type,
    stream: direction,
    toxicity: 1,
    attributes,
  }));
}

/** A proxy as it should be found. */
export function stateOf({ client, toxics, downs }: AskedProxy): ProxyState {
  const { name, listen, upstream } = client;
  return { name, listen, upstream, enabled: downs.size === 0, toxics: [...toxics.values()].map(({ state }) => state) };
}

/** Toxiproxy answers 200 to what it does not understand, so it is refused here. */
export function refuseUnknown({ stream, toxic }: Injection): void {
  if (!TOXIPROXY_CAPABILITIES.includes(toxic.type)) throw new InjectorFailure(`Toxiproxy has no toxic ${toxic.type}.`);
  if (!['upstream', 'downstream', 'both'].includes(stream)) throw new InjectorFailure(`There is no stream ${stream}.`);
  const [problem] = attributeProblems(toxic);
  if (problem !== undefined) throw new InjectorFailure(`Toxiproxy would not understand the toxic: ${problem.message}.`);
}
