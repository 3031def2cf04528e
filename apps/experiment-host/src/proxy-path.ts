import { type ExperimentFile, proxyName, proxyPrefix } from '@lapse/experiment';
import { type Edge, type Injected, InjectorFailure, type ToxiproxyInjector, toxiproxyInjector } from '@lapse/injection';
import type { Destination, Endpoint, Path, PathContext } from './path.ts';

/**
 * Two proxies in front of the service: the session's own, which the toxics act on, and one without any, to measure noise. A service that
 * is none of ours answers no canary: then the session's proxy has a twin, which has the same toxics and leads to whoever does.
 */
export async function openProxyPath(
  file: ExperimentFile,
  { service, canaries }: Destination,
  context: PathContext,
): Promise<Path> {
  const { history, clock } = context;
  if (file.toxiproxyUrl === undefined) throw new Error('a path through a proxy needs the address of Toxiproxy');
  const injector = toxiproxyInjector({ url: file.toxiproxyUrl, now: () => clock.now() });
  const open = async (purpose: Purpose, { host, port }: Endpoint) => {
    const proxied = await injector.createProxy(proxyName(file.request.id, purpose), port, host);
    history.write({ type: 'proxied', ...proxied });
    return proxied.port;
  };
  const session = await open('session', service);
  const twin = canaries && (await open('twin', canaries));
  const noise = await open('noise', canaries ?? service);
  return new ProxyPath(file, injector, { ...context, proxies: { session, noise, ...(twin && { twin }) } });
}

type Purpose = Parameters<typeof proxyName>[1];

interface ProxyPathContext extends PathContext {
  /** Their ports. */
  readonly proxies: { readonly session: number; readonly twin?: number; readonly noise: number };
}

class ProxyPath implements Path {
  readonly #file: ExperimentFile;
  readonly #injector: ToxiproxyInjector;
  readonly #context: ProxyPathContext;
  /** On the session's proxy first, then on its twin. */
  readonly #injected = new Map<number, readonly Injected[]>();
  /** Edges of the fault plan, begun and ended: between the two, what is there and what was asked for may differ. */
  #begun = 0;
  #ended = 0;

  constructor(file: ExperimentFile, injector: ToxiproxyInjector, context: ProxyPathContext) {
    this.#file = file;
    this.#injector = injector;
    this.#context = context;
  }

  get connectTo(): Endpoint {
    return { host: '127.0.0.1', port: this.#context.proxies.session };
  }

  get canaryPorts() {
    const { session, twin = session, noise } = this.#context.proxies;
    return [
      { purpose: 'proof', port: twin },
      { purpose: 'noise', port: noise },
    ] as const;
  }

  get #toxicProxies(): readonly Purpose[] {
    return this.#context.proxies.twin === undefined ? ['session'] : ['session', 'twin'];
  }

  inject(index: number): Promise<void> {
    return this.#edge(async () => {
      const { faults } = this.#file.request.scenario;
      const injection = faults[index];
      if (injection === undefined) throw new Error(`the fault plan has no entry ${index}`);
      const names = this.#toxicProxies.map((purpose) => proxyName(this.#file.request.id, purpose));
      const injected = await Promise.all(names.map((name) => this.#injector.add(name, injection)));
      this.#injected.set(index, injected);
      this.#context.history.write({ type: 'injected', injection: index, ...spanOf(injected) });
      const looked = await Promise.all(injected.map((each) => this.#injector.readBack(each)));
      const { same, found } = looked.find((each) => !each.same) ?? { same: true, found: looked[0]?.found ?? '' };
      this.#context.history.write({ type: 'readBack', injection: index, same, found });
    });
  }

  heal(index: number): Promise<void> {
    return this.#edge(async () => {
      const injected = this.#injected.get(index);
      if (injected === undefined) return;
      const edges = await Promise.all(injected.map((each) => this.#injector.remove(each)));
      this.#context.history.write({ type: 'healed', injection: index, ...spanOf(edges) });
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

/** From the first of several changes that were made together to the last. */
function spanOf(edges: readonly Edge[]): Pick<Edge, 'before' | 'after'> {
  return {
    before: Math.min(...edges.map(({ before }) => before)),
    after: Math.max(...edges.map(({ after }) => after)),
  };
}
