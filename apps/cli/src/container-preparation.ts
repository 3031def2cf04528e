import { containerSupply } from '@lapse/conduct';
import { EXIT, messageOf, Refusal } from './endings.ts';
import type { PlannedRun } from './planned-run.ts';

/** Before the first scenario that needs it: its image is there, and nothing is left of earlier runs. @throws Refusal */
export async function prepareContainers(
  scenarios: PlannedRun['scenarios'],
  say: (line: string) => void,
): Promise<void> {
  if (scenarios.every(({ scenario }) => scenario.container === undefined)) return;
  try {
    await containerSupply(say);
  } catch (error) {
    throw new Refusal(EXIT.unavailable, `No service could be put into a container: ${messageOf(error)}.`);
  }
}
