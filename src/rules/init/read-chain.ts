import { parse } from 'yaml';
import { readCircleci } from './read-circleci.ts';
import { readEcspresso } from './read-ecspresso.ts';
import { readScript } from './read-script.ts';
import { readWorkflow } from './read-workflow.ts';
import type { InitDraft } from './draft.ts';

/** The kinds of file that `init --from` reads. */
export type Chain = 'github' | 'circleci' | 'ecspresso' | 'script';

/** A file of the set-up that is to be replaced, taken apart. */
export interface ReadChain {
  kind: Chain;
  draft: InitDraft;
}

/** Undefined where it is none that we know: the caller names the kinds. */
export function readChain(path: string, text: string): ReadChain | undefined {
  if (!/\.(?:ya?ml|json)$/.test(path)) return { kind: 'script', draft: readScript(text) };
  let content: unknown;
  try {
    content = parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(content)) return undefined;
  if ('orbs' in content || ('workflows' in content && 'version' in content))
    return { kind: 'circleci', draft: readCircleci(content) };
  if ('jobs' in content) return { kind: 'github', draft: readWorkflow(content) };
  if ('task_definition' in content || 'service_definition' in content)
    return { kind: 'ecspresso', draft: readEcspresso(content) };
  return undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
