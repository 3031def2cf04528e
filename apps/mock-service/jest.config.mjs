import preset from '../../tools/jest/preset.mjs';

export default { ...preset, displayName: 'mock-service', testTimeout: 60_000 };
