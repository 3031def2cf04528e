export * from './claims.ts';
export * from './experiment-file.ts';
export * from './observation.ts';
export * from './scenario.ts';
export * from './sequence.ts';
export * from './verdict.ts';
