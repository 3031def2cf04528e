import type { ChannelEffect, CommunicationState, SessionEvent, TimerName } from '../channel/vocabulary.ts';
import type { Machine } from '../machine.ts';
import type { Instant } from '../time.ts';
import type { Agenda, Pipe, PipeEnd } from './link.ts';

/** Something that a side was told, and everything that it answered. */
export interface Told {
  readonly at: Instant;
  readonly side: 'client' | 'service';
  readonly event: SessionEvent;
  readonly effects: readonly ChannelEffect[];
}

interface Surroundings {
  readonly agenda: Agenda;
  readonly observe: (told: Told) => void;
  readonly connect?: () => void;
}

/** A machine and its end of the connection: does what the driver of a real socket does. */
export class Side implements PipeEnd {
  readonly name: 'client' | 'service';
  readonly #machine: Machine<SessionEvent, ChannelEffect, TimerName>;
  readonly #surroundings: Surroundings;
  #state: CommunicationState = 'created';
  #out: Pipe | undefined;
  /** `pooled`: nobody reads. `gone`: what still arrives is answered with RST. */
  #connection: 'none' | 'attached' | 'pooled' | 'gone' = 'none';

  constructor(name: Side['name'], machine: Machine<SessionEvent, ChannelEffect, TimerName>, around: Surroundings) {
    this.name = name;
    this.#machine = machine;
    this.#surroundings = around;
  }

  get state(): CommunicationState {
    return this.#state;
  }

  /** When its next timer is due; `Infinity` where none runs. */
  get dueAt(): Instant {
    return this.#machine.deadline()?.at ?? Number.POSITIVE_INFINITY;
  }

  attach(out: Pipe, event: SessionEvent): void {
    this.#out = out;
    this.#connection = 'attached';
    this.tell(event);
  }

  tell(event: SessionEvent): void {
    const at = this.#surroundings.agenda.now;
    const effects = this.#machine.handle(event, at);
    this.#surroundings.observe({ at, side: this.name, event, effects });
    for (const effect of effects) this.#perform(effect);
  }

  transmitted(id: number): void {
    if (this.#connection === 'attached') this.tell({ type: 'transmitted', id });
  }

  received(bytes: Uint8Array): void {
    if (this.#connection === 'gone') this.#out?.reset();
    if (this.#connection === 'attached') this.tell({ type: 'received', bytes });
    this.#surroundings.agenda.settle();
  }

  peerEnded(): void {
    if (this.#connection === 'attached') this.tell({ type: 'peerEnded' });
    this.#surroundings.agenda.settle();
  }

  /** A socket that was reset writes nothing any more, and tells nothing. */
  peerReset(): void {
    if (this.#connection !== 'attached') return;
    this.#connection = 'gone';
    this.#out?.abandon();
    this.tell({ type: 'peerReset' });
    this.#surroundings.agenda.settle();
  }

  #perform(effect: ChannelEffect): void {
    if (effect.type === 'state') this.#state = effect.to;
    if (effect.type === 'connect') this.#surroundings.connect?.();
    if (this.#connection !== 'attached') return;
    if (effect.type === 'transmit') this.#out?.write(effect.id, effect.bytes);
    if (effect.type === 'disconnect') this.#disconnect(effect.how);
  }

  #disconnect(how: 'abort' | 'end' | 'pool'): void {
    if (how === 'end') this.#out?.end();
    if (how === 'pool') this.#connection = 'pooled';
    if (how !== 'abort') return;
    this.#connection = 'gone';
    this.#out?.reset();
  }
}
