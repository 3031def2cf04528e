import preset from '../../tools/jest/preset.mjs';

export default { ...preset, displayName: 'jest', maxWorkers: 1, testTimeout: 60_000 };
