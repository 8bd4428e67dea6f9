import { join } from 'node:path';
import type { Git } from '../../ports/git.ts';
import { circleciEvent } from './circleci-event.ts';
import { circleciAudience, circleciToken } from './circleci-oidc.ts';
import { textHost, type CommandLine, type TextHost } from './text.ts';
import { variable } from '../variables.ts';
import { resultFiles } from './result-files.ts';

/**
 * A job of CircleCI. There are no groups, annotations, masks or post steps: all is text, and a cancelled run finishes
 * what it can before it leaves. Outputs and summary go into files outside of the checkout (a file in it would be part
 * of the next build's context), which the orb keeps as artifacts; later steps have the outputs as variables.
 */
export function circleciHost({
  git,
  signal,
  temporaryFolder,
  outputNames,
  ...commandLine
}: CommandLine & {
  git: Git;
  signal: AbortSignal;
  temporaryFolder: string;
  outputNames: readonly string[];
}): TextHost {
  const { environment } = commandLine;
  const folder = join(temporaryFolder, 'deploy-action');
  const oidcAudience = circleciAudience(environment);
  return textHost({
    kind: 'circleci',
    // A step has a TTY there, but nobody in front of it: its log is kept, and read later.
    commandLine: {
      ...commandLine,
      stdout: asFile(commandLine.stdout),
      stderr: asFile(commandLine.stderr),
    },
    files: resultFiles({
      outputs: variable(environment, 'DEPLOY_OUTPUT_FILE') ?? join(folder, 'outputs.env'),
      summary: variable(environment, 'DEPLOY_SUMMARY_FILE') ?? join(folder, 'summary.md'),
      bashEnv: variable(environment, 'BASH_ENV'),
      outputNames,
    }),
    readEvent: () => circleciEvent(environment, git),
    oidcToken: (audience) => circleciToken({ environment, audience, signal }),
    ...(oidcAudience === undefined ? {} : { oidcAudience }),
  });
}

function asFile(stream: CommandLine['stdout']): CommandLine['stdout'] {
  return { write: (text) => stream.write(text) };
}
