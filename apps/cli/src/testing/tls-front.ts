import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import {
  type ClientHttp2Session,
  connect,
  createSecureServer,
  type Http2SecureServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { join } from 'node:path';
import { promisify } from 'node:util';

const END_STREAM = 1;
/** gRPC's PERMISSION_DENIED. */
const REFUSAL = {
  ...{ ':status': 200, 'content-type': 'application/grpc' },
  ...{ 'grpc-status': '7', 'grpc-message': 'for operators only' },
};

/** What a company puts before its Temporal: it ends TLS, notes who calls, may refuse a method, and passes everything else on. */
export class TlsFront {
  readonly #server: Http2SecureServer;
  readonly #onward: ClientHttp2Session;
  readonly #sessions = new Set<ServerHttp2Session>();
  /** Of its certificate and key, in PEM; nobody has signed it but itself. */
  readonly certificate: string;
  /** `authorization` of each method that was called. */
  readonly calls = new Map<string, Set<string | undefined>>();
  /** Methods that are answered with PERMISSION_DENIED. */
  readonly refused = new Set<string>();

  /** @param folder - takes the key and the certificate */
  static async open(upstream: string, folder: string): Promise<TlsFront> {
    const [key, certificate] = [join(folder, 'front.key'), join(folder, 'front.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    const noAuthority = ['-addext', 'basicConstraints=critical,CA:FALSE'];
    const files = ['-keyout', key, '-out', certificate];
    await promisify(execFile)('openssl', ['req', '-x509', ...kind, ...subject, ...noAuthority, ...files]);
    const front = new TlsFront(upstream, await readFile(key, 'utf8'), await readFile(certificate, 'utf8'));
    front.#server.listen(0, '127.0.0.1');
    await once(front.#server, 'listening');
    return front;
  }

  private constructor(upstream: string, key: string, certificate: string) {
    this.certificate = certificate;
    this.#onward = connect(`http://${upstream}`);
    this.#onward.on('error', () => {});
    this.#server = createSecureServer({ key, cert: certificate });
    this.#server.on('session', (session) => this.#sessions.add(session));
    this.#server.on('sessionError', () => {});
    this.#server.on('stream', (stream, headers) => this.#serve(stream, headers));
  }

  get address(): string {
    const address = this.#server.address();
    return `localhost:${typeof address === 'object' ? address?.port : ''}`;
  }

  close(): void {
    this.#onward.destroy();
    for (const session of this.#sessions) session.destroy();
    this.#server.close();
  }

  #serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const method = String(headers[':path']).split('/').at(-1) ?? '';
    this.calls.set(method, (this.calls.get(method) ?? new Set()).add(headers.authorization));
    stream.on('error', () => {});
    if (this.refused.has(method)) stream.respond(REFUSAL, { endStream: true });
    else passOn(stream, headers, this.#onward);
  }
}

/** One call, both ways, its status in the trailers included. */
function passOn(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, session: ClientHttp2Session): void {
  const { ':authority': _authority, ':scheme': _scheme, ...rest } = headers;
  const onward = session.request(rest);
  let trailers: IncomingHttpHeaders = {};
  onward.on('response', (response, flags) => {
    if (!stream.destroyed) stream.respond(response, { waitForTrailers: true, endStream: (flags & END_STREAM) !== 0 });
  });
  onward.on('trailers', (given) => {
    trailers = given;
  });
  onward.on('error', () => stream.close());
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  stream.on('close', () => onward.close());
  stream.pipe(onward);
  onward.pipe(stream);
}
