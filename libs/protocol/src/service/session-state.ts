import { nextState, type Transition } from '../channel/lifecycle.ts';
import type { ChannelEffect, CommunicationState, Ending } from '../channel/vocabulary.ts';

type Effects = readonly ChannelEffect[];

/** The communication state of the session that a connection of the service has, or had last. */
export class SessionState {
  #current: CommunicationState = 'created';

  get current(): CommunicationState {
    return this.#current;
  }

  /** Our End has gone out. */
  get isClosing(): boolean {
    return this.#current === 'closing';
  }

  /** Who ended the session first, where both sides have ended it. */
  get ending(): Ending {
    return { code: this.isClosing ? 'closed' : 'peerEnded' };
  }

  move(transition: Transition, why: string): Effects {
    const from = this.#current;
    this.#current = nextState(from, transition);
    return [{ type: 'state', from, to: this.#current, why }];
  }

  /** The session is over, from wherever it stands. */
  leave(why: Ending, by: string): Effects {
    switch (this.#current) {
      case 'opening':
        return this.move('openFailed', by);
      case 'opened':
      case 'closing':
        return this.move(this.#transitionOf(why), by);
      default:
        return [];
    }
  }

  /** The connection waits for another session. */
  renew(): void {
    this.#current = 'created';
  }

  #transitionOf({ code }: Ending): Transition {
    if (code === 'peerEnded' || code === 'closed') return 'sessionClosed';
    if (code === 'aborted') return 'abort';
    return this.isClosing ? 'closeFailed' : 'connectionLost';
  }
}
