export * from './channel/vocabulary.ts';
export * from './constants.ts';
export * from './machine.ts';
export * from './time.ts';
export * from './timers.ts';
