import { setTimeout as sleep } from 'node:timers/promises';
import {
  EXPERIMENT_FILES,
  type ExperimentFile,
  type ExperimentRequest,
  type JudgedExperiment,
  type Labels,
  type Scenario,
} from '@lapse/experiment';
import type { WatchProgress } from '@lapse/workflows';
import { type ContainerSupply, containerSupply } from './containers.ts';
import { ExperimentFolder } from './folder.ts';
import { HistoryTail } from './history-tail.ts';
import { spawnHost } from './host-process.ts';
import { judgeHistory } from './judgement.ts';
import { Lane } from './lane.ts';
import { Places } from './places.ts';
import { stopExperiment } from './sweep.ts';

/** What a station is told about itself and about where its experiments' parts are. */
export interface StationSettings {
  /** Name of the machine (`[a-z0-9-]`), not of a process: a worker that takes over must have the same one. */
  readonly station: string;
  /** Absolute path of the folder that holds the experiments' folders. */
  readonly runsFolder: string;
  /** Absolute paths of the entry files of experiment-host and mock-service. */
  readonly hostEntry: string;
  readonly serviceEntry: string;
  /** Address of Toxiproxy's API without a trailing slash; absent: only scenarios whose path is direct can run. */
  readonly toxiproxyUrl?: string;
  /** How many experiments may run at a time. */
  readonly capacity: number;
  readonly versions: Labels['versions'];
  readonly commit: string;
}

/** How whoever runs a step hears of its progress, and asks it to give up. */
export interface Pulse {
  report(progress: WatchProgress): void;
  readonly signal: AbortSignal;
}

/** Something that no second try can change. */
export class ExperimentFailed extends Error {
  override readonly name = 'ExperimentFailed';
}

/** Nobody watches an experiment for this long: its host heals, and ends. */
const LEASE_DURATION = 30_000;
/** A history that has not grown for this long will not grow any more: the host samples noise all the time. */
const HISTORY_STALLED = 5_000;
/** Setting everything up takes a second or two; zero waits for event loops that are quiet. */
const BOOT_DEADLINE = 60_000;
const LOOK_EVERY = 50;
const WATCH_EVERY = 200;

/** What a station does for experiments, whoever conducts them. Every step may be repeated. */
export class Station {
  readonly #settings: StationSettings;
  readonly #places: Places;
  readonly #booting = new Lane();
  #containers: Promise<ContainerSupply> | undefined;

  constructor(settings: StationSettings) {
    this.#settings = settings;
    this.#places = new Places(settings.runsFolder, settings.capacity);
  }

  get name(): string {
    return this.#settings.station;
  }

  /** False: no place is free. */
  reserve(id: string): boolean {
    return this.#places.take(id);
  }

  /**
   * Returns once the host has written `zero`, or has ended before it could; starts none where one was started before.
   * One host boots at a time, because booting disturbs the clocks of those that measure least if it is alone.
   * @throws ExperimentFailed when the experiment has been stopped already, or its host left no history at all.
   */
  async start(request: ExperimentRequest, pulse: Pulse): Promise<void> {
    const folder = this.#folder(request.id);
    if (!folder.has(EXPERIMENT_FILES.experiment)) folder.writeExperiment(await this.#experimentOf(request));
    await this.#booting.run(() => this.#boot(folder, pulse));
  }

  /** Returns when the history is complete or has stopped growing. Watching keeps the host's lease. */
  async watch(id: string, pulse: Pulse): Promise<void> {
    const folder = this.#folder(id);
    const tail = new HistoryTail(folder.file(EXPERIMENT_FILES.history));
    let grown = performance.now();
    while (!folder.has(EXPERIMENT_FILES.done)) {
      folder.touch(EXPERIMENT_FILES.lease);
      if (tail.read()) grown = performance.now();
      if (performance.now() - grown > HISTORY_STALLED) return;
      pulse.report(tail.progress);
      await sleep(WATCH_EVERY, undefined, { signal: pulse.signal });
    }
    tail.read();
    pulse.report(tail.progress);
  }

  /** @throws ExperimentFailed when there is no history that could be judged. */
  judge(id: string): JudgedExperiment {
    return judgeHistory(this.#folder(id));
  }

  /** Heals, ends the host, and gives the place back. Nothing to stop is a success. */
  async stop(id: string): Promise<void> {
    await stopExperiment(this.#folder(id), id, this.#settings.toxiproxyUrl);
    this.#places.giveBack(id);
  }

  async #boot(folder: ExperimentFolder, pulse: Pulse): Promise<void> {
    pulse.signal.throwIfAborted();
    if (folder.has(EXPERIMENT_FILES.stop)) throw new ExperimentFailed('the experiment was stopped before it started');
    folder.touch(EXPERIMENT_FILES.lease);
    const started = folder.has(EXPERIMENT_FILES.pid) || folder.has(EXPERIMENT_FILES.done);
    const host = started ? undefined : spawnHost(this.#settings.hostEntry, folder);
    let ended = false;
    const end = () => {
      ended = true;
    };
    host?.once('exit', end).once('error', end);
    const tail = new HistoryTail(folder.file(EXPERIMENT_FILES.history));
    const deadline = performance.now() + BOOT_DEADLINE;
    while (!ended && performance.now() < deadline && !folder.has(EXPERIMENT_FILES.done)) {
      tail.read();
      if (tail.hasZero) return;
      folder.touch(EXPERIMENT_FILES.lease);
      pulse.report(tail.progress);
      await sleep(LOOK_EVERY, undefined, { signal: pulse.signal });
    }
    tail.read();
    if (tail.isEmpty) throw new ExperimentFailed(`the experiment's host left no history. ${folder.logTail()}`);
  }

  async #experimentOf(request: ExperimentRequest): Promise<ExperimentFile> {
    const { serviceEntry, toxiproxyUrl } = this.#settings;
    const needsProxy = request.scenario.path !== 'direct';
    const supply = request.scenario.container === undefined ? undefined : await this.#supply();
    return {
      request,
      ...(needsProxy && toxiproxyUrl ? { toxiproxyUrl } : {}),
      serviceEntry,
      ...(supply && { image: supply.image.name }),
      labels: this.#labelsOf(request, supply),
      leaseDuration: LEASE_DURATION,
    };
  }

  /** Asked for by the first experiment that needs it; one that fails may ask again. */
  #supply(): Promise<ContainerSupply> {
    this.#containers ??= containerSupply().catch((error: unknown) => {
      this.#containers = undefined;
      throw new ExperimentFailed(error instanceof Error ? error.message : String(error));
    });
    return this.#containers;
  }

  #labelsOf({ scenario, conductor }: ExperimentRequest, supply: ContainerSupply | undefined): Labels {
    const { versions, commit } = this.#settings;
    const { path, container: network } = scenario;
    const direct = path === 'direct';
    return {
      conductor,
      injector: direct ? 'none' : 'toxiproxy',
      service: serviceLabel(scenario),
      ...(supply && network && { container: { image: supply.image.id, engine: supply.engine.version, network } }),
      fidelity: direct ? 'direct' : 'proxy',
      versions,
      commit,
    };
  }

  #folder(id: string): ExperimentFolder {
    return new ExperimentFolder(this.#settings.runsFolder, id);
  }
}

function serviceLabel({ target, container }: Scenario): Labels['service'] {
  if (target !== undefined) return 'external';
  return container === undefined ? 'process' : 'container';
}
