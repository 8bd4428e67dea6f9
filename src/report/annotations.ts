import { UsageError, type DeployError } from '../errors.ts';
import type { Annotation } from '../ports/host.ts';

/** GitHub shows so many errors of a step (REST API reference, check runs). */
const MOST_ANNOTATIONS = 10;
/** The runner cuts a message here (actions/runner, ExecutionContext.cs). */
const LONGEST_MESSAGE = 4096;

/** One annotation for an error; for a configuration one for each problem, at its place in the file. */
export function errorAnnotations(error: DeployError): Annotation[] {
  if (!(error instanceof UsageError)) return [annotation(error.code, error.message, error.hint)];
  const { problems } = error;
  const shown = problems.length > MOST_ANNOTATIONS ? problems.slice(0, MOST_ANNOTATIONS - 1) : problems;
  const rest = problems.length - shown.length;
  return [
    ...shown.map(({ code, message, hint, file, line, column }) => ({
      ...annotation(code, message, hint),
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
    })),
    ...(rest === 0 ? [] : [annotation(error.code, `${rest} more problems: see the log.`)]),
  ];
}

function annotation(code: string, message: string, hint?: string): Annotation {
  const text = hint === undefined ? message : `${message}\n${hint}`;
  return {
    level: 'error',
    title: code,
    message: text.length <= LONGEST_MESSAGE ? text : `${text.slice(0, LONGEST_MESSAGE - 1)}…`,
  };
}
