import { parse } from 'yaml';
import { readCircleci } from './read-circleci.ts';
import { readEcspresso } from './read-ecspresso.ts';
import { readScript } from './read-script.ts';
import { readWorkflow } from './read-workflow.ts';
import { sectionOf } from './yaml-values.ts';
import { EMPTY_DRAFT, type InitDraft } from './draft.ts';

/** The kinds of file that `init --from` reads. */
export type Chain = 'github' | 'circleci' | 'ecspresso' | 'script';

/** A file of the set-up that is to be replaced, taken apart. */
export interface ReadChain {
  kind: Chain;
  draft: InitDraft;
}

/** Undefined where it is none that we know: the caller names the kinds. */
export function readChain(path: string, text: string): ReadChain | undefined {
  const read = takenApart(path, text);
  const [uri] =
    /\b\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/[a-z0-9][a-z0-9._/-]*[a-z0-9]/.exec(text) ?? [];
  if (read === undefined || read.draft.repository !== undefined || uri === undefined) return read;
  return { ...read, draft: { ...read.draft, repository: uri } };
}

function takenApart(path: string, text: string): ReadChain | undefined {
  if (path.endsWith('.jsonnet'))
    return {
      kind: 'ecspresso',
      draft: {
        ...EMPTY_DRAFT,
        notes: [
          `${path} is a program in Jsonnet: run \`init --from\` on the JSON that \`jsonnet ${path}\` prints.`,
        ],
      },
    };
  if (!/\.(?:ya?ml|json)$/.test(path)) return { kind: 'script', draft: readScript(text) };
  let content: unknown;
  try {
    content = parse(text);
  } catch {
    return undefined;
  }
  const sections = sectionOf(content);
  if ('orbs' in sections || ('workflows' in sections && 'version' in sections))
    return { kind: 'circleci', draft: readCircleci(sections) };
  if ('jobs' in sections) return { kind: 'github', draft: readWorkflow(sections) };
  if ('task_definition' in sections || 'service_definition' in sections)
    return { kind: 'ecspresso', draft: readEcspresso(sections) };
  return undefined;
}
