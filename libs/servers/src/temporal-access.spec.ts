import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { temporalAccess, temporalNamedBy, withoutTemporal } from './temporal-access.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'lapse-access-'));
});
afterEach(() => rm(home, { recursive: true }));

test('an address alone is reached in plain text, in the default namespace, and an empty variable is none', async () => {
  const environment = { TEMPORAL_ADDRESS: 'temporal.example', TEMPORAL_API_KEY: '', TEMPORAL_NAMESPACE: '' };
  expect(await temporalAccess(environment)).toEqual({
    ok: true,
    access: { address: 'temporal.example:7233', namespace: 'default' },
  });
});

test('an API key alone means TLS, unless TLS is turned off', async () => {
  const environment = { TEMPORAL_ADDRESS: 'a:1', TEMPORAL_NAMESPACE: 'lab', TEMPORAL_API_KEY: 'key' };
  const access = { address: 'a:1', namespace: 'lab', apiKey: 'key' };
  expect(await temporalAccess(environment)).toEqual({ ok: true, access: { ...access, tls: true } });
  expect(await temporalAccess({ ...environment, TEMPORAL_TLS: 'false' })).toEqual({ ok: true, access });
});

test('certificates, the server name and headers are taken as they are written', async () => {
  await writeFile(join(home, 'ca.pem'), 'authority');
  const found = await temporalAccess({
    TEMPORAL_ADDRESS: 'a:1',
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: join(home, 'ca.pem'),
    TEMPORAL_TLS_CLIENT_CERT_DATA: 'certificate',
    TEMPORAL_TLS_CLIENT_KEY_DATA: 'key',
    TEMPORAL_TLS_SERVER_NAME: 'inner.example',
    TEMPORAL_GRPC_META_X_TEAM: 'lab',
  });
  const bytes = (text: string): object => expect.objectContaining({ ...new TextEncoder().encode(text) });
  expect(found).toMatchObject({
    ok: true,
    access: {
      tls: {
        serverNameOverride: 'inner.example',
        serverRootCACertificate: bytes('authority'),
        clientCertPair: { crt: bytes('certificate'), key: bytes('key') },
      },
      metadata: { 'x-team': 'lab' },
    },
  });
});

test("a user's default profile is read only where a variable asks for profiles", async () => {
  const folder = join(home, 'temporalio');
  await mkdir(folder);
  await writeFile(join(folder, 'temporal.toml'), '[profile.default]\naddress = "b:2"\napi_key = "key"\n');
  const environment = { XDG_CONFIG_HOME: home, HOME: home };
  expect(temporalNamedBy(environment)).toBeUndefined();
  expect(await temporalAccess({ ...environment, TEMPORAL_ADDRESS: 'a:1' })).toEqual({
    ok: true,
    access: { address: 'a:1', namespace: 'default' },
  });
  const asked = { ...environment, TEMPORAL_CONFIG_FILE: join(folder, 'temporal.toml') };
  expect(temporalNamedBy(asked)).toBe('TEMPORAL_CONFIG_FILE');
  expect(await temporalAccess(asked)).toMatchObject({ ok: true, access: { address: 'b:2', apiKey: 'key', tls: true } });
});

test.each([
  ['a URL', { TEMPORAL_ADDRESS: 'https://a' }, 'TEMPORAL_ADDRESS=https://a is no address of a server'],
  [
    'a file that is not there',
    { TEMPORAL_CONFIG_FILE: '/none' },
    'TEMPORAL_CONFIG_FILE=/none names no address of a server',
  ],
  ['a profile that is not there', { TEMPORAL_PROFILE: 'x', HOME: '/none' }, "Profile 'x' not found"],
  ['a certificate that is not there', { TEMPORAL_ADDRESS: 'a:1', TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/none' }, 'ENOENT'],
])('%s is told, not thrown', async (_, environment, reason) => {
  expect(await temporalAccess(environment)).toEqual({ ok: false, reason: expect.stringContaining(reason) });
});

test('an environment without Temporal keeps everything else', () => {
  expect(withoutTemporal({ TEMPORAL_API_KEY: 'key', PATH: '/bin' })).toEqual({ PATH: '/bin' });
});
