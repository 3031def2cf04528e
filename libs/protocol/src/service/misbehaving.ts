import type { ChannelEffect, ChannelEvent, TimerName } from '../channel/vocabulary.ts';
import type { Machine } from '../machine.ts';
import type { Instant } from '../time.ts';

/** A service that breaks the protocol by silence. `neverAcknowledges`: no preamble is ever answered. `neverEnds`: End is read, and never answered. */
export type Misbehaviour = 'neverAcknowledges' | 'neverEnds';

type ChannelMachine = Machine<ChannelEvent, ChannelEffect, TimerName>;

/**
 * A connection of the service that keeps one kind of answer to itself. All else is `machine`'s own: it believes that it has
 * answered, and its timers run accordingly. What does not go out is a `withheld` in the place of the `transmit`.
 */
export function misbehaving(machine: ChannelMachine, misbehaviour: Misbehaviour): ChannelMachine {
  return new Misbehaving(machine, misbehaviour);
}

/** The transmission that each misbehaviour keeps back. */
const WITHHELD: Readonly<Record<Misbehaviour, string>> = { neverAcknowledges: 'preambleAck', neverEnds: 'end' };

class Misbehaving implements ChannelMachine {
  readonly #machine: ChannelMachine;
  readonly #withheld: string;

  constructor(machine: ChannelMachine, misbehaviour: Misbehaviour) {
    this.#machine = machine;
    this.#withheld = WITHHELD[misbehaviour];
  }

  handle(event: ChannelEvent, now: Instant): readonly ChannelEffect[] {
    return this.#machine
      .handle(event, now)
      .map((effect) =>
        effect.type === 'transmit' && effect.what === this.#withheld ? { type: 'withheld', what: effect.what } : effect,
      );
  }

  deadline() {
    return this.#machine.deadline();
  }

  describe(): unknown {
    return { withholds: this.#withheld, machine: this.#machine.describe() };
  }
}
