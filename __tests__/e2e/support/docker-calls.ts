import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** What somebody asked docker to do. */
export interface DockerCalls {
  /** A PATH on which `docker` writes its arguments down and then does as it is told. */
  path: string;
  /** The arguments of every call since the last time this was asked. */
  take(): string[];
  remove(): void;
}

/** @param path the PATH with the real docker */
export function recordDockerCalls(path: string): DockerCalls {
  const folder = mkdtempSync(join(tmpdir(), 'docker-calls-'));
  const record = join(folder, 'calls');
  const program = join(folder, 'docker');
  writeFileSync(record, '');
  writeFileSync(
    program,
    `#!/bin/sh\nprintf '%s\\n' "$*" >> '${record}'\nexport PATH='${path}'\nexec docker "$@"\n`,
  );
  chmodSync(program, 0o755);
  return {
    path: `${folder}${delimiter}${path}`,
    take: () => {
      const calls = readFileSync(record, 'utf8').split('\n').filter(Boolean);
      writeFileSync(record, '');
      return calls;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** `docker build`, `docker buildx build`, with whatever options stand before. */
export function isBuild(call: string): boolean {
  return /(^|\s)build(\s|$)/u.test(call) && !call.includes('--help');
}

export function isPush(call: string): boolean {
  return /(^|\s)(push|imagetools create)(\s|$)|--push\b|push=true/u.test(call);
}
