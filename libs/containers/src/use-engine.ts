import type { Engine } from './engine.ts';

/**
 * testcontainers, told of the engine that was found. It takes a third of a second to load, so nothing loads it before it is
 * needed. Its own reaper is an image from a registry: ours goes by labels.
 */
export async function useEngine({ address }: Engine) {
  process.env.DOCKER_HOST = address.url;
  process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
  return await import('testcontainers');
}
