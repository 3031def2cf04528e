export * from './container.ts';
export * from './engine.ts';
export * from './guard.ts';
export * from './image.ts';
export * from './remove.ts';
