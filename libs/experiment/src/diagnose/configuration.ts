import { INFINITE } from '@lapse/protocol/constants';
import type { Side } from '../scenario.ts';
import type { SecurityMode } from './cause.ts';
import { type Element, elementsIn, named } from './markup.ts';
import { SETTINGS, type SettingName } from './setting.ts';
import { timeSpanIn } from './time-span.ts';

/** One binding, or the throttle of one behaviour, of a configuration file. */
export interface ConfiguredBinding {
  /** `netTcpBinding "orders"`. */
  readonly name: string;
  readonly file: string;
  /** Sides whose endpoints refer to it. */
  readonly sides: readonly Side[];
  /** What is set, in milliseconds or as a number; what is not there has WCF's default. */
  readonly values: Readonly<Partial<Record<SettingName, number>>>;
  readonly reliableSession: boolean;
  readonly security: SecurityMode;
}

/** What could be read of a configuration file. */
export interface Configuration {
  readonly file: string;
  readonly bindings: readonly ConfiguredBinding[];
  /** Limits of the service that no binding holds. */
  readonly throttles: Readonly<Partial<Record<SettingName, number>>>;
  /** What was not read, and what was assumed, in sentences. */
  readonly notes: readonly string[];
}

/** Reads the bindings of a .NET configuration file (app.config, web.config), or of a part of one. It never throws. */
export function readConfiguration(text: string, file: string): Configuration {
  const elements = elementsIn(text);
  const read = named(elements, 'bindings').flatMap(({ children }) => children);
  // Somebody may have pasted the binding section alone.
  const sections = read.length > 0 ? read : KINDS.flatMap((kind) => named(elements, kind));
  const known = sections.filter(({ name }) => KINDS.includes(name));
  const found = known.flatMap((section) =>
    section.children
      .filter(({ name }) => name === 'binding')
      .map((binding) => bindingOf(binding, section.name, { elements, file })),
  );
  const bindings = [...found, ...withoutSection(elements, file, found)];
  return {
    file,
    bindings: bindings.map(({ binding }) => binding),
    throttles: numbersIn(named(elements, 'serviceThrottling'), 'serviceThrottling').values,
    notes: [
      ...notesOn(elements, sections, file),
      ...bindings.flatMap(({ notes }) => notes),
      ...nothingRead(bindings, file),
    ],
  };
}

const KINDS: readonly string[] = ['netTcpBinding', 'customBinding'];

interface Read {
  readonly binding: ConfiguredBinding;
  readonly notes: readonly string[];
}

interface Source {
  readonly elements: readonly Element[];
  readonly file: string;
}

function bindingOf(binding: Element, kind: string, { elements, file }: Source): Read {
  const id = binding.attributes.get('name') ?? '';
  const name = id === '' ? `${kind} (the default)` : `${kind} "${id}"`;
  const referring = sidesOf(elements, kind, id);
  const { values, wrong } = valuesOf(binding);
  return {
    binding: {
      ...{ name, file, values, sides: referring.length > 0 ? referring : ['client'] },
      ...{ reliableSession: isReliable(binding, kind), security: securityOf(binding, kind) },
    },
    notes: [
      ...wrong.map((what) => `${file}: ${name}: ${what}`),
      ...(referring.length > 0 ? [] : [`${file}: no endpoint refers to ${name}; it is taken for the client's.`]),
    ],
  };
}

/** Endpoints that use a binding without a section of its own have WCF's defaults. */
function withoutSection(elements: readonly Element[], file: string, found: readonly Read[]): readonly Read[] {
  const name = 'netTcpBinding (no section, so all defaults)';
  const isFound = (side: Side) => found.some(({ binding }) => binding.sides.includes(side));
  const sides = sidesOf(elements, 'netTcpBinding', '').filter((side) => !isFound(side));
  if (sides.length === 0) return [];
  return [{ binding: { name, file, sides, values: {}, reliableSession: false, security: 'Transport' }, notes: [] }];
}

function sidesOf(elements: readonly Element[], kind: string, id: string): readonly Side[] {
  const refers = (parents: string) =>
    named(elements, parents)
      .flatMap((parent) => named(parent.children, 'endpoint'))
      .some(
        ({ attributes }) => attributes.get('binding') === kind && (attributes.get('bindingConfiguration') ?? '') === id,
      );
  return [...(refers('client') ? (['client'] as const) : []), ...(refers('services') ? (['service'] as const) : [])];
}

interface Values {
  readonly values: Readonly<Partial<Record<SettingName, number>>>;
  readonly wrong: readonly string[];
}

