import { containersHere, type Engine, findEngine, removeContainersOf, serviceImage } from '@lapse/containers';
import type { Scenario } from '@lapse/experiment';
import { ExperimentOnDisk } from './experiments.ts';

/** An experiment whose service is in a container. @throws Error with the reason where no engine answers. */
export async function containedExperiment(
  scenario: Scenario,
  network: NonNullable<Scenario['container']> = 'host',
  image?: string,
): Promise<ContainedExperiment> {
  const { name, id } = await serviceImage(await engineHere());
  return new ContainedExperiment(
    { ...scenario, container: network },
    {
      image: image ?? name,
      labels: {
        conductor: 'inProcess',
        injector: 'none',
        service: 'container',
        container: { image: id, engine: 'the one of this machine', network },
        fidelity: 'direct',
        versions: {},
        commit: '',
      },
    },
  );
}

export class ContainedExperiment extends ExperimentOnDisk {
  async containerCount(): Promise<number> {
    return (await containersHere(await engineHere(), this.id)).length;
  }

  async noContainer(): Promise<void> {
    while ((await this.containerCount()) > 0) await new Promise((next) => setTimeout(next, 100));
  }

  async removeContainers(): Promise<void> {
    await removeContainersOf(this.id);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    await this.removeContainers();
  }
}

async function engineHere(): Promise<Engine> {
  const engine = await findEngine();
  if (!engine.found) throw new Error(`no container engine answers: ${engine.reasons.join('; ')}`);
  return engine;
}
