import preset from '../tools/jest/preset.mjs';

// One file at a time: each measures with the machine to itself.
export default { ...preset, displayName: 'examples', testMatch: ['<rootDir>/*.spec.ts'], maxWorkers: 1 };
