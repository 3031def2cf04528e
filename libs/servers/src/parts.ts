/** The servers that an experiment can need. */
export type ServerName = 'temporal' | 'toxiproxy';

/** A server as it is pinned: where an address of a running one may stand, what its executable is called, how it is built. */
export interface Part {
  readonly name: ServerName;
  /** As people write it. */
  readonly title: string;
  /** The pinned version, without `v`. It keys the cache folder: a `temporal` built by `go install` calls itself 0.0.0-DEV. */
  readonly version: string;
  /** The environment variable that names a running server. */
  readonly variable: string;
  /** The port of an address that names none. */
  readonly defaultPort: number;
  /** The executable's name on PATH and in the cache folder. */
  readonly executable: string;
  /** Arguments with which the executable prints its version and ends. */
  readonly versionArguments: readonly string[];
  readonly go: {
    /** Package and version for `go install`. */
    readonly module: string;
    /** What `go install` names the executable. */
    readonly binary: string;
    /** The oldest minor version of Go 1 that builds it. */
    readonly minor: number;
    /** How long the build takes on two cores, for people. */
    readonly duration: string;
  };
  /** Where its makers explain how to install it. */
  readonly website: string;
}

/** The pinned versions. Temporal's CLI v1.9.1 cannot be had by `go install`: its go.mod has a `replace` directive. */
export const PARTS: Readonly<Record<ServerName, Part>> = {
  temporal: {
    name: 'temporal',
    title: 'Temporal',
    version: '1.5.1',
    variable: 'TEMPORAL_ADDRESS',
    defaultPort: 7233,
    executable: 'temporal',
    versionArguments: ['--version'],
    go: {
      module: 'github.com/temporalio/cli/cmd/temporal@v1.5.1',
      binary: 'temporal',
      minor: 25,
      duration: 'about 2-3 minutes',
    },
    website: 'https://docs.temporal.io/cli',
  },
  toxiproxy: {
    name: 'toxiproxy',
    title: 'Toxiproxy',
    version: '2.12.0',
    variable: 'TOXIPROXY_URL',
    defaultPort: 8474,
    executable: 'toxiproxy-server',
    versionArguments: ['-version'],
    go: {
      module: 'github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0',
      binary: 'server',
      minor: 23,
      duration: 'about half a minute',
    },
    website: 'https://github.com/Shopify/toxiproxy#1-installing-toxiproxy',
  },
};
