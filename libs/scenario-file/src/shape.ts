import {
  DEFAULT_BINDING,
  DEFAULT_CLIENT,
  DEFAULT_CONNECTION_POOL,
  DEFAULT_PROFILE,
  DEFAULT_SERVICE,
  type Scenario,
} from '@lapse/experiment';
import { z } from 'zod';
import { finite, milliseconds, timeSpan, wcfTimeout } from './durations.ts';
import { anyFault, type FaultDescription, sorted } from './process-fault.ts';
import { DRIP_KEYS, STEP_KEYS, type StepDescription, step } from './step.ts';

const SUPPORTED_SECURITY =
  'supports none only: Windows security, the default of netTcpBinding, passes a proxy undecoded, so that nothing of its session can be predicted';
const SUPPORTED_RELIABILITY =
  'supports false only: a reliable session has timers of its own, which no prediction covers';
const SUPPORTED_TRANSPORT = 'supports tcp only (net.tcp)';

const profile = z.strictObject({
  client: z.enum(['dotnet', 'netfx']).default(DEFAULT_PROFILE.client),
  service: z
    .literal('netfx-4.8', 'must be netfx-4.8, the only service that is modelled')
    .default(DEFAULT_PROFILE.service),
  processors: z
    .int({ error: 'must be a whole number of cores' })
    .min(1, 'must be at least 1')
    .default(DEFAULT_PROFILE.processors),
});

const binding = z.strictObject({
  transport: z.literal('tcp', SUPPORTED_TRANSPORT).default(DEFAULT_BINDING.transport),
  security: z.literal('none', SUPPORTED_SECURITY).default(DEFAULT_BINDING.security),
  reliableSession: z.literal(false, SUPPORTED_RELIABILITY).default(DEFAULT_BINDING.reliableSession),
});

const openTimeout = wcfTimeout('Binding.OpenTimeout');
const closeTimeout = wcfTimeout('Binding.CloseTimeout');
const operationTimeout = wcfTimeout('IContextChannel.OperationTimeout');
const sendTimeout = wcfTimeout('Binding.SendTimeout');
const receiveTimeout = wcfTimeout('Binding.ReceiveTimeout');
const channelInitializationTimeout = wcfTimeout('TcpTransportBindingElement.ChannelInitializationTimeout', {
  positive: true,
});
const idleTimeout = wcfTimeout('TcpConnectionPoolSettings.IdleTimeout');
const leaseTimeout = wcfTimeout('TcpConnectionPoolSettings.LeaseTimeout');
const length = finite({ least: 1 });

const cutKeys = z.strictObject({
  after: z.int({ error: 'must be a whole number of bytes' }).min(1, 'must be at least 1 byte'),
  pause: timeSpan(length),
  pauseMs: milliseconds(length),
});

const preambleCut = cutKeys.transform(({ after, pause, pauseMs }, context) => {
  const duration = pauseMs ?? pause;
  if (duration !== undefined) return { after, pause: duration };
  context.addIssue({ code: 'custom', message: 'has no pause: pauseMs, or pause as a time span' });
  return z.NEVER;
});

const poolKeys = z.strictObject({
  idleTimeout: timeSpan(idleTimeout),
  idleTimeoutMs: milliseconds(idleTimeout),
  leaseTimeout: timeSpan(leaseTimeout),
  leaseTimeoutMs: milliseconds(leaseTimeout),
});

const connectionPoolSettings = poolKeys.transform((given) => ({
  idleTimeout: given.idleTimeoutMs ?? given.idleTimeout ?? DEFAULT_CONNECTION_POOL.idleTimeout,
  leaseTimeout: given.leaseTimeoutMs ?? given.leaseTimeout ?? DEFAULT_CONNECTION_POOL.leaseTimeout,
}));

const clientKeys = z.strictObject({
  raw: z.boolean('must be true or false').default(DEFAULT_CLIENT.raw),
  callStyle: z.enum(['sync', 'async', 'duplex']).default(DEFAULT_CLIENT.callStyle),
  openTimeout: timeSpan(openTimeout),
  openTimeoutMs: milliseconds(openTimeout),
  closeTimeout: timeSpan(closeTimeout),
  closeTimeoutMs: milliseconds(closeTimeout),
  operationTimeout: timeSpan(operationTimeout),
  operationTimeoutMs: milliseconds(operationTimeout),
  connectionPoolSettings: connectionPoolSettings.optional(),
  preambleCut: preambleCut.optional(),
});

const client = clientKeys.transform((given) => ({
  raw: given.raw,
  callStyle: given.callStyle,
  openTimeout: given.openTimeoutMs ?? given.openTimeout ?? DEFAULT_CLIENT.openTimeout,
  closeTimeout: given.closeTimeoutMs ?? given.closeTimeout ?? DEFAULT_CLIENT.closeTimeout,
  operationTimeout: given.operationTimeoutMs ?? given.operationTimeout ?? DEFAULT_CLIENT.operationTimeout,
  ...(given.connectionPoolSettings && { connectionPoolSettings: given.connectionPoolSettings }),
  ...(given.preambleCut && { preambleCut: given.preambleCut }),
}));

