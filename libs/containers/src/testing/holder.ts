// Starts a container for an experiment, pauses it, says so, and holds it: `holder.ts EXPERIMENT guarded|unguarded paused|running`.

import { startContainer } from '../container.ts';
import { findEngine } from '../engine.ts';
import { guardContainersOf } from '../guard.ts';
import { serviceImage } from '../image.ts';

const [experiment = '', guarding, state] = process.argv.slice(2);
const engine = await findEngine();
if (!engine.found) throw new Error(engine.reasons.join('; '));
if (guarding === 'guarded') guardContainersOf(experiment);
const { name } = await serviceImage(engine);
const container = await startContainer({
  engine,
  image: name,
  network: 'host',
  port: 1,
  experiment,
});
if (state === 'paused') await container.command('pause');
console.log('held');
