// Runs one child in the foreground: it sees the terminal, its signals are its own business, its exit code is ours.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** What asks a program to end and lets it wind up. */
const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<number>} its exit code; 128 + n where signal n ended it
 */
export function runChild(command, args, options) {
  const child = spawn(command, args, { stdio: 'inherit', ...options });
  return exitCodeOf(child);
}

/**
 * Waits for a child, however long it takes to wind up: no signal ends this process before it.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>}
 */
export function exitCodeOf(child) {
  const release = handSignalsOn(child);
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(`lapse: ${error.message}`);
      release();
      resolve(127);
    });
    child.once('close', (code, signal) => {
      release();
      resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM']);
    });
  });
}

/**
 * Keeps signals from ending this process, and tells of each by the exit code that it stands for.
 * @param {(exitCode: number) => void} listener
 */
export function onInterruption(listener) {
  for (const signal of SIGNALS) process.on(signal, () => listener(128 + constants.signals[signal]));
}

/**
 * A terminal gives Ctrl-C to its whole foreground group, the child included: handing it on would make it a second one.
 * Without a terminal, and for the other signals, the child knows only what is handed on to it.
 * @param {import('node:child_process').ChildProcess} child
 */
function handSignalsOn(child) {
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  const handlers = SIGNALS.map((signal) => {
    const handler = () => {
      if (signal !== 'SIGINT' || !onTerminal) child.kill(signal);
    };
    process.on(signal, handler);
    return /** @type {const} */ ([signal, handler]);
  });
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}
