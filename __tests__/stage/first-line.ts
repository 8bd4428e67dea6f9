import { createInterface } from 'node:readline';

/** The first line that a program prints; undefined when it ends without one. */
export async function firstLine(output: NodeJS.ReadableStream): Promise<string | undefined> {
  for await (const line of createInterface({ input: output })) return line;
  return undefined;
}
