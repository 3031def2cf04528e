import { until } from '../lapse.ts';

export interface ToxicState {
  readonly name: string;
  readonly type: string;
  readonly stream: string;
}

export interface ProxyState {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
  readonly toxics: readonly ToxicState[];
}

/** Somebody else who uses the same Toxiproxy. */
export class ToxiproxyActor {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async proxies(): Promise<readonly ProxyState[]> {
    const named: Readonly<Record<string, ProxyState>> = JSON.parse(await this.#call('GET', '/proxies'));
    return Object.values(named);
  }

  /** Waits for the proxy of a session on which toxics are. */
  toxicProxy(): Promise<ProxyState> {
    return until(async () => (await this.proxies()).find(({ toxics }) => toxics.length > 0));
  }

  /** Waits for the proxy of a session. */
  sessionProxy(): Promise<ProxyState> {
    return until(async () => (await this.proxies()).find(({ name }) => name.endsWith('--session')));
  }

  async removeToxics({ name, toxics }: ProxyState): Promise<void> {
    for (const toxic of toxics) await this.#call('DELETE', `/proxies/${name}/toxics/${toxic.name}`);
  }

  async changeToxics({ name, toxics }: ProxyState, attributes: Readonly<Record<string, number>>): Promise<void> {
    for (const toxic of toxics) await this.#call('POST', `/proxies/${name}/toxics/${toxic.name}`, { attributes });
  }

  async addToxic({ name }: ProxyState, toxic: object): Promise<void> {
    await this.#call('POST', `/proxies/${name}/toxics`, toxic);
  }

  async changeProxy({ name, ...proxy }: ProxyState, change: Partial<ProxyState>): Promise<void> {
    const { listen, upstream, enabled } = { ...proxy, ...change };
    await this.#call('POST', `/proxies/${name}`, { listen, upstream, enabled });
  }

  async deleteProxy({ name }: ProxyState): Promise<void> {
    await this.#call('DELETE', `/proxies/${name}`);
  }

  async #call(method: string, path: string, body?: object): Promise<string> {
    const answer = await fetch(`${this.#url}${path}`, {
      method,
      headers: { 'user-agent': 'another-actor' },
      signal: AbortSignal.timeout(5_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return await answer.text();
  }
}
