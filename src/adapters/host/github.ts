import { appendFile, stat } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import * as core from '@actions/core';
import { DeployError } from '../../errors.ts';
import type { Host } from '../../ports/host.ts';
import { couldCommandRunner } from '../../rules/text/inert.ts';
import { cutMarkdown } from '../../rules/text/markdown.ts';
import { githubEvent } from './github-event.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** GitHub keeps no summary of a step that is larger (GitHub documentation, workflow commands, job summaries). */
const LARGEST_SUMMARY = 1024 * 1024;
/** GitHub cuts the message of an annotation here (actions/runner, ExecutionContext.cs). */
const LONGEST_ANNOTATION = 4096;

/** The version of the action that runs is the one whose docs fit. */
function docsOf(environment: Environment): { docs?: string } {
  const {
    GITHUB_SERVER_URL: server,
    GITHUB_ACTION_REPOSITORY: repository,
    GITHUB_ACTION_REF: ref,
  } = environment;
  return server && repository && ref ? { docs: `${server}/${repository}/blob/${ref}/` } : {};
}

/**
 * GitHub Actions as a host. `environment` is this process's own: @actions/core reads and writes the runner's files
 * by it.
 */
export function githubHost({ environment }: { environment: Environment }): Host {
  let openGroups = 0;

  const outside = (lines: readonly string[]): void => {
    if (lines.length === 0) return;
    const text = lines.join('\n');
    let token = newToken();
    while (text.includes(token)) token = newToken();
    // One block for each call, never one left open: a mask printed meanwhile (a renewed token) would not be obeyed.
    core.info(`::stop-commands::${token}\n${text}\n::${token}::`);
  };

  const say = (line: string): void => {
    if (couldCommandRunner(line)) outside(line.split(/\r\n|\r|\n/u));
    else core.info(line);
  };

  return {
    kind: 'github',
    arguments: [],
    ...docsOf(environment),

    input(name) {
      const value = environment[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`]?.trim();
      return value === '' ? undefined : value;
    },

    event: async () => githubEvent(environment),

    info: say,
    outside,
    debug: (line) => core.debug(line),

    openGroup(title) {
      // The runner has no groups inside groups: an inner one would end the outer one.
      openGroups += 1;
      if (openGroups === 1) core.startGroup(title.replace(/\s+/gu, ' '));
      else say(title);
    },

    closeGroup() {
      if (openGroups === 0) return;
      openGroups -= 1;
      if (openGroups === 0) core.endGroup();
    },

    annotate({ level, title, message, file, line, column }) {
      core[level](shorten(message), {
        title,
        ...(file === undefined ? {} : { file }),
        ...(line === undefined ? {} : { startLine: line }),
        ...(column === undefined ? {} : { startColumn: column }),
      });
    },

    mask(secret) {
      if (secret.trim() !== '') core.setSecret(secret);
    },

    // Who keeps a secret here has told the runner alone.
    shareable: (text) => text,

    setOutput: (name, value) => core.setOutput(name, value),
    saveState: (name, value) => core.saveState(name, value),
    savedState: () => stateIn(environment),

    async writeSummary(markdown) {
      const file = environment['GITHUB_STEP_SUMMARY'];
      if (file === undefined || file === '') return;
      const written = await stat(file).then(
        ({ size }) => size,
        () => 0,
      );
      await appendFile(file, cutMarkdown(`${markdown}\n`, LARGEST_SUMMARY - written));
    },

    async oidcToken(audience) {
      const isOffered =
        isSet(environment['ACTIONS_ID_TOKEN_REQUEST_URL']) &&
        isSet(environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN']);
      if (!isOffered) return undefined;
      try {
        // Masks the token before it answers.
        return await core.getIDToken(audience);
      } catch (cause) {
        throw new DeployError('OIDC_UNAVAILABLE', `no OIDC token from GitHub: ${reasonOf(cause)}`, {
          cause,
          hint: 'GitHub did not answer as it should: see githubstatus.com, then run the job again.',
        });
      }
    },

    // Steps read outputs, not what is printed.
    result: () => undefined,
  };
}

/** The runner hands what the main step saved to the post step as STATE_name. */
function stateIn(environment: Environment): Record<string, string> {
  const prefix = 'STATE_';
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      name.startsWith(prefix) && value !== undefined ? [[name.slice(prefix.length), value]] : [],
    ),
  );
}

function newToken(): string {
  return `outside-${randomBytes(16).toString('hex')}`;
}

function shorten(message: string): string {
  return message.length <= LONGEST_ANNOTATION ? message : `${message.slice(0, LONGEST_ANNOTATION - 1)}…`;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}

/** @actions/core wraps what happened in several lines with labels. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace(/Error message: |Failed to get ID Token\.|Error Code : undefined/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
}
