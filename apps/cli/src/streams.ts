import { EXIT, type ExitCode } from './endings.ts';

/** Whoever read has gone, or the terminal has: nobody wants to hear of it. */
const CLOSED = ['EPIPE', 'EIO', 'ECONNRESET', 'ERR_STREAM_DESTROYED'];

/**
 * Outlives its readers: what a closed pipe does not take is dropped, and the command goes on to its own exit code. Answers what to end
 * with: 69 where the output could not be written for another reason (a full disk), for then its result is lost.
 */
export function toleratingClosedStreams(streams: readonly NodeJS.WriteStream[]): (exitCode: ExitCode) => ExitCode {
  let lost = false;
  for (const stream of streams)
    stream.on('error', (error: NodeJS.ErrnoException) => {
      lost ||= !CLOSED.includes(error.code ?? '');
    });
  return (exitCode) => (lost ? EXIT.unavailable : exitCode);
}
