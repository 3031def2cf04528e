import type { Scenario } from './scenario.ts';

/** Why a scenario can be predicted but not be measured here, or undefined when it can be. */
export function whyUnmeasurable({ profile }: Scenario): string | undefined {
  if (profile.client === 'dotnet') return undefined;
  return `profile.client ${profile.client} is predicted only: the client that is measured behaves as dotnet does, and shows other texts.`;
}
