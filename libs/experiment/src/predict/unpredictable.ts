/** A scenario is legal, and still nobody can say beforehand how it goes. `message` is a sentence for its author. */
export class Unpredictable extends Error {
  override readonly name = 'Unpredictable';
}
