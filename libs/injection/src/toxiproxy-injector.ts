import type { Injection } from '@lapse/experiment';
import type { Proxy as ClientProxy, Toxiproxy } from 'toxiproxy-node-client';
import { type AskedProxy, type AskedToxic, refuseUnknown, stateOf, TOXIPROXY_CAPABILITIES, toxicsOf } from './asked.ts';
import { proxyDifferences, toxicDifferences, toxicInWords } from './comparison.ts';
import type { Comparison, Edge, Injected, Injector, Instant, Proxied } from './injector.ts';
import { InjectorFailure } from './injector.ts';
import { API_DEADLINE, type ApiOptions, readAll, toxiproxyClient, warm } from './toxiproxy-api.ts';
import type { ProxyState } from './toxiproxy-state.ts';

export interface ToxiproxyOptions {
  /** Address of Toxiproxy's API, `http://127.0.0.1:8474`. */
  readonly url: string;
  /** The caller's clock, read right before and right after each injection. */
  readonly now: () => Instant;
  /** Milliseconds for each call of the API; 2,000 unless told. */
  readonly deadline?: number;
  /** Told, in a sentence, what went wrong and did not matter: a toxic or proxy that had vanished before it was removed. */
  readonly log?: (message: string) => void;
}

/** Proxies through Toxiproxy, and the injector that acts on them. Nothing is said to the server before the first call. */
export interface ToxiproxyInjector extends Injector {
  /** Listens on 127.0.0.1 in front of a port of a host, 127.0.0.1 unless told. Names are `[a-z0-9-]`: the API's paths hold them as they are. */
  createProxy(name: string, upstreamPort: number, upstreamHost?: string): Promise<Proxied>;
  /** Deletes the proxies whose names begin so, whoever created them, and tells their names. */
  deleteByPrefix(prefix: string): Promise<readonly string[]>;
}

export function toxiproxyInjector(options: ToxiproxyOptions): ToxiproxyInjector {
  return new ToxiproxyDriver(options);
}

const NAME = /^[a-z0-9-]+$/;

class ToxiproxyDriver implements ToxiproxyInjector {
  readonly capabilities = TOXIPROXY_CAPABILITIES;
  readonly #api: ApiOptions;
  readonly #now: () => Instant;
  readonly #log: (message: string) => void;
  readonly #client: Toxiproxy;
  readonly #asked = new Map<string, AskedProxy>();
  readonly #changes = new Set<Promise<unknown>>();
  #changesSoFar = 0;
  #injectionsSoFar = 0;

  constructor({ url, now, deadline = API_DEADLINE, log = () => undefined }: ToxiproxyOptions) {
    this.#api = { url: url.replace(/\/+$/, ''), deadline };
    this.#now = now;
    this.#log = log;
    this.#client = toxiproxyClient(this.#api);
  }

  /** Created disabled, so that nothing connects before it is complete; only an enabled proxy tells its port. */
  async createProxy(name: string, upstreamPort: number, upstreamHost = '127.0.0.1'): Promise<Proxied> {
    if (!NAME.test(name)) throw new InjectorFailure(`A proxy cannot be named ${name}: names are written in [a-z0-9-].`);
    const upstream = `${upstreamHost}:${upstreamPort}`;
    const created = await this.#client.createProxy({ name, listen: '127.0.0.1:0', upstream, enabled: false });
    const [client] = await Promise.all([created.update(bodyOf(created, true)), warm(this.#api)]);
    const port = Number(/:(\d+)$/.exec(client.listen)?.[1] ?? 0);
    if (port === 0) throw new InjectorFailure(`Toxiproxy enabled proxy ${name}, but listens at ${client.listen}.`);
    this.#asked.set(name, { client, toxics: new Map(), downs: new Set() });
    return { name, port, upstreamPort };
  }

  async add(proxy: string, injection: Injection): Promise<Injected> {
    const asked = this.#askedOf(proxy);
    refuseUnknown(injection);
    const id = this.#injectionsSoFar++;
    const edge = await this.#edge(() => this.#put(asked, injection, id));
    return { id, proxy, injection, ...edge };
  }

  async remove({ id, proxy, injection }: Injected): Promise<Edge> {
    const asked = this.#askedOf(proxy);
    if (injection.toxic.type !== 'down') {
      const names = toxicsOf(injection, id).map(({ name }) => name);
      return this.#edge(() => names.map((name) => this.#takeOff(asked, name)));
    }
    asked.downs.delete(id);
    return this.#edge(() => [this.#switch(asked)]);
  }

  async readBack({ id, proxy, injection }: Injected): Promise<Comparison> {
    return this.#answer(async () => {
      const found = (await readAll(this.#api)).find(({ name }) => name === proxy);
      if (injection.toxic.type === 'down')
        return comparison(enabledDifference(proxy, found), `proxy ${proxy} is disabled`);
      const toxics = toxicsOf(injection, id);
      const present = found?.toxics.filter(({ name }) => toxics.some((toxic) => toxic.name === name)) ?? [];
      return comparison(
        toxics.flatMap((toxic) => toxicDifferences(toxic, found)),
        present.map(toxicInWords).join(' and '),
      );
    });
  }

  compare(): Promise<Comparison> {
    return this.#answer(async () => {
      const found = await this.#readSettled();
      const differences = [...this.#asked.values()].map(stateOf).flatMap((asked) =>
        proxyDifferences(
          asked,
          found.find(({ name }) => name === asked.name),
        ),
      );
      return comparison(differences, 'everything as it was asked for');
    });
  }

  async healAll(): Promise<void> {
    const found = await readAll(this.#api);
    await this.#change(
      [...this.#asked].map(([name, asked]) =>
        this.#healProxy(
          asked,
          found.find((proxy) => proxy.name === name),
        ),
      ),
    );
  }

