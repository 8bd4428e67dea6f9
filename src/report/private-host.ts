import type { Host, ProgressState } from '../ports/host.ts';
import { accountIdsIn, withoutAccountIds } from '../rules/text/account-ids.ts';

/**
 * The host as it is where account ids are to be hidden. Which accounts there are is learned on the way, from all that
 * passes: inputs, outputs and each text before it is written. Where a runner masks, it is told of each, for what later
 * steps print; elsewhere telling would print it or take it out of the outputs.
 *
 * Outputs and the state of the post step keep the ids: later steps need whole ARNs.
 */
export function privateHost(host: Host): Host {
  const known = new Set<string>();
  const learn = (text: string): string => {
    for (const account of accountIdsIn(text)) {
      if (known.has(account)) continue;
      known.add(account);
      if (host.kind === 'github') host.mask(account);
    }
    return text;
  };
  const hide = (text: string): string => withoutAccountIds(learn(text), known);
  const { progress } = host;
  Object.values(host.savedState()).forEach(learn);

  const own: Partial<Host> = {
    input(name) {
      const value = host.input(name);
      return value === undefined ? undefined : learn(value);
    },
    info: (line) => host.info(hide(line)),
    ...(progress === undefined
      ? {}
      : {
          progress: (name: string, line: string, state?: ProgressState) => progress(name, hide(line), state),
        }),
    // All of them are learned from before the first is written: they come together.
    outside(lines) {
      lines.forEach(learn);
      host.outside(lines.map(hide));
    },
    openGroup: (title) => host.openGroup(hide(title)),
    annotate: (annotation) =>
      host.annotate({ ...annotation, title: hide(annotation.title), message: hide(annotation.message) }),
    setOutput: (name, value) => host.setOutput(name, learn(value)),
    saveState: (name, value) => host.saveState(name, learn(value)),
    writeSummary: (markdown) => host.writeSummary(hide(markdown)),
    debug: (line) => host.debug(hide(line)),
    result: (json) => host.result(hide(json)),
    shareable: (text) => hide(host.shareable(text)),
  };
  return Object.assign(Object.create(host) as Host, own);
}
