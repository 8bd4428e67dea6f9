import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A call as it was sent, and what was answered. */
export interface Sent {
  service: string;
  operation: string;
  input: object;
  status: number;
  headers: object;
  body: string;
}

/** What is wrong with one call; both empty where nothing is. */
export interface Problems {
  request: string[];
  answer: string[];
}

/** Holds calls against botocore's models, one result per call. @param python one that has botocore */
export async function botocoreOn(python: string, calls: readonly Sent[]): Promise<Problems[]> {
  const child = spawn(python, [fileURLToPath(new URL('aws_shapes.py', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(calls));
  let said = '';
  for await (const chunk of child.stdout) said += String(chunk);
  return JSON.parse(said) as Problems[];
}
