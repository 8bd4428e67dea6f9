import type { PlanSources } from '../../src/config/read-plan.ts';
import type { HostEvent } from '../../src/ports/host.ts';

export const COMMIT = '1f0c9a7b3d5e2846f0a1b2c3d4e5f60718293a4b';

/** A push to a branch, as a host tells it. */
export function push(branch: string, more: Partial<HostEvent> = {}): HostEvent {
  return { kind: 'push', name: 'push', branch, commit: COMMIT, runId: '1', runAttempt: 1, ...more };
}

/** The little that reading the configuration asks of the world: inputs, files by path, and one event. */
export function configWorld({
  inputs = {},
  files = {},
  event = push('develop'),
  args = [],
  variables = ['AWS_REGION'],
}: {
  inputs?: Record<string, string>;
  files?: Record<string, string>;
  event?: HostEvent;
  args?: string[];
  /** The environment variables that are set. */
  variables?: readonly string[];
}): PlanSources & { reads: string[] } {
  const reads: string[] = [];
  return {
    reads,
    host: {
      arguments: args,
      input: (name) => (inputs[name]?.trim() === '' ? undefined : inputs[name]?.trim()),
      event: () => Promise.resolve(event),
    },
    files: {
      read: (path) => {
        reads.push(path);
        return Promise.resolve(files[path]);
      },
      isExecutable: (path) =>
        Promise.resolve(files[path] === undefined ? undefined : files[path].startsWith('#!')),
    },
    hasEnvironmentVariable: (name) => variables.includes(name),
  };
}
