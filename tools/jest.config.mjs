import preset from './jest/preset.mjs';

export default {
  ...preset,
  displayName: 'tools',
  testMatch: ['<rootDir>/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/checks/fixtures/'],
  modulePathIgnorePatterns: ['<rootDir>/checks/fixtures/'],
  testTimeout: 60_000,
};
