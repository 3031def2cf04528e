import { basename, dirname } from 'node:path';
import {
  containersHere,
  type Engine,
  findEngine,
  removeContainer,
  type ServiceImage,
  serviceImage,
} from '@lapse/containers';
import { ExperimentFolder } from './folder.ts';
import { runningHost } from './host-process.ts';

/** What services in containers are started by and from. */
export interface ContainerSupply {
  readonly engine: Engine;
  readonly image: ServiceImage;
}

/** The engine and today's image, after what hosts left that are gone is taken away. @throws Error with the reason when there is none. */
export async function containerSupply(say: (line: string) => void = () => {}): Promise<ContainerSupply> {
  const engine = await findEngine();
  if (!engine.found) throw new Error(`no container engine answers: ${engine.reasons.join('; ')}`);
  await removeOrphans(engine);
  return { engine, image: await serviceImage(engine, say) };
}

/** Takes the containers of this machine away whose hosts do not run any more; those of other runs have theirs. */
export async function removeOrphans(engine: Engine): Promise<void> {
  const found = await containersHere(engine);
  const orphans = found.filter(({ folder }) => !hasHost(folder));
  await Promise.all(orphans.map(({ id }) => removeContainer(engine, id)));
}

function hasHost(folder: string): boolean {
  try {
    return runningHost(new ExperimentFolder(dirname(folder), basename(folder))) !== undefined;
  } catch {
    // A folder that is no experiment's.
    return false;
  }
}
