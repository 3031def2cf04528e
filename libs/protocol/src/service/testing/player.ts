import type { ChannelEffect, ChannelEvent, Ending, TimerName } from '../../channel/vocabulary.ts';
import { frameDecoder } from '../../framing/index.ts';
import type { FrameRecord } from '../../framing/record.ts';
import type { Machine } from '../../machine.ts';
import type { Duration, Instant } from '../../time.ts';
import type { RecordedConnection, RecordedStep } from './replayed.ts';

type ServiceMachine = Machine<ChannelEvent, ChannelEffect, TimerName>;

/** What our service made of the client of one recorded connection. */
export interface Played {
  /** What it wrote. */
  readonly written: readonly { readonly at: Instant; readonly record: FrameRecord }[];
  /** How it ended the connection, and when: FIN may be followed by what ends the rest. */
  readonly endings: readonly { readonly how: 'end' | 'abort'; readonly at: Instant }[];
  readonly effects: readonly { readonly at: Instant; readonly effect: ChannelEffect }[];
  /** The operations that it began, in order. */
  readonly dispatched: readonly string[];
  readonly sessions: readonly Ending[];
  /** When the client had done all that it does; cut or not. */
  readonly lostAt: Instant;
  /** Records of the client that found no service any more. */
  readonly unsent: number;
  /** Records of the recorded service that ours had not written when the player went on without them. */
  readonly missed: number;
}

/** Where the recorded client is left off, and what becomes of its connection then. */
export interface Cut {
  /** How many of its steps it takes. */
  readonly after: number;
  readonly by: 'peerReset' | 'peerEnded' | 'silence';
}

/** What is done to the two sides besides what the client does. */
export interface Acts {
  readonly cut?: Cut | undefined;
  /** When the service is told to end its session. */
  readonly closes?: Instant | undefined;
}

/** How long the player waits for a record longer than the recorded client did. */
const PATIENCE: Duration = 5_000;

/** No machine of ours needs as many timers to come to rest. */
const RESTLESS = 10_000;

/**
 * Plays the client of a recorded connection to a connection of our service, in virtual time: each record when it is due, and not
 * before our service has written as many as the recorded one had. Afterwards time runs until nothing is left to happen.
 * Throws where the service transmits behind the end of its connection, or never comes to rest.
 */
export function play(machine: ServiceMachine, { steps }: RecordedConnection, acts: Acts = {}): Played {
  return new Player(machine).play(steps, acts);
}

class Player {
  readonly #machine: ServiceMachine;
  readonly #frames = frameDecoder({ maxReceivedMessageSize: 65_536 });
  readonly #effects: { readonly at: Instant; readonly effect: ChannelEffect }[] = [];
  readonly #written: { readonly at: Instant; readonly record: FrameRecord }[] = [];
  readonly #endings: { readonly how: 'end' | 'abort'; readonly at: Instant }[] = [];
  #now: Instant = 0;
  #lostAt: Instant = 0;
  #unsent = 0;
  #missed = 0;
  #closes: Instant | undefined;

  constructor(machine: ServiceMachine) {
    this.#machine = machine;
  }

  play(steps: readonly RecordedStep[], { cut, closes }: Acts): Played {
    this.#closes = closes;
    this.#tell({ type: 'accepted' });
    let preceding = 0;
    let taken = 0;
    for (const step of steps) {
      if (step.dir === 's2c') preceding += step.type === 'record' ? 1 : 0;
      else if (taken === cut?.after) break;
      else {
        taken += 1;
        this.#await(preceding, step.at);
        this.#take(step);
      }
    }
    this.#lostAt = this.#now;
    if (cut !== undefined && cut.by !== 'silence') this.#tell({ type: cut.by });
    this.#settle();
    return this.#played();
  }

  /** Lets time pass until the step is due, and beyond that as long as records are missing. */
  #await(records: number, at: Instant): void {
    this.#closeBy(at);
    this.#runUntil(at, () => true);
    this.#runUntil(at + PATIENCE, () => this.#endings.length === 0 && this.#written.length < records);
    this.#missed = Math.max(this.#missed, records - this.#written.length);
    this.#now = Math.max(this.#now, at);
  }

  #closeBy(at: Instant): void {
    const closes = this.#closes;
    if (closes === undefined || closes > at) return;
    this.#closes = undefined;
    this.#runUntil(closes, () => true);
    this.#now = Math.max(this.#now, closes);
    this.#tell({ type: 'close' });
  }

  #runUntil(until: Instant, wants: () => boolean): void {
    for (let due = this.#machine.deadline(); due !== undefined && due.at <= until; due = this.#machine.deadline()) {
      if (!wants()) return;
      this.#now = Math.max(this.#now, due.at);
      this.#tell({ type: 'timeout' });
    }
  }

  #take(step: RecordedStep): void {
    if (this.#isReset && step.type === 'record') this.#unsent += 1;
    else if (step.type === 'record') this.#tell({ type: 'received', bytes: step.record.bytes });
    else this.#tell({ type: step.how === 'fin' ? 'peerEnded' : 'peerReset' });
  }

  #settle(): void {
    let timers = 0;
    this.#runUntil(Number.MAX_SAFE_INTEGER, () => {
      timers += 1;
      if (timers > RESTLESS) throw new Error('the service never comes to rest');
      return true;
    });
  }

  /** The socket takes at once whatever is written. */
  #tell(event: ChannelEvent): void {
    const effects = this.#machine.handle(event, this.#now);
    for (const effect of effects) {
      this.#effects.push({ at: this.#now, effect });
      if (effect.type === 'disconnect' && effect.how !== 'pool') this.#end(effect.how);
      if (effect.type === 'transmit') this.#transmit(effect.bytes);
    }
    for (const effect of effects) {
      if (effect.type === 'transmit') this.#tell({ type: 'transmitted', id: effect.id });
    }
  }

  get #isReset(): boolean {
    return this.#endings.at(-1)?.how === 'abort';
  }

  #end(how: 'end' | 'abort'): void {
    if (this.#isReset) throw new Error('the service ends a connection that it has reset');
    this.#endings.push({ how, at: this.#now });
  }

  #transmit(bytes: Uint8Array): void {
    if (this.#endings.length > 0) throw new Error('the service transmits behind the end of its connection');
    for (const record of this.#frames.push(bytes)) {
      if (record.type === 'violation') throw new Error(`the service writes what is no record: ${record.rule}`);
      this.#written.push({ at: this.#now, record });
    }
  }

  #played(): Played {
    const told = this.#effects.map(({ effect }) => effect);
    return {
      written: this.#written,
      endings: this.#endings,
      effects: this.#effects,
      dispatched: told.flatMap((effect) => (effect.type === 'dispatched' ? [effect.operation] : [])),
      sessions: told.flatMap((effect) => (effect.type === 'sessionEnded' ? [effect.why] : [])),
      lostAt: this.#lostAt,
      unsent: this.#unsent,
      missed: this.#missed,
    };
  }
}
