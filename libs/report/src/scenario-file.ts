import { INFINITE, type Injection, type ProcessFault, type Scenario, type Step } from '@lapse/experiment';

/** A scenario as the text of a scenario file, with every default written out; what it says of a target no file can. */
export function scenarioFile(scenario: Scenario): string {
  const { client, service, workload, faults, processFaults = [], tags, profile, scale, path, binding } = scenario;
  const { preambleCut, connectionPoolSettings, ...ofClient } = client;
  const clientKeys = {
    ...inMilliseconds(ofClient),
    ...(connectionPoolSettings && { connectionPoolSettings: inMilliseconds(connectionPoolSettings) }),
    ...(preambleCut && { preambleCut: { after: preambleCut.after, pauseMs: preambleCut.pause } }),
  };
  return [
    `scenario: ${scalar(scenario.scenario)}`,
    `about: ${scalar(scenario.about)}`,
    ...(tags === undefined ? [] : [`tags: ${flow(tags)}`]),
    `profile: ${flow(profile)}`,
    `scale: ${scale}`,
    `path: ${path}`,
    `binding: ${flow(binding)}`,
    'client:',
    ...block(clientKeys),
    'service:',
    ...block(inMilliseconds(service)),
    'workload:',
    ...workload.map((step) => `  - ${flow(stepKeys(step))}`),
    faults.length + processFaults.length === 0 ? 'faults: []' : 'faults:',
    ...[...faults.map(faultKeys), ...processFaults.map(processKeys)].map((keys) => `  - ${flow(keys)}`),
    `runForMs: ${scenario.runFor}`,
    '',
  ].join('\n');
}

type Keys = Readonly<Record<string, unknown>>;

function block(keys: Keys): readonly string[] {
  return Object.entries(keys).map(([name, value]) => `  ${name}: ${flow(value)}`);
}

/** Of a section with durations, those in milliseconds; what is infinite stands under the key of a time span. */
function inMilliseconds(settings: object): Keys {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]): readonly [string, unknown] => {
      if (!/(Timeout|lasts|every)$/.test(name)) return [name, value];
      return value === INFINITE ? [name, 'infinite'] : [`${name}Ms`, value];
    }),
  );
}

function stepKeys({ at, do: what, call, drip }: Step): Keys {
  if (call !== undefined) {
    const { operation, ...rest } = call;
    return { at, call: operation, ...inMilliseconds(rest) };
  }
  return { at, do: what, ...(drip && { drip: inMilliseconds(drip) }) };
}

function faultKeys({ at, heal, stream, toxic }: Injection): Keys {
  const { type, ...attributes } = toxic;
  const streamKey = type === 'down' ? {} : { stream };
  return { at, ...(heal !== undefined && { heal }), toxic: type, ...attributes, ...streamKey };
}

function processKeys({ at, heal, side, how }: ProcessFault): Keys {
  return { at, ...(heal !== undefined && { heal }), process: side, do: how };
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return scalar(value);
  return `{ ${Object.entries(value)
    .map(([name, inner]) => `${name}: ${flow(inner)}`)
    .join(', ')} }`;
}

/** A plain word stands as it is; every other text as in JSON, which YAML reads as well. */
function scalar(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  return /^[a-z][A-Za-z0-9.-]*$/.test(value) && !MEANS_ELSE.test(value) ? value : JSON.stringify(value);
}

const MEANS_ELSE = /^(true|false|null|yes|no|on|off|y|n)$/i;
