import type { Scenario } from './scenario.ts';

/** Why a scenario can be predicted but not be measured here, or undefined when it can be. */
export function whyUnmeasurable({ profile, path, container }: Scenario): string | undefined {
  if (path === 'direct' && container === 'published')
    return 'path: direct is there for how a connection ends, and the port that this container engine publishes turns a reset into an end.';
  if (profile.client === 'dotnet') return undefined;
  return `profile.client ${profile.client} is predicted only: the client that is measured behaves as dotnet does, and shows other texts.`;
}