const serviceKeys = z.strictObject({
  openTimeout: timeSpan(openTimeout),
  openTimeoutMs: milliseconds(openTimeout),
  closeTimeout: timeSpan(closeTimeout),
  closeTimeoutMs: milliseconds(closeTimeout),
  receiveTimeout: timeSpan(receiveTimeout),
  receiveTimeoutMs: milliseconds(receiveTimeout),
  sendTimeout: timeSpan(sendTimeout),
  sendTimeoutMs: milliseconds(sendTimeout),
  channelInitializationTimeout: timeSpan(channelInitializationTimeout),
  channelInitializationTimeoutMs: milliseconds(channelInitializationTimeout),
  idleTimeout: timeSpan(idleTimeout),
  idleTimeoutMs: milliseconds(idleTimeout),
  concurrencyMode: z.enum(['single', 'reentrant', 'multiple']).default(DEFAULT_SERVICE.concurrencyMode),
  misbehave: z.enum(['neverAcknowledges', 'neverEnds']).optional(),
});

const service = serviceKeys.transform((given) => ({
  openTimeout: given.openTimeoutMs ?? given.openTimeout ?? DEFAULT_SERVICE.openTimeout,
  closeTimeout: given.closeTimeoutMs ?? given.closeTimeout ?? DEFAULT_SERVICE.closeTimeout,
  receiveTimeout: given.receiveTimeoutMs ?? given.receiveTimeout ?? DEFAULT_SERVICE.receiveTimeout,
  sendTimeout: given.sendTimeoutMs ?? given.sendTimeout ?? DEFAULT_SERVICE.sendTimeout,
  channelInitializationTimeout:
    given.channelInitializationTimeoutMs ??
    given.channelInitializationTimeout ??
    DEFAULT_SERVICE.channelInitializationTimeout,
  idleTimeout: given.idleTimeoutMs ?? given.idleTimeout ?? DEFAULT_SERVICE.idleTimeout,
  concurrencyMode: given.concurrencyMode,
  ...(given.misbehave && { misbehave: given.misbehave }),
}));

const tag = z.string('must be a word').regex(/^[a-z0-9-]+$/, 'is written in [a-z0-9-]');

const scenario = z.strictObject({
  scenario: z.string('must be the name of the file').regex(/^[a-z0-9-]+$/, 'is written in [a-z0-9-]'),
  about: z.string('must be a sentence').trim().min(1, 'must be a sentence: what a reader learns from the scenario'),
  tags: z.array(tag, 'must be a list of words').min(1, 'needs at least one word').optional(),
  profile: profile.prefault({}),
  scale: z.number('must be a number').positive('must be more than 0; 1 is unscaled').default(1),
  path: z.enum(['proxy', 'direct']).default('proxy'),
  binding: binding.prefault({}),
  client: client.prefault({}),
  service: service.prefault({}),
  workload: z.array(step, 'must be a list of steps').min(1, 'needs at least one step'),
  faults: z.array(anyFault, 'must be a list of faults').default([]),
  runFor: timeSpan(length),
  runForMs: milliseconds(length),
});

/** A scenario as code may write it: what a file holds, as an object. */
export interface ScenarioDescription extends Omit<z.input<typeof scenario>, 'workload' | 'faults' | 'tags'> {
  readonly tags?: readonly string[];
  readonly workload: readonly StepDescription[];
  readonly faults?: readonly FaultDescription[];
}

/** What a scenario file holds, and the scenario that it means: defaults filled in, every duration in milliseconds. */
export const scenarioShape = scenario.transform(({ runFor, runForMs, tags, faults, ...given }, context): Scenario => {
  const duration = runForMs ?? runFor;
  if (duration !== undefined) return { ...given, ...sorted(faults), ...(tags && { tags }), runFor: duration };
  context.addIssue({
    code: 'custom',
    message: 'has no runFor: how long to measure, as a time span, or as runForMs',
  });
  return z.NEVER;
});

/** The keys that may stand in each section of a file, the file itself being `''`; those of a fault depend on its toxic, those of a call on its operation. */
export const KEYS = {
  '': Object.keys(scenario.shape),
  profile: Object.keys(profile.shape),
  binding: Object.keys(binding.shape),
  client: Object.keys(clientKeys.shape),
  connectionPoolSettings: Object.keys(poolKeys.shape),
  preambleCut: Object.keys(cutKeys.shape),
  service: Object.keys(serviceKeys.shape),
  workload: STEP_KEYS,
  drip: DRIP_KEYS,
} as const;
