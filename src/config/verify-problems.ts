import type { Problem } from '../errors.ts';
import type { Files } from '../ports/files.ts';
import { shown } from '../rules/input/parsed.ts';
import { parseCheckoutPath } from '../rules/input/paths.ts';
import { draftOf, report, type Sources } from './assemble/draft.ts';

/**
 * What can be seen to be missing before anything is touched: a program of the checkout that is not there, a variable
 * that is not set. A deploy that finds out at its end would have to go back for it.
 */
export async function verifyProblems(
  files: Pick<Files, 'isExecutable'>,
  sources: Sources,
): Promise<Problem[]> {
  const draft = draftOf(sources);
  const { command: [program] = [], 'secret-headers': secretHeaders = {} } = draft.sections.verify ?? {};
  const path = program === undefined ? undefined : checkoutProgram(program);
  const isExecutable = path === undefined || (await files.isExecutable(path));
  if (isExecutable !== true) {
    const problem = isExecutable === undefined ? 'which is not in the checkout' : 'which is not executable';
    report(draft, `\`verify.command\` names ${shown(program ?? '')}, ${problem}`, {
      at: draft.pathTo('verify', 'command'),
      hint:
        isExecutable === undefined
          ? 'Paths are relative to the root of the checkout. Does the job check out the repository before this step?'
          : `Mark it: git update-index --chmod=+x ${path}. Or name its interpreter: \`command: [sh, ${path}]\`.`,
    });
  }
  for (const [header, variable] of Object.entries(secretHeaders).filter(
    ([, name]) => !sources.hasEnvironmentVariable(name),
  )) {
    report(draft, `\`verify.secret-headers.${header}\` names ${shown(variable)}, which is not set`, {
      at: draft.pathTo('verify', 'secret-headers', header),
      hint: 'Hand the secret to the step as an environment variable of this name (`env:`).',
    });
  }
  return draft.problems;
}

/** As the system finds programs: a name without a slash is looked for in PATH. */
function checkoutProgram(program: string): string | undefined {
  if (!program.includes('/')) return undefined;
  const parsed = parseCheckoutPath(program);
  return 'value' in parsed ? parsed.value : undefined;
}
