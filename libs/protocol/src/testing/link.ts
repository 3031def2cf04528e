import { INFINITE } from '../constants.ts';
import { concatenate } from '../framing/record.ts';
import type { Duration, Instant } from '../time.ts';

/** One direction of a link. The lists are gone through in turn, again and again, so that nothing is left to chance. */
export interface PipePlan {
  /** Sizes of the chunks that transmissions are taken in; none: as large as may be. */
  readonly cuts: readonly number[];
  /** How long each chunk is under way, but never less than the one before it needs; none: 1 ms. */
  readonly delays: readonly Duration[];
  /** How many bytes it takes ahead of their arrival: a transmission that it has not taken whole is blocked. */
  readonly window: number;
  /** A partition: what would arrive from the first instant on arrives at the second; `INFINITE`: never. */
  readonly held?: { readonly from: Instant; readonly until: Instant };
  /** Somebody between the two ends this direction with FIN: what is under way is lost, and what follows is swallowed. */
  readonly endsAt?: Instant;
  /** Chunks that arrive at one instant are read as one. */
  readonly joins: boolean;
  /** A RST overtakes what is under way, and that is lost. */
  readonly overtakes: boolean;
}

/** What lies between a client and its service: one connection at a time. */
export interface LinkPlan {
  readonly connect: { readonly outcome: 'connected' | 'refused' | 'unanswered'; readonly after: Duration };
  readonly upstream: PipePlan;
  readonly downstream: PipePlan;
  /** Somebody between the two resets the connection, toward whom is named. */
  readonly reset?: { readonly at: Instant; readonly toward: readonly ('client' | 'service')[] };
}

/** What is to come, in virtual time: the earliest first; of one instant, what was planned first. */
export class Agenda {
  #now: Instant = 0;
  readonly #planned: { readonly at: Instant; readonly act: () => void }[] = [];
  readonly #soon: (() => void)[] = [];

  get now(): Instant {
    return this.#now;
  }

  /** `INFINITE` is never. */
  plan(at: Instant, act: () => void): void {
    if (at === INFINITE) return;
    const later = this.#planned.findIndex((other) => other.at > at);
    this.#planned.splice(later < 0 ? this.#planned.length : later, 0, { at, act });
  }

  /** As soon as whoever is at work is done, before anything else. */
  soon(act: () => void): void {
    this.#soon.push(act);
  }

  next(): Instant | undefined {
    return this.#planned[0]?.at;
  }

  /** Does what is next. */
  proceed(): void {
    const next = this.#planned.shift();
    if (next === undefined) return;
    this.passTo(next.at);
    next.act();
    this.settle();
  }

  /** Time passes; never backwards. */
  passTo(at: Instant): void {
    this.#now = Math.max(this.#now, at);
  }

  settle(): void {
    for (let act = this.#soon.shift(); act !== undefined; act = this.#soon.shift()) act();
  }
}

/** Who writes into a pipe, or reads from it. */
export interface PipeEnd {
  /** The pipe has taken the whole of a transmission. */
  transmitted(id: number): void;
  received(bytes: Uint8Array): void;
  peerEnded(): void;
  peerReset(): void;
}

type Waiting = { readonly id: number; readonly bytes: Uint8Array } | 'fin';
type UnderWay = { readonly at: Instant; readonly what: Uint8Array | 'fin' | 'rst' };

/** One direction of a connection: takes bytes as far as it has room, and lets them arrive in order, in chunks of its own. */
export class Pipe {
  readonly #plan: PipePlan;
  readonly #agenda: Agenda;
  readonly #ends: { readonly from: PipeEnd; readonly to: PipeEnd };
  #waiting: readonly Waiting[] = [];
  #underWay: readonly UnderWay[] = [];
  #room: number;
  #latest: Instant = 0;
  #chunks = 0;
  #state: 'open' | 'swallowing' | 'over' = 'open';

  constructor(plan: PipePlan, agenda: Agenda, ends: { readonly from: PipeEnd; readonly to: PipeEnd }) {
    this.#plan = plan;
    this.#agenda = agenda;
    this.#ends = ends;
    this.#room = plan.window;
    if (plan.endsAt !== undefined) agenda.plan(Math.max(agenda.now, plan.endsAt), () => this.#swallow());
  }

  write(id: number, bytes: Uint8Array): void {
    this.#waiting = [...this.#waiting, { id, bytes }];
    this.#take();
  }

  /** FIN, behind everything that was written. */
  end(): void {
    this.#waiting = [...this.#waiting, 'fin'];
    this.#take();
  }

  /** The writer's socket is gone: what the pipe has not taken is lost. */
  abandon(): void {
    this.#waiting = [];
  }

  /** RST: what the pipe has not taken is lost; what is under way, where the RST overtakes it. */
  reset(): void {
    if (this.#state !== 'open') return;
    this.#state = 'over';
    this.abandon();
    if (this.#plan.overtakes) {
      this.#underWay = [];
      this.#latest = this.#agenda.now;
    }
    this.#send('rst');
  }

  #swallow(): void {
    if (this.#state !== 'open') return;
    this.#state = 'swallowing';
    this.#underWay = [];
    this.#ends.to.peerEnded();
    this.#take();
  }

  #take(): void {
    while (this.#state !== 'over') {
      const [first, ...others] = this.#waiting;
      if (first === undefined) return;
      const left = this.#state === 'swallowing' ? undefined : this.#takeSome(first);
      if (left === 'blocked') return;
      this.#waiting = left === undefined ? others : [left, ...others];
      if (left === undefined && first !== 'fin') this.#agenda.soon(() => this.#ends.from.transmitted(first.id));
    }
  }

  /** Takes a chunk, and gives back what it leaves. */
  #takeSome(first: Waiting): Waiting | 'blocked' | undefined {
    if (first === 'fin') {
      this.#send('fin');
      return undefined;
    }
    const { id, bytes } = first;
    const size = Math.min(this.#room, bytes.length, inTurn(this.#plan.cuts, this.#chunks) ?? bytes.length);
    if (size === 0) return 'blocked';
    this.#room -= size;
    this.#send(bytes.subarray(0, size));
    return size === bytes.length ? undefined : { id, bytes: bytes.subarray(size) };
  }

  #send(what: UnderWay['what']): void {
    const { delays, held } = this.#plan;
    const arrival = Math.max(this.#latest, this.#agenda.now + (inTurn(delays, this.#chunks) ?? 1));
    this.#chunks += 1;
    this.#latest = held !== undefined && arrival >= held.from ? Math.max(arrival, held.until) : arrival;
    this.#underWay = [...this.#underWay, { at: this.#latest, what }];
    this.#agenda.plan(this.#latest, () => this.#arrive());
  }

  #arrive(): void {
    const { to } = this.#ends;
    const due = this.#underWay.filter(({ at }) => at <= this.#agenda.now);
    const arrived = this.#plan.joins ? due : due.slice(0, 1);
    this.#underWay = this.#underWay.slice(arrived.length);
    const bytes = concatenate(arrived.flatMap(({ what }) => (typeof what === 'string' ? [] : [what])));
    this.#room += bytes.length;
    if (bytes.length > 0) to.received(bytes);
    if (arrived.some(({ what }) => what === 'fin')) to.peerEnded();
    if (arrived.some(({ what }) => what === 'rst')) to.peerReset();
    this.#take();
  }
}

function inTurn<T>(list: readonly T[], turn: number): T | undefined {
  return list[turn % Math.max(1, list.length)];
}
