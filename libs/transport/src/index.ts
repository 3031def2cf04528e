export * from './alarm.ts';
export * from './canary.ts';
export * from './clock.ts';
export * from './history-line.ts';
export * from './listener.ts';
export * from './loop-delay.ts';
export * from './session-driver.ts';