  async deleteByPrefix(prefix: string): Promise<readonly string[]> {
    const names = (await readAll(this.#api)).map(({ name }) => name).filter((name) => name.startsWith(prefix));
    await this.#change(names.map((name) => this.#deleteProxy(name)));
    return names;
  }

  async #healProxy(asked: AskedProxy, found: ProxyState | undefined): Promise<void> {
    if (found === undefined) return this.#log(`Proxy ${asked.client.name} had vanished before it was healed.`);
    for (const { name } of found.toxics) await this.#takeOff(asked, name);
    asked.toxics.clear();
    asked.downs.clear();
    if (!found.enabled) await this.#switch(asked);
  }

  #put(asked: AskedProxy, injection: Injection, id: number): readonly Promise<unknown>[] {
    if (injection.toxic.type !== 'down') return toxicsOf(injection, id).map((state) => this.#putOn(asked, state));
    asked.downs.add(id);
    return [this.#switch(asked)];
  }

  async #putOn(asked: AskedProxy, state: AskedToxic): Promise<void> {
    const client = await asked.client.addToxic<unknown>(state);
    asked.toxics.set(state.name, { state, client });
  }

  async #takeOff(asked: AskedProxy, name: string): Promise<void> {
    await this.#unlessVanished(`Toxic ${name} of proxy ${asked.client.name}`, async () => {
      const toxic = asked.toxics.get(name)?.client ?? (await asked.client.getToxic(name));
      await toxic.remove();
    });
    asked.toxics.delete(name);
  }

  /** Enables the proxy, or disables it while a `down` holds. It keeps its port. */
  async #switch(asked: AskedProxy): Promise<void> {
    await asked.client.update(bodyOf(asked.client, asked.downs.size === 0));
  }

  async #deleteProxy(name: string): Promise<void> {
    await this.#unlessVanished(`Proxy ${name}`, async () => {
      const proxy = this.#asked.get(name)?.client ?? (await this.#client.get(name));
      await proxy.remove();
    });
    this.#asked.delete(name);
  }

  async #unlessVanished(what: string, removal: () => Promise<void>): Promise<void> {
    try {
      await removal();
    } catch (error) {
      if (!(error instanceof InjectorFailure) || error.status !== 404) throw error;
      this.#log(`${what} had vanished before it was removed. ${error.message}`);
    }
  }

  #askedOf(proxy: string): AskedProxy {
    const asked = this.#asked.get(proxy);
    if (asked === undefined) throw new InjectorFailure(`Proxy ${proxy} was not created here, or is deleted.`);
    return asked;
  }

  async #edge(start: () => readonly Promise<unknown>[]): Promise<Edge> {
    const before = this.#now();
    await this.#change(start());
    return { before, after: this.#now() };
  }

  /** Waits for all calls of a change, also when one fails; then the first failure is the change's. */
  async #change(calls: readonly Promise<unknown>[]): Promise<void> {
    this.#changesSoFar += 1;
    const all = Promise.allSettled(calls);
    this.#changes.add(all);
    const outcomes = await all;
    this.#changes.delete(all);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** Reads the server's state at a moment when nothing of ours was under way: an edge is no difference. */
  async #readSettled(): Promise<readonly ProxyState[]> {
    for (;;) {
      while (this.#changes.size > 0) await Promise.all(this.#changes);
      const seen = this.#changesSoFar;
      const [found] = await Promise.all([readAll(this.#api), warm(this.#api)]);
      if (seen === this.#changesSoFar) return found;
    }
  }

  /** A failure to look is what was found. */
  async #answer(look: () => Promise<Comparison>): Promise<Comparison> {
    try {
      return await look();
    } catch (error) {
      if (error instanceof InjectorFailure) return { same: false, found: error.message };
      throw error;
    }
  }
}

/** An update sets everything; the port that was given stays. */
function bodyOf({ listen, upstream }: ClientProxy, enabled: boolean) {
  return { listen, upstream, enabled };
}

function enabledDifference(proxy: string, found: ProxyState | undefined): readonly string[] {
  if (found === undefined) return [`proxy ${proxy} is gone`];
  return found.enabled ? [`proxy ${proxy} is enabled`] : [];
}

function comparison(differences: readonly string[], otherwise: string): Comparison {
  return differences.length > 0 ? { same: false, found: differences.join('; ') } : { same: true, found: otherwise };
}
