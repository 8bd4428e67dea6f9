/**
 * A file of the repository as text that can be written back byte for byte: UTF-8 where it is valid, otherwise each
 * byte as one character, which is what old metadata.rb files in Latin-1 need.
 */
export interface SourceText {
  readonly text: string;
  readonly encoding: 'utf-8' | 'latin1';
}

export function decodeSource(bytes: Uint8Array): SourceText {
  try {
    // Without ignoreBOM a byte order mark would be lost.
    return {
      text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
      encoding: 'utf-8',
    };
  } catch {
    return { text: Buffer.from(bytes).toString('latin1'), encoding: 'latin1' };
  }
}

export function encodeSource({ text, encoding }: SourceText): Uint8Array {
  return Buffer.from(text, encoding);
}
