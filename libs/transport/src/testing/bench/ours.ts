import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { proxy, SESSION_CONTENT_TYPE, serviceConnection, TEST_SERVICE, testOperations } from '@lapse/protocol';
import { monotonicClock } from '../../clock.ts';
import { type Listener, listen } from '../../listener.ts';
import { SessionDriver } from '../../session-driver.ts';
import type { Connect } from './load.ts';

const PATH = '/bench';
/** WCF's default for whatever it bounds here, and room for the largest message. */
const TIMEOUT = 60_000;
const MAX_RECEIVED_MESSAGE_SIZE = 65_536;

const clock = monotonicClock();

/** The mock service's operations, as an application has them that records nothing. */
export async function listenOurs(): Promise<Listener> {
  const listener: Listener = await listen({
    port: 0,
    clock,
    machine: () =>
      serviceConnection({
        endpoint: { path: PATH, port: listener.port, mode: 'duplex', contentType: SESSION_CONTENT_TYPE },
        ...{ channelInitializationTimeout: TIMEOUT, openTimeout: TIMEOUT, closeTimeout: TIMEOUT },
        ...{ receiveTimeout: 10 * TIMEOUT, idleTimeout: TIMEOUT, maxReceivedMessageSize: MAX_RECEIVED_MESSAGE_SIZE },
        calls: {
          ...{ contract: TEST_SERVICE, operations: testOperations, concurrencyMode: 'multiple', sendTimeout: TIMEOUT },
          includeExceptionDetailInFaults: false,
          nextMessageId: () => `urn:uuid:${randomUUID()}`,
        },
      }),
    observe: () => {},
  });
  return listener;
}

/** A client that calls `Echo` with a text of so many bytes. Throws when a call does not return that text. */
export function ourConnect(port: number, size: number): Connect {
  const values = { s: 'x'.repeat(size) };
  const address = `net.tcp://127.0.0.1:${port}${PATH}`;
  return (answered) =>
    new Promise((resolve) => {
      let calls = 0;
      const send = () => {
        calls += 1;
        driver.tell({ type: 'call', call: calls, operation: 'Echo', values, messageId: `urn:uuid:${randomUUID()}` });
      };
      const driver = new SessionDriver({
        machine: proxy({
          ...{ contract: TEST_SERVICE, address, via: address, callStyle: 'async', pooling: false },
          ...{ openTimeout: TIMEOUT, closeTimeout: TIMEOUT, operationTimeout: TIMEOUT },
          maxReceivedMessageSize: MAX_RECEIVED_MESSAGE_SIZE,
        }),
        clock,
        observe: (observation) => {
          if (observation.type !== 'completed') return;
          if (observation.exception !== undefined) throw new Error(observation.exception.message);
          if (observation.operation === 'open') resolve({ send, close: () => driver.tell({ type: 'abort' }) });
          if (observation.operation !== 'call') return;
          if (observation.results?.EchoResult !== values.s) throw new Error('an echo is not what was called');
          answered();
        },
        connect: () => connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true }),
      });
      driver.tell({ type: 'open' });
    });
}
