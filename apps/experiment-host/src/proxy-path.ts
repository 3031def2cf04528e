import { type ExperimentFile, proxyName, proxyPrefix } from '@lapse/experiment';
import { type Injected, InjectorFailure, type ToxiproxyInjector, toxiproxyInjector } from '@lapse/injection';
import type { Path, PathContext } from './path.ts';

/** Two proxies in front of the service: the session's own, which the toxics act on, and one without any, to measure noise. */
export async function openProxyPath(file: ExperimentFile, servicePort: number, context: PathContext): Promise<Path> {
  const { history, clock } = context;
  if (file.toxiproxyUrl === undefined) throw new Error('a path through a proxy needs the address of Toxiproxy');
  const injector = toxiproxyInjector({ url: file.toxiproxyUrl, now: () => clock.now() });
  const proxies = { session: 0, noise: 0 };
  for (const purpose of ['session', 'noise'] as const) {
    const proxied = await injector.createProxy(proxyName(file.request.id, purpose), servicePort);
    history.write({ type: 'proxied', ...proxied });
    proxies[purpose] = proxied.port;
  }
  return new ProxyPath(file, injector, { ...context, proxies });
}

interface ProxyPathContext extends PathContext {
  readonly proxies: { readonly session: number; readonly noise: number };
}

class ProxyPath implements Path {
  readonly #file: ExperimentFile;
  readonly #injector: ToxiproxyInjector;
  readonly #context: ProxyPathContext;
  readonly #injected = new Map<number, Injected>();
  /** Edges of the fault plan, begun and ended: between the two, what is there and what was asked for may differ. */
  #begun = 0;
  #ended = 0;

  constructor(file: ExperimentFile, injector: ToxiproxyInjector, context: ProxyPathContext) {
    this.#file = file;
    this.#injector = injector;
    this.#context = context;
  }

  get targetPort(): number {
    return this.#context.proxies.session;
  }

  get canaryPorts() {
    const { session, noise } = this.#context.proxies;
    return [
      { purpose: 'proof', port: session },
      { purpose: 'noise', port: noise },
    ] as const;
  }

  inject(index: number): Promise<void> {
    return this.#edge(async () => {
      const { faults } = this.#file.request.scenario;
      const injection = faults[index];
      if (injection === undefined) throw new Error(`the fault plan has no entry ${index}`);
      const injected = await this.#injector.add(proxyName(this.#file.request.id, 'session'), injection);
      this.#injected.set(index, injected);
      const { before, after } = injected;
      this.#context.history.write({ type: 'injected', injection: index, before, after });
      const { same, found } = await this.#injector.readBack(injected);
      this.#context.history.write({ type: 'readBack', injection: index, same, found });
    });
  }

  heal(index: number): Promise<void> {
    return this.#edge(async () => {
      const injected = this.#injected.get(index);
      if (injected === undefined) return;
      const { before, after } = await this.#injector.remove(injected);
      this.#context.history.write({ type: 'healed', injection: index, before, after });
    });
  }

  /** What it finds is recorded at the instant of the question: a server that hangs answers after the end of measurement, or never. */
  async look(): Promise<void> {
    const begun = this.#begun;
    if (this.#ended < begun) return;
    const { history, clock } = this.#context;
    const asked = clock.now();
    const { same, found } = await this.#injector.compare();
    if (!same && this.#begun === begun) history.write({ type: 'injectorFailed', message: found }, asked);
  }

  /**
   * A proxy goes as a whole, and its toxics with it. Removing toxics one by one can hang Toxiproxy for good once a connection
   * under them has ended: it waits for a stage of the connection that nobody reads any more.
   */
  async close(): Promise<void> {
    await this.#edge(() => this.#injector.deleteByPrefix(proxyPrefix(this.#file.request.id)));
  }

  /** What the injector fails at goes on record; the measurement runs on, for whoever looks at it later. */
  async #edge(action: () => Promise<unknown>): Promise<void> {
    this.#begun += 1;
    try {
      await action();
    } catch (error) {
      if (!(error instanceof InjectorFailure)) throw error;
      this.#context.history.write({ type: 'injectorFailed', message: error.message });
    } finally {
      this.#ended += 1;
    }
  }
}
