import { type ClientHttp2Session, connect } from 'node:http2';
import { messageOf } from './surroundings.ts';
import type { TemporalAccess } from './temporal-access.ts';

/** The answer to one gRPC call: a protobuf message in bytes, or why there is none; with a status if the server gave one. */
export type GrpcAnswer =
  | { readonly ok: true; readonly message: Uint8Array }
  | { readonly ok: false; readonly reason: string; readonly status?: number };

/** Whom to call. */
export type GrpcServer = Omit<TemporalAccess, 'namespace'>;

/** One call to make. */
export interface GrpcCall {
  readonly server: GrpcServer;
  /** `/package.Service/Method`. */
  readonly method: string;
  /** The request, encoded. */
  readonly message: Uint8Array;
  /** Milliseconds. */
  readonly deadline: number;
}

/**
 * Makes one unary gRPC call over HTTP/2 without a gRPC library: a health check needs two calls with two fields altogether.
 * Messages are framed by a byte for compression and four for the length; the status comes in the trailers.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
export function callGrpc(call: GrpcCall): Promise<GrpcAnswer> {
  return new Promise((resolve) => {
    const session = openSession(call.server);
    const answer = (result: GrpcAnswer): void => {
      clearTimeout(timer);
      session.destroy();
      resolve(result);
    };
    const fail = (reason: string): void => answer({ ok: false, reason });
    const timer = setTimeout(() => fail(`no answer within ${call.deadline} ms`), call.deadline);
    session.on('error', (error) => fail(innermost(error)));
    session.on('close', () => fail('the connection was closed'));
    const stream = session.request({ ...headersOf(call.server), ':method': 'POST', ':path': call.method });
    const pieces: Uint8Array[] = [];
    // A call that fails at once answers with its status in the only headers there are.
    const status = (headers: Readonly<Record<string, unknown>>): void => {
      const code = headers['grpc-status'];
      if (code === undefined) return;
      const reason = `gRPC status ${String(code)}: ${String(headers['grpc-message'] ?? '')}`;
      if (code === '0') answer({ ok: true, message: Buffer.concat(pieces).subarray(5) });
      else answer({ ok: false, reason, status: Number(code) });
    };
    stream.on('response', status);
    stream.on('trailers', status);
    stream.on('data', (piece: Uint8Array) => pieces.push(piece));
    stream.on('error', (error) => fail(innermost(error)));
    stream.on('close', () => fail('it answers, but not as a gRPC server'));
    stream.end(framed(call.message));
  });
}

/** A stream whose session fails hides the reason in the cause. */
function innermost(error: Error): string {
  return messageOf(error.cause ?? error);
}

function openSession({ address, tls }: GrpcServer): ClientHttp2Session {
  if (!tls) return connect(`http://${address}`);
  const { serverNameOverride, serverRootCACertificate, clientCertPair } = tls === true ? {} : tls;
  return connect(`https://${address}`, {
    ...(serverNameOverride && { servername: serverNameOverride }),
    ...(serverRootCACertificate && { ca: Buffer.from(serverRootCACertificate) }),
    ...(clientCertPair && { cert: Buffer.from(clientCertPair.crt), key: Buffer.from(clientCertPair.key) }),
  });
}

function headersOf({ tls, apiKey, metadata }: GrpcServer): Record<string, string> {
  const override = typeof tls === 'object' ? tls.serverNameOverride : undefined;
  return {
    'content-type': 'application/grpc',
    te: 'trailers',
    ...metadata,
    ...(apiKey && { authorization: `Bearer ${apiKey}` }),
    ...(override && { ':authority': override }),
  };
}

/** A protobuf field that holds text of at most 127 bytes. */
export function textField(field: number, text: string): Uint8Array {
  const bytes = Buffer.from(text);
  return Buffer.concat([Uint8Array.of((field << 3) | 2, bytes.length), bytes]);
}

/** The text in the first field of a message whose fields are in order, as servers write them; undefined if it has none. */
export function firstText(message: Uint8Array): string | undefined {
  const [tag, length] = message;
  if (tag !== ((1 << 3) | 2) || length === undefined || length > 127) return undefined;
  return Buffer.from(message.subarray(2, 2 + length)).toString('utf8');
}

function framed(message: Uint8Array): Uint8Array {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
