import { containerSupply } from '@lapse/conduct';
import type { Scenario } from '@lapse/experiment';
import { EXIT, messageOf, Refusal } from './endings.ts';

/** Before the first scenario that needs it: its image is there, and nothing is left of earlier runs. @throws Refusal */
export async function prepareContainers(scenarios: readonly Scenario[], say: (line: string) => void): Promise<void> {
  if (scenarios.every(({ container }) => container === undefined)) return;
  try {
    await containerSupply(say);
  } catch (error) {
    throw new Refusal(EXIT.unavailable, `No service could be put into a container: ${messageOf(error)}.`);
  }
}
