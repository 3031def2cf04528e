// What encoding uses of two globals beyond the library's own declaration of them.

interface TextEncoder {
  encodeInto(source: string, destination: Uint8Array): { readonly read: number; readonly written: number };
}
