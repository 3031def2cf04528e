import { describe, expect, test } from '@jest/globals';
import { engineAddress, usualSockets } from './address.ts';

describe('the engine that DOCKER_HOST names', () => {
  test.each([
    ['unix:///run/user/1000/docker.sock', { socketPath: '/run/user/1000/docker.sock' }],
    ['npipe:////./pipe/docker_engine', { socketPath: '//./pipe/docker_engine' }],
    ['tcp://127.0.0.1:2375', { host: '127.0.0.1', port: 2_375 }],
    ['http://localhost:2375/', { host: 'localhost', port: 2_375 }],
  ])('%s is asked there, and nowhere else', (url, where) => {
    expect(engineAddress({ DOCKER_HOST: url })).toEqual({ url, ...where });
  });

  test.each(['tcp://192.0.2.7:2375', 'ssh://me@there', 'tcp://127.0.0.1', 'docker.sock'])(
    '%s is none of this machine',
    (url) => {
      expect(engineAddress({ DOCKER_HOST: url })).toBeUndefined();
    },
  );
});

test('without DOCKER_HOST the socket of this user comes after the one of all', () => {
  const sockets = usualSockets({ XDG_RUNTIME_DIR: '/run/user/1000' });
  expect(sockets.slice(0, 2)).toEqual(['/var/run/docker.sock', '/run/user/1000/docker.sock']);
});
