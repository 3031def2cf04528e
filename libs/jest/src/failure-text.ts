import { resolve } from 'node:path';
import type { Outcome } from './outcome.ts';

/** What a person needs to understand a failure, a line each: what was predicted and observed, why, where it lies, what to change. */
export function failureText(outcome: Outcome, reason: string): string {
  const { scenario, about, predicted, verdict, sentence, clientSees, evidence } = outcome;
  const folder = evidence.at(-1);
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['scenario', about === undefined ? scenario : `${scenario}: ${about}`],
    ['predicted', predicted],
    ['observed', observedIn(outcome)],
    ['verdict', verdict],
    ['reason', sentence],
    ['client sees', clientSees],
    ['to change', changeIn(outcome)],
    ['evidence', folder],
    ['explained by', folder && `npm ${prefix()}run lapse -- explain ${folder}`],
  ];
  const lines = rows.flatMap(([name, text]) => (text ? [`  ${name.padEnd(13)}${text}`] : []));
  return [reason, '', ...lines].join('\n');
}

const CHECKOUT = resolve(import.meta.dirname, '../../..');

/** What npm needs to find the scripts of the checkout from elsewhere. */
function prefix(): string {
  return resolve(process.cwd()) === CHECKOUT ? '' : `--prefix ${CHECKOUT} `;
}

function observedIn({ accounts = [], observed }: Outcome): string {
  const told = accounts.map(({ session, root }) =>
    accounts.length === 1 ? root.words : `session ${session}: ${root.words}`,
  );
  return told.join(' ') || observed;
}

function changeIn({ accounts = [] }: Outcome): string | undefined {
  const changes = accounts.flatMap(({ root, change }) => (root.is === 'nothing' ? [] : [change]));
  return [...new Set(changes)].join(' ') || undefined;
}
