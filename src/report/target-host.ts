import type { Host, ProgressState } from '../ports/host.ts';
import { targetStateName } from '../rules/record/target-state.ts';

/**
 * The host as one of several targets sees it: each line says which target it is about, what is left is written down
 * under its name, and results are the run's own, which tells of all targets together. Everything else is the host's.
 */
export function targetHost(host: Host, target: string): Host {
  const named = (line: string) => `[${target}] ${line}`;
  const own: Partial<Host> = {
    info: (line) => host.info(named(line)),
    ...(host.progress === undefined
      ? {}
      : {
          progress: (name: string, line: string, state?: ProgressState) =>
            host.progress?.(`${target}/${name}`, named(line), state),
        }),
    outside: (lines) => host.outside(lines.map(named)),
    // Groups of targets that run side by side would close each other.
    openGroup: (title) => host.info(named(title)),
    closeGroup: () => undefined,
    annotate: (annotation) => host.annotate({ ...annotation, title: `${target}: ${annotation.title}` }),
    debug: (line) => host.debug(named(line)),
    saveState: (name, value) => host.saveState(targetStateName(target, name), value),
    setOutput: () => undefined,
    writeSummary: () => Promise.resolve(),
    result: () => undefined,
  };
  return Object.assign(Object.create(host) as Host, own);
}
