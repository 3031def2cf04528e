import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Observation, Scenario } from '@lapse/experiment';
import type { Clock } from '@lapse/transport';

/** Path of the service's one endpoint; the Via adds the number of the session. */
export const ENDPOINT_PATH = '/session';

export interface ServiceProcess {
  readonly port: number;
  /** Ends the service, which is then no unplanned exit. Resolves when it is gone. */
  stop(): Promise<void>;
}

export interface ServiceProcessOptions {
  readonly entry: string;
  readonly clock: Clock;
  readonly scenario: Scenario;
  /** Every line that the service logs, as it stands and as what it says. */
  readonly logged: (line: string, observation: Observation) => void;
  readonly exited: (planned: boolean, how: string) => void;
}

/** Starts the mock service as a child of the host: it ends with its standard input, so it cannot outlive the host. */
export async function startService(options: ServiceProcessOptions): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [options.entry], { stdio: ['pipe', 'pipe', 'inherit'] });
  let planned = false;
  child.once('exit', (code, signal) => options.exited(planned, signal ?? `exit code ${code}`));
  child.stdin.on('error', () => {});
  const listening = portOf(child, options);
  const { service } = options.scenario;
  child.stdin.write(
    `${JSON.stringify({ startNs: String(options.clock.startNs), port: 0, path: ENDPOINT_PATH, service })}\n`,
  );
  const port = await listening;
  const stop = () => {
    planned = true;
    return end(child);
  };
  return { port, stop };
}

function portOf(child: ChildProcess, { logged }: ServiceProcessOptions): Promise<number> {
  const { stdout } = child;
  if (stdout === null) throw new Error('the service has no standard output');
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('the mock service ended before it listened')));
    child.once('error', reject);
    createInterface({ input: stdout }).on('line', (line) => {
      const observation: Observation = JSON.parse(line);
      logged(line, observation);
      if (observation.type === 'listening') resolve(observation.port);
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.stdin?.end();
  const impatient = setTimeout(() => child.kill('SIGKILL'), 2_000);
  await gone;
  clearTimeout(impatient);
}