function valuesOf(binding: Element): Values {
  const elements = ['reliableSession', 'tcpTransport', 'connectionPoolSettings', 'localServiceSettings'];
  const parts = elements.map((name) => numbersIn(named([binding], name), name));
  const own = numbersIn([binding], 'binding');
  const size = numbersIn(named([binding], 'tcpTransport'), 'binding');
  const connections = Number(binding.attributes.get('maxConnections'));
  const all = [own, size, ...parts];
  return {
    values: {
      ...(connections > 0 && { maxPendingConnections: connections }),
      ...Object.fromEntries(all.flatMap(({ values }) => Object.entries(values))),
    },
    wrong: all.flatMap(({ wrong }) => wrong),
  };
}

/** The settings that stand on elements of a name. */
function numbersIn(elements: readonly Element[], element: string): Values {
  const values: Partial<Record<SettingName, number>> = {};
  const wrong: string[] = [];
  for (const { attributes, line } of elements)
    for (const name of SETTING_NAMES.filter((one) => SETTINGS[one].element === element)) {
      const { attribute, unit } = SETTINGS[name];
      const text = attributes.get(attribute);
      if (text === undefined) continue;
      const value = unit === 'duration' ? durationOf(text) : Number(text);
      if (value === undefined || !Number.isFinite(value))
        wrong.push(`line ${line}: ${attribute}="${text}" cannot be read.`);
      else values[name] = value;
    }
  return { values, wrong };
}

const SETTING_NAMES: readonly SettingName[] = [
  ...(['openTimeout', 'closeTimeout', 'sendTimeout', 'receiveTimeout', 'inactivityTimeout', 'maxRetryCount'] as const),
  ...([
    'maxTransferWindowSize',
    'maxPendingChannels',
    'channelInitializationTimeout',
    'maxPendingConnections',
  ] as const),
  ...([
    'idleTimeout',
    'leaseTimeout',
    'maxReceivedMessageSize',
    'pendingSessionTimeout',
    'negotiationTimeout',
  ] as const),
  ...(['maxPendingSessions', 'maxStatefulNegotiations', 'maxConcurrentSessions', 'maxConcurrentCalls'] as const),
];

function durationOf(text: string): number | undefined {
  return text.trim().toLowerCase() === 'infinite' ? INFINITE : timeSpanIn(`(${text.trim()})`);
}

/** On netTcpBinding a reliable session is there and switched off; in a customBinding the element itself is the switch. */
function isReliable(binding: Element, kind: string): boolean {
  const found = named(binding.children, 'reliableSession')[0];
  if (found === undefined) return false;
  return kind === 'customBinding' || found.attributes.get('enabled')?.trim().toLowerCase() === 'true';
}

const MODES: readonly SecurityMode[] = ['None', 'Transport', 'Message', 'TransportWithMessageCredential'];

/** WCF's default for netTcpBinding is Transport. */
function securityOf(binding: Element, kind: string): SecurityMode {
  const security = binding.children.find(({ name }) => name === 'security');
  if (kind === 'netTcpBinding') return MODES.find((mode) => mode === security?.attributes.get('mode')) ?? 'Transport';
  const upgrades = ['sslStreamSecurity', 'windowsStreamSecurity'].some(
    (name) => named(binding.children, name).length > 0,
  );
  if (security === undefined) return upgrades ? 'Transport' : 'None';
  return upgrades ? 'TransportWithMessageCredential' : 'Message';
}

function notesOn(elements: readonly Element[], sections: readonly Element[], file: string): readonly string[] {
  const others = sections
    .filter(({ name, children }) => !KINDS.includes(name) && children.length > 0)
    .map(({ name }) => name);
  const elsewhere = ['bindings', 'client', 'services', 'behaviors', 'system.serviceModel', ...KINDS].flatMap((name) =>
    named(elements, name).flatMap(({ attributes }) => attributes.get('configSource') ?? []),
  );
  const isTransform = (all: readonly Element[]): boolean =>
    all.some(
      ({ attributes, children }) =>
        [...attributes.keys()].some((key) => key.startsWith('xdt:')) || isTransform(children),
    );
  return [
    ...(others.length > 0
      ? [`${file}: not read, for they are no net.tcp binding: ${[...new Set(others)].join(', ')}.`]
      : []),
    ...elsewhere.map((source) => `${file}: a part of it stands in ${source} (configSource), and was not read.`),
    ...(isTransform(elements) ? [`${file}: it is a transform (xdt:); what it is applied to was not read.`] : []),
  ];
}

function nothingRead(bindings: readonly Read[], file: string): readonly string[] {
  return bindings.length > 0 ? [] : [`${file}: no netTcpBinding and no customBinding was found in it.`];
}
