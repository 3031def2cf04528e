import preset from '../../tools/jest/preset.mjs';

export default { ...preset, displayName: 'containers', testTimeout: 30_000 };
