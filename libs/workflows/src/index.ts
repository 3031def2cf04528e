export * from './progress.ts';
export * from './run-scenario.ts';
export * from './run-suite.ts';
export * from './search-attributes.ts';
export * from './suite-entries.ts';
