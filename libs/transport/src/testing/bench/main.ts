// How fast calls are, against a bare echo: started by `npm run bench -- calls`, with the seconds of each slice as its argument,
// and behind that the names of rows where not all are wanted. Client and service are processes on cores of their own.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Ports } from './rows.ts';

const [seconds = '1', ...rows] = process.argv.slice(2);
const pins = spawnSync('taskset', ['-c', '0,1', 'true']).status === 0;
console.log(pins ? 'client and service on a core each (taskset)' : 'client and service on any core: no taskset');

const service = started('service.ts', { core: 0, words: [] });
const { bare, ours } = await portsOf(service);
const client = started('client.ts', { core: 1, words: [String(bare), String(ours), seconds, ...rows] });
client.stdout?.pipe(process.stdout);
const [code] = await once(client, 'close');
service.stdin?.end();
process.exitCode = code ?? 1;

function started(program: string, { core, words }: { readonly core: number; readonly words: readonly string[] }) {
  const command = [process.execPath, ...process.execArgv, join(import.meta.dirname, program), ...words];
  const [first = '', ...rest] = pins ? ['taskset', '-c', String(core), ...command] : command;
  return spawn(first, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
}

async function portsOf({ stdout }: ChildProcess): Promise<Ports> {
  if (stdout === null) throw new Error('the service has no output');
  for await (const line of createInterface({ input: stdout })) return JSON.parse(line);
  throw new Error('the service ended before it listened');
}
