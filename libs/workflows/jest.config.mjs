import preset from '../../tools/jest/preset.mjs';

// A fresh process per file: @temporalio/worker never shares one with another test file.
export default {
  ...preset,
  displayName: 'workflows',
  maxWorkers: 1,
  workerIdleMemoryLimit: '64MB',
  testTimeout: 30_000,
};
