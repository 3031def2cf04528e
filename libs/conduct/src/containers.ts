import { type Engine, findEngine, removeOrphans, type ServiceImage, serviceImage } from '@lapse/containers';

/** What services in containers are started by and from. */
export interface ContainerSupply {
  readonly engine: Engine;
  readonly image: ServiceImage;
}

/**
 * The engine and today's image, after what earlier runs have left is taken away.
 * @throws Error with the reason when there is no engine, or it does not build the image.
 */
export async function containerSupply(say: (line: string) => void = () => {}): Promise<ContainerSupply> {
  const engine = await findEngine();
  if (!engine.found) throw new Error(`no container engine answers: ${engine.reasons.join('; ')}`);
  await removeOrphans(engine);
  return { engine, image: await serviceImage(engine, say) };
}
