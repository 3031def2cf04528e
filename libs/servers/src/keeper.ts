/**
 * The keeper: a small process in a session of its own that starts processes for its caller and ends them when its standard input ends.
 * The input ends in whatever way the caller does, `kill -9` included; a terminal's Ctrl-C reaches neither the keeper nor what it keeps.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Ending, KeeperOrder, KeeperReport } from './keeper-orders.ts';

/** Milliseconds between a friendly request to end and SIGKILL. */
const PATIENCE = 2_000;
/** Milliseconds that killed processes get to be gone; only a process stuck in the kernel needs them. */
const GONE_WITHIN = 3_000;
/** Milliseconds between two looks. */
const LOOK_EVERY = 10;

const kept = new Map<number, ChildProcess>();
const discarded: string[] = [];

const orders = createInterface({ input: process.stdin });
orders.on('line', (line) => obey(JSON.parse(line)));
orders.on('close', () => void endAll());
// A caller that is gone reads no reports; its end is noticed on the input.
process.stdout.on('error', () => {});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => orders.close());

function obey(order: KeeperOrder): void {
  switch (order.order) {
    case 'start':
      start(order);
      break;
    case 'end':
      void end(order.id);
      break;
    case 'discard':
      discarded.push(order.folder);
      break;
  }
}

function start(order: Extract<KeeperOrder, { order: 'start' }>): void {
  const log = openSync(order.log, 'a');
  // A group of its own: a build has children, and all of them must end.
  const child = spawn(order.command, order.args, {
    cwd: order.folder,
    env: order.environment,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  if (child.pid !== undefined) {
    kept.set(order.id, child);
    report({ report: 'started', id: order.id, pid: child.pid });
  }
  child.once('error', (error) => {
    if (child.pid === undefined) ended(order.id, { how: 'notStarted', reason: error.message });
  });
  child.once('exit', (code, signal) => {
    // What a process leaves behind in its group goes with it, at once, while the group's number cannot mean another group.
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
    kept.delete(order.id);
    ended(order.id, signal === null ? { how: 'exit', code: code ?? -1 } : { how: 'signal', signal });
  });
}

function ended(id: number, ending: Ending): void {
  report({ report: 'ended', id, ending });
}

function report(line: KeeperReport): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function endAll(): Promise<void> {
  await Promise.all([...kept.keys()].map(end));
  for (const folder of discarded) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  process.exit(0);
}

async function end(id: number): Promise<void> {
  const child = kept.get(id);
  if (child?.pid === undefined) return;
  signalGroup(child.pid, 'SIGTERM');
  if (await isGone(child.pid, PATIENCE)) return;
  signalGroup(child.pid, 'SIGKILL');
  await isGone(child.pid, GONE_WITHIN);
}

/** Waits until no process of the group is left. */
async function isGone(pid: number, within: number): Promise<boolean> {
  for (let waited = 0; waited < within; waited += LOOK_EVERY) {
    if (!signalGroup(pid, 0)) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
  return false;
}

/** Signals a child and its descendants; false when none is left. Windows knows no groups. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    return false;
  }
}
