import { UsageError, type DeployError, type Problem } from '../errors.ts';
import type { ErrorReport } from './run-report.ts';

/** An error as a person reads it in the log. Between the two parts of ours stand the details, which come from outside. */
export interface ErrorText {
  before: string[];
  details: readonly string[];
  after: string[];
}

/**
 * Where an error's code is explained; GitHub makes the anchor of the heading that is the code. `docs` is the address
 * of the version that runs, with a slash at its end; without it the path is that of this project.
 */
export function errorPage(code: string, docs = ''): string {
  return `${docs}docs/errors.md#${code.toLowerCase()}`;
}

/** Any error of ours as lines for the log: what failed, why, what came with it, what to do, where to read on. */
export function errorText(error: DeployError, docs?: string): ErrorText {
  const readOn = (code: string) => `  More about it: ${errorPage(code, docs)}`;
  if (error instanceof UsageError) {
    const codes = new Set(error.problems.map(({ code }) => code));
    return { before: error.problems.flatMap(problemLines), details: [], after: [...codes].map(readOn) };
  }
  return {
    before: [`✗ ${error.code}: ${error.message}`, ...reasons(error).map((reason) => `  because: ${reason}`)],
    details: error.details,
    after: [...(error.hint === undefined ? [] : [`  What to do: ${error.hint}`]), readOn(error.code)],
  };
}

/** The same for summary, outputs and `--json`. All problems of a configuration are in it, not only their number. */
export function errorReport(error: DeployError): ErrorReport {
  const { code, message, hint, details } = error;
  const problems = error instanceof UsageError ? error.problems : [];
  const [only] = problems;
  return {
    code,
    message: problems.length === 1 && only !== undefined ? `${placeOf(only)}${message}` : message,
    ...(hint === undefined ? {} : { hint }),
    details: problems.length > 1 ? problems.flatMap(problemBrief) : details,
  };
}

/**
 * What lies behind an error: the messages of its causes, without those that an outer message has already said.
 * Causes may be anything, an SDK error without a message or an AggregateError included.
 */
export function reasons(error: Error): string[] {
  const said: string[] = [];
  const heard = new Set<unknown>();
  let told = error.message;
  const visit = (cause: unknown): void => {
    if (cause === undefined || cause === null || heard.has(cause)) return;
    heard.add(cause);
    const message = messageOf(cause);
    if (message !== '' && !told.includes(message)) {
      said.push(message);
      told += `\n${message}`;
    }
    if (cause instanceof AggregateError) cause.errors.forEach(visit);
    if (cause instanceof Error) visit(cause.cause);
  };
  visit(error.cause);
  return said;
}

/** "deploy.yml:3:7: ", or nothing for a problem with an input. */
function placeOf({ file, line, column }: Problem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return place === '' ? '' : `${place}: `;
}

function problemLines(problem: Problem): string[] {
  return [
    `✗ ${problem.code}: ${placeOf(problem)}${problem.message}`,
    ...(problem.hint === undefined ? [] : [`  What to do: ${problem.hint}`]),
  ];
}

function problemBrief(problem: Problem): string[] {
  const line = `${placeOf(problem)}${problem.message}`;
  return problem.hint === undefined ? [line] : [line, `  ${problem.hint}`];
}

function messageOf(cause: unknown): string {
  if (!(cause instanceof Error)) return typeof cause === 'string' ? cause : '';
  if (cause.message !== '') return cause.message;
  const { $metadata } = cause as { $metadata?: { httpStatusCode?: number; requestId?: string } };
  const facts = [
    $metadata?.httpStatusCode === undefined ? undefined : `HTTP ${$metadata.httpStatusCode}`,
    $metadata?.requestId === undefined ? undefined : `request ${$metadata.requestId}`,
  ].filter((fact) => fact !== undefined);
  return facts.length === 0 ? cause.name : `${cause.name} (${facts.join(', ')})`;
}
