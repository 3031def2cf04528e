// What a jest.config of tests outside this checkout spreads into its own: `import preset from '<checkout>/libs/jest/preset.mjs'`.
import { join } from 'node:path';

/** Tests in TypeScript or JavaScript, as ES modules; run with `node --experimental-vm-modules`. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^@lapse/jest$': join(import.meta.dirname, 'src', 'index.ts') },
  transform: { '\\.ts$': join(import.meta.dirname, '..', '..', 'tools', 'jest', 'strip-types.cjs') },
  // Each file measures with the machine to itself.
  maxWorkers: 1,
};
