import preset from '../../tools/jest/preset.mjs';

export default { ...preset, displayName: 'experiment-host', testTimeout: 30_000 };
