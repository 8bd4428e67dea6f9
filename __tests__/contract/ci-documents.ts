import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** A file for a CI system, or for us, that somebody may copy: a whole one, or a snippet that we made whole. */
export interface CiDocument {
  /** Where it stands: a path, with the number of the block on a page. */
  from: string;
  system: System;
  /** As it is written; JSON, which is YAML too, where it was made whole. */
  text: string;
}

/** The systems, by what check-jsonschema calls their public schemas; `ours` is deploy.yml. */
export type System =
  | 'circle-ci'
  | 'gitlab-ci'
  | 'bitbucket-pipelines'
  | 'buildkite'
  | 'github-workflows'
  | 'github-actions'
  | 'dependabot'
  | 'ours';

type Content = Record<string, unknown>;

/** Everything that we publish for a CI system: what runs here, the examples, and the snippets of the pages. */
export function ciDocuments(): { documents: CiDocument[]; unknown: string[] } {
  const all = [...files(), ...snippets()].map(({ from, text }) => ({ from, text, is: recognized(text) }));
  return {
    documents: all.flatMap(({ from, text, is }) =>
      is === undefined ? [] : [{ from, system: is.system, text: is.whole ?? text }],
    ),
    unknown: all.filter(({ is }) => is === undefined).map(({ from }) => from),
  };
}

function files() {
  const examples = readdirSync('examples', { recursive: true })
    .map(String)
    .filter((path) => path.endsWith('.yml'))
    .map((path) => join('examples', path));
  const workflows = readdirSync('.github/workflows').map((name) => join('.github/workflows', name));
  return ['action.yml', '.github/dependabot.yml', ...workflows, ...examples].map((from) => ({
    from,
    text: readFileSync(from, 'utf8'),
  }));
}

function snippets() {
  const pages = ['README.md', ...readdirSync('docs').map((name) => join('docs', name))].filter((path) =>
    path.endsWith('.md'),
  );
  return pages.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/^```ya?ml\n([^]*?)^```$/gmu)]
      .map(([, text = '']) => text)
      .map((text, index) => ({ from: `${page}, block ${index + 1}`, text })),
  );
}

/** Which system a text is for, by the keys that only that system has, and the whole text where it was a snippet of one. */
function recognized(text: string): { system: System; whole?: string } | undefined {
  const content: unknown = parse(text, { merge: true });
  if (content === null) return { system: 'ours', whole: JSON.stringify(wholeDeployFile({})) };
  if (Array.isArray(content))
    return { system: 'github-workflows', whole: JSON.stringify(workflowOf(content)) };
  const keys = content as Content;
  const has = (...names: string[]) => names.every((name) => name in keys);
  if (has('on', 'jobs')) return { system: 'github-workflows' };
  if (has('orbs', 'workflows') || keys['version'] === 2.1) return { system: 'circle-ci' };
  if (has('jobs')) return { system: 'github-workflows', whole: JSON.stringify({ on: 'push', ...keys }) };
  if (has('runs')) return { system: 'github-actions' };
  if (has('updates')) return { system: 'dependabot' };
  if (has('pipelines')) return { system: 'bitbucket-pipelines' };
  if (has('steps')) return { system: 'buildkite' };
  if (Object.values(keys).some((job) => typeof job === 'object' && job !== null && 'script' in job))
    return { system: 'gitlab-ci' };
  if (keys['version'] === 1) return { system: 'ours' };
  if (has('version')) return undefined;
  return { system: 'ours', whole: JSON.stringify(wholeDeployFile(keys)) };
}

function workflowOf(steps: unknown[]) {
  return { on: 'push', jobs: { job: { 'runs-on': 'ubuntu-latest', steps } } };
}

function wholeDeployFile(keys: Content) {
  const least = { version: 1, environments: { staging: { branch: 'develop', cluster: 'staging' } } };
  return { ...least, services: ['web'], ...keys };
}
