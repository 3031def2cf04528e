import preset from '../tools/jest/preset.mjs';

export default { ...preset, displayName: 'chaos', testTimeout: 120_000, maxWorkers: 1 };
