// Looks for the engine and builds the image: afterwards no test has to wait for it. Exit code 69, with the reason on stdout: no engine.
import { findEngine } from './engine.ts';
import { serviceImage } from './image.ts';

const engine = await findEngine();
if (engine.found) {
  const { id } = await serviceImage(engine, console.error);
  console.error(`${engine.version} at ${engine.address.url}, network ${engine.network}; mock service ${id}`);
} else {
  console.log(engine.reasons.join('; '));
  process.exitCode = 69;
}
