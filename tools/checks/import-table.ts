/** Which project may import which; docs/ARCHITECTURE.md. Applications are spawned by path, so nothing may import them. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  experiment: ['protocol'],
  transport: ['protocol'],
  simulation: ['experiment', 'protocol'],
  'scenario-file': ['experiment'],
  report: ['experiment'],
  injection: ['experiment', 'transport'],
  servers: [],
  containers: [],
  workflows: ['experiment'],
  conduct: ['workflows', 'containers', 'experiment'],
  jest: ['experiment', 'report', 'scenario-file'],
  cli: ['conduct', 'servers', 'containers', 'scenario-file', 'report', 'simulation', 'experiment'],
  'experiment-host': ['injection', 'containers', 'transport', 'experiment', 'protocol'],
  'mock-service': ['transport', 'protocol'],
  // What the command line can start, its suite may start too.
  chaos: ['conduct', 'servers', 'containers', 'scenario-file', 'report', 'simulation', 'experiment', 'jest'],
  // What a team of users has.
  examples: ['jest'],
  tools: [],
};

/** No npm package, no Node built-in, no clock, no randomness that is not passed in. */
export const PURE: readonly string[] = ['protocol', 'experiment', 'simulation'];

/** What a project's specs may import besides: a real server to test against, found or built as for everybody else. */
export const SPECS_MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  injection: ['servers'],
};
