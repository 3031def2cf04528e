import { deepEqual, equal } from 'node:assert/strict';
import type { Conversation } from './conversation.ts';
import { callStreamed, streamedService } from './streamed.ts';

/** Streamed mode, each way: a small message, and one of many chunks. */
export const STREAMED: readonly Conversation[] = [
  {
    name: "our client, Mono's service: streamed calls are answered, one a connection",
    hold: async (peer) => {
      const service = await peer.serve('streamed');
      try {
        for (const s of ['hello', 'x'.repeat(100_000), 'ä € 😀'])
          deepEqual(await callStreamed(service.address, s), { type: 'returned', results: { EchoResult: s } });
        equal((await service.executed(3)).length, 3);
      } finally {
        await service.end();
      }
    },
  },
  {
    name: "Mono's client, our service: streamed calls are answered, one a connection",
    hold: async (peer) => {
      const service = await streamedService();
      try {
        deepEqual(await peer.call('streamed', service.address), [
          { step: 'Echo of 5', result: 'the same' },
          { step: 'Echo of 100000', result: 'the same' },
        ]);
        equal(service.replies(), 2);
      } finally {
        service.close();
      }
    },
  },
];
