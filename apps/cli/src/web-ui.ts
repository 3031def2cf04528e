import { EXIT, Refusal } from './endings.ts';
import { type Interruption, nextSignal } from './interruption.ts';
import type { ConductOptions } from './planned-run.ts';
import type { Conducting } from './run-servers.ts';

/** @throws Refusal where there can be no web UI to keep up. */
export function requireUiPossible({ ui = false, conductor }: ConductOptions): void {
  if (ui && conductor === 'inProcess')
    throw new Refusal(EXIT.usage, "The web UI is Temporal's: --ui and --conductor in-process exclude each other.");
}

/** Tells where the web UI is, or why there is none, before the scenarios start. */
export function tellUi(conducting: Conducting, { ui = false }: ConductOptions, say: (line: string) => void): void {
  if (ui) say(whereIsUi(conducting));
}

function whereIsUi(conducting: Conducting): string {
  if (conducting.by === 'inProcess') return 'There is no web UI, for there is no Temporal server.';
  const { ui, access, isNamed } = conducting;
  const { namespace, address } = access;
  if (ui !== undefined) return `Temporal's web UI: ${ui}/namespaces/${namespace}/workflows`;
  if (isNamed)
    return `The Temporal server at ${address} was not started here: its web UI, if it has one, is where it was set up.`;
  return 'This Temporal server has no web UI: it was built without one.';
}

type WithUi = Extract<Conducting, { by: 'temporal' }> & { readonly ui: string };

export function hasUi(conducting: Conducting): conducting is WithUi {
  return conducting.by === 'temporal' && conducting.ui !== undefined;
}

/** Keeps a web UI up until a signal comes, or its server ends by itself. */
export async function untilSeen(
  conducting: WithUi,
  interruption: Interruption,
  say: (line: string) => void,
): Promise<void> {
  if (interruption.requested.aborted) return;
  const enough = nextSignal();
  // Nothing is left to heal.
  interruption[Symbol.dispose]();
  say(`The run has ended; Temporal's web UI stays up at ${conducting.ui} until Ctrl-C.`);
  await Promise.race([enough, conducting.gone]);
  say('Ending the servers.');
}
