import { connect } from 'node:net';
import { addressOf, type Target } from '@lapse/experiment';
import { type Command, InvalidArgumentError } from 'commander';
import type { Catalogued } from './catalogue.ts';
import { EXIT, Refusal } from './endings.ts';

/** What `--target` says. */
export interface TargetFlag {
  readonly target?: Target;
}

/** The flag of every command that may have a service that is none of ours in view. */
export function targetFlag(command: Command): Command {
  return command.option(
    '--target <address>',
    'a service of yours in place of the mock service, net.tcp://host:port/path, security None',
    parseTarget,
  );
}

/** The scenarios, each against the target if there is one. */
export function against(scenarios: readonly Catalogued[], target: Target | undefined): readonly Catalogued[] {
  if (target === undefined) return scenarios;
  return scenarios.map((each) => ({ ...each, scenario: { ...each.scenario, target } }));
}

/** As long as a service may take to accept a connection, before anything is asked of it. */
const PATIENCE = 5_000;

/** Connects, and sends nothing. @throws Refusal where nothing accepts: no verdict would be about the service then. */
export async function requireListening(target: Target): Promise<void> {
  const { host, port } = target;
  const socket = connect({ host, port, timeout: PATIENCE });
  const failure = await new Promise<string | undefined>((resolve) => {
    socket.once('connect', () => resolve(undefined));
    socket.once('timeout', () => resolve(`no answer within ${PATIENCE / 1_000} s`));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
  socket.destroy();
  if (failure !== undefined)
    throw new Refusal(EXIT.unavailable, `Nothing listens at ${addressOf(target)} (${failure}).`);
}

const ADDRESS = /^net\.tcp:\/\/([A-Za-z0-9.-]+):([0-9]{1,5})(\/[^\s#]*)$/;

/** @throws InvalidArgumentError with what it has to be. */
export function parseTarget(text: string): Target {
  const [, host = '', digits = '', path = ''] = ADDRESS.exec(text) ?? [];
  const port = Number(digits);
  if (host === '' || port < 1 || port > 65_535)
    throw new InvalidArgumentError('It is net.tcp://host:port/path, with a name or an IPv4 address for the host.');
  return { host, port, path };
}
