import { deflateRawSync, gunzipSync, gzipSync, inflateRawSync, type ZlibOptions } from 'node:zlib';
import type { Compression } from '../message-encoding.ts';

/** `…+gzip`: with its header (wcf-wire 3.4). */
export const GZIP = compression(gzipSync, gunzipSync);

/** `…+deflate`: raw, without the header of zlib. */
export const DEFLATE = compression(deflateRawSync, inflateRawSync);

type Pack = (bytes: Uint8Array, options?: ZlibOptions) => Uint8Array;

function compression(pack: Pack, unpack: Pack): Compression {
  return {
    pack: (payload) => new Uint8Array(pack(payload)),
    unpack: (payload, limit) => {
      try {
        return new Uint8Array(unpack(payload, { maxOutputLength: limit }));
      } catch (error) {
        return isTooLarge(error) ? 'tooLarge' : 'malformed';
      }
    },
  };
}

function isTooLarge(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}
