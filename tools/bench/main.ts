// `npm run bench [-- PART …] [--seconds N]`: each part in a process of its own, one after the other, N seconds per slice.
// Exit codes: 0 everything was measured, 64 usage, otherwise that of the part that failed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PARTS, type Part, type Wanted, wantedIn } from './parts.ts';

const ROOT = resolve(import.meta.dirname, '../..');

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  const wanted = wantedOf(words);
  if (typeof wanted === 'string') {
    const names = PARTS.map(({ name }) => name).join(' | ');
    console.error(`${wanted}\nusage: npm run bench -- [${names}] [--seconds N]`);
    return 64;
  }
  for (const part of wanted.parts) {
    const exitCode = await measure(part, wanted.seconds);
    if (exitCode !== 0) return exitCode;
  }
  return 0;
}

function wantedOf(words: readonly string[]): Wanted | string {
  try {
    const options = { seconds: { type: 'string', default: '1' } } as const;
    const { positionals, values } = parseArgs({ args: [...words], options, allowPositionals: true });
    return wantedIn(positionals, values.seconds);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function measure({ name, measures, program }: Part, seconds: number): Promise<number> {
  console.log(`== ${name}: ${measures}`);
  const child = spawn(process.execPath, [join(ROOT, ...program), String(seconds)], { stdio: 'inherit' });
  const [code, signal] = await once(child, 'close');
  return code ?? 128 + constants.signals[signal as NodeJS.Signals];
}
