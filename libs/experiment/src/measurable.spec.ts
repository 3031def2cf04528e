import { describe, expect, test } from '@jest/globals';
import { whyUnmeasurable } from './measurable.ts';
import { SITUATIONS } from './testing/scenarios.ts';

const { idleDirect } = SITUATIONS;

describe('a scenario on a direct path', () => {
  test('is measured in a process, and in a container with the network of the machine', () => {
    expect(whyUnmeasurable(idleDirect)).toBeUndefined();
    expect(whyUnmeasurable({ ...idleDirect, container: 'host' })).toBeUndefined();
  });

  test('is not measured behind a published port, which turns a reset into an end', () => {
    expect(whyUnmeasurable({ ...idleDirect, container: 'published' })).toContain('turns a reset into an end');
    expect(whyUnmeasurable({ ...idleDirect, path: 'proxy', container: 'published' })).toBeUndefined();
  });
});

test('a client that is predicted only is not measured', () => {
  const { profile } = idleDirect;
  expect(whyUnmeasurable({ ...idleDirect, profile: { ...profile, client: 'netfx' } })).toContain('netfx');
});
