import { performance } from 'node:perf_hooks';

/** Something that answers: one connection, over which messages may be under way at the same time. */
export interface Peer {
  /** Sends one message. `answered` is told, later, when the answer to it has come back whole. */
  send(): void;
  close(): void;
}

/** Connects once more. */
export type Connect = (answered: () => void) => Promise<Peer>;

/** How much is under way at the same time. */
export interface Shape {
  readonly connections: number;
  /** Messages under way on each connection. */
  readonly outstanding: number;
}

/** Keeps so many messages under way: for each that is answered the next is sent. */
export class Load {
  readonly #peers: Peer[] = [];
  readonly #outstanding: number;
  #answers = 0;
  #underWay = 0;
  #isOver: (answers: number) => boolean = () => true;
  #ended: () => void = () => {};

  private constructor(outstanding: number) {
    this.#outstanding = outstanding;
  }

  static async of(connect: Connect, { connections, outstanding }: Shape): Promise<Load> {
    const load = new Load(outstanding);
    while (load.#peers.length < connections) {
      const place = load.#peers.length;
      load.#peers.push(await connect(() => load.#answered(place)));
    }
    return load;
  }

  /** Answers per second over one slice, until the last message that was sent in it has been answered. */
  async rate(seconds: number): Promise<number> {
    const start = performance.now();
    let over = false;
    setTimeout(() => {
      over = true;
    }, 1_000 * seconds);
    const answers = await this.#run(() => over);
    return (1_000 * answers) / (performance.now() - start);
  }

  /** Sends at least so many messages. */
  async warmUp(messages: number): Promise<void> {
    await this.#run((answers) => answers >= messages);
  }

  close(): void {
    for (const peer of this.#peers) peer.close();
  }

  #run(isOver: (answers: number) => boolean): Promise<number> {
    this.#answers = 0;
    this.#isOver = isOver;
    return new Promise((resolve) => {
      this.#ended = () => resolve(this.#answers);
      for (const peer of this.#peers) for (let index = 0; index < this.#outstanding; index += 1) this.#send(peer);
    });
  }

  #answered(place: number): void {
    this.#answers += 1;
    this.#underWay -= 1;
    const peer = this.#peers[place];
    if (peer !== undefined && !this.#isOver(this.#answers)) this.#send(peer);
    else if (this.#underWay === 0) this.#ended();
  }

  #send(peer: Peer): void {
    this.#underWay += 1;
    peer.send();
  }
}
