import type { Archive } from './archive.ts';

/** The servers that an experiment can need. */
export type ServerName = 'temporal' | 'toxiproxy';

/** A server as it is pinned: where an address of a running one may stand, what its executable is called, how it is got. */
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
  /** The makers' own archives for each `platform-arch` of Node that a checksum is pinned for. The executable's name is `executable` there, too. */
  readonly downloads: Readonly<Record<string, Archive>>;
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
  /** A command that makes a container of it one whose address can be named. */
  readonly container: string;
  /** Where its makers explain how to install it. */
  readonly website: string;
}

const TEMPORAL_RELEASE = 'https://github.com/temporalio/cli/releases/download/v1.5.1';
const TOXIPROXY_RELEASE = 'https://github.com/Shopify/toxiproxy/releases/download/v2.12.0';

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
    downloads: {
      'linux-x64': {
        url: `${TEMPORAL_RELEASE}/temporal_cli_1.5.1_linux_amd64.tar.gz`,
        sha256: 'ddc95e08b0b076efd4ea9733a3f488eb7d2be875f8834e616cd2a37358b4852d',
      },
      'linux-arm64': {
        url: `${TEMPORAL_RELEASE}/temporal_cli_1.5.1_linux_arm64.tar.gz`,
        sha256: 'bd1b0db9f18b051026de8bf6cc1505f2510f14bbb7a8b9a4a91fff46c77454f5',
      },
      'darwin-x64': {
        url: `${TEMPORAL_RELEASE}/temporal_cli_1.5.1_darwin_amd64.tar.gz`,
        sha256: 'bbb73e2a31135abe50a1f1cdb35030c42961df618e8ce9c60ae89f201540c5d9',
      },
      'darwin-arm64': {
        url: `${TEMPORAL_RELEASE}/temporal_cli_1.5.1_darwin_arm64.tar.gz`,
        sha256: 'cca01b7ea35ad56e2a328d9ae596bf716bd22313ef63c7a761c88354457c2415',
      },
    },
    go: {
      module: 'github.com/temporalio/cli/cmd/temporal@v1.5.1',
      binary: 'temporal',
      minor: 25,
      duration: 'about 2-3 minutes',
    },
    container: 'docker run --rm -p 127.0.0.1:7233:7233 temporalio/temporal:1.5.1 server start-dev --ip 0.0.0.0',
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
    downloads: {
      'linux-x64': {
        url: `${TOXIPROXY_RELEASE}/toxiproxy_2.12.0_linux_amd64.tar.gz`,
        sha256: '65e042d3fc2290c099527bc506446a6fd863a09f113b8944b636ece70221c2b3',
      },
      'linux-arm64': {
        url: `${TOXIPROXY_RELEASE}/toxiproxy_2.12.0_linux_arm64.tar.gz`,
        sha256: 'ab417dafc77ae8b54ec8461cc5da5180d0465a61dcbda86c72da72ee4ab843b7',
      },
      'darwin-x64': {
        url: `${TOXIPROXY_RELEASE}/toxiproxy_2.12.0_darwin_amd64.tar.gz`,
        sha256: '52ac1f99d7204b4b523f910b791bc86318b50ef94822c79a6157606704003ced',
      },
      'darwin-arm64': {
        url: `${TOXIPROXY_RELEASE}/toxiproxy_2.12.0_darwin_arm64.tar.gz`,
        sha256: 'cece3905c06ad84d6b3bb4cd024c344e6466736b2a8cbaf9ef4fe45e62aba9b2',
      },
    },
    go: {
      module: 'github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0',
      binary: 'server',
      minor: 23,
      duration: 'about half a minute',
    },
    // Its proxies must reach, and be reached on, this machine's own loopback.
    container: 'docker run --rm --network host ghcr.io/shopify/toxiproxy:2.12.0 -host 127.0.0.1',
    website: 'https://github.com/Shopify/toxiproxy#1-installing-toxiproxy',
  },
};
