import type { Problem } from '../errors.ts';
import type { HostEvent } from '../ports/host.ts';
import {
  DEFAULT_BRANCH_MAP,
  describeMap,
  environmentsOf,
  matches,
  sourcesOf,
} from '../rules/input/branch-map.ts';
import type { BranchRule, GitRef } from '../rules/input/branch-map.ts';
import { parseName } from '../rules/input/names.ts';
import { nearest } from '../rules/input/nearest.ts';
import { shown } from '../rules/input/parsed.ts';
import type { EnvironmentsConfig } from './schema.ts';

/** The map of the file, or the default one where the file (or there being none) says nothing. */
export function branchMap(environments: EnvironmentsConfig | undefined): readonly BranchRule[] {
  if (environments === undefined) return DEFAULT_BRANCH_MAP;
  return Object.entries(environments).map(([environment, section]) => ({
    environment,
    branches: listOf(section.branch),
    tags: listOf(section.tag),
    anyBranch: section['any-branch'] ?? false,
  }));
}

function listOf(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

/**
 * Which environment a run deploys. The same rule holds on a terminal, where the branch is that of the checkout:
 * a name alone never sends a branch to an environment that it does not belong to. To look at one, a name is enough.
 */
export function chooseEnvironment({
  event,
  map,
  named,
  force,
  onlyLooks = false,
}: {
  event: GitRef;
  map: readonly BranchRule[];
  named?: string;
  force?: string;
  /** The command changes nothing. */
  onlyLooks?: boolean;
}): { environment: string } | { problem: Problem } {
  const badName = badRefName(event);
  if (badName !== undefined) return { problem: badName };

  if (named === undefined) return chooseByRef(event, map);
  const rule = map.find(({ environment }) => environment === named);
  if (rule === undefined) return { problem: unknownEnvironment(named, map) };
  if (onlyLooks || rule.anyBranch || force !== undefined || matches(rule, event))
    return { environment: named };
  return {
    problem: {
      code: 'BRANCH_NOT_MAPPED',
      message: `environment \`${named}\` is not deployed from ${describeRef(event)}`,
      hint:
        `It is deployed from ${sourcesOf(rule)}. To deploy it by name from any branch, write \`any-branch: true\` ` +
        `under \`environments.${named}\` in deploy.yml; to do so this once, give a reason in the input \`force\`.`,
    },
  };
}

function chooseByRef(
  ref: GitRef,
  map: readonly BranchRule[],
): { environment: string } | { problem: Problem } {
  const [environment, ...others] = environmentsOf(map, ref);
  if (environment === undefined) return { problem: unmapped(ref, map) };
  if (others.length === 0) return { environment };
  return {
    problem: {
      code: 'BRANCH_NOT_MAPPED',
      message: `${describeRef(ref)} belongs to several environments: ${[environment, ...others].join(', ')}`,
      hint: 'Name one with the input `environment`, for instance from a matrix with a job for each.',
    },
  };
}

function unmapped(ref: GitRef, map: readonly BranchRule[]): Problem {
  const key = ref.tag === undefined || ref.branch !== undefined ? 'branch' : 'tag';
  const name = ref.branch ?? ref.tag;
  const write =
    name === undefined
      ? 'Check out a branch, or start the run from one.'
      : `To deploy from here, add \`${key}: ${name}\` to an environment in deploy.yml (\`environments: { NAME: { ${key}: ${name} } }\`), or leave this ${key} out of the workflow's \`on:\`.`;
  return {
    code: 'BRANCH_NOT_MAPPED',
    message: `${describeRef(ref)} belongs to no environment`,
    hint: `Known: ${describeMap(map)}. ${write}`,
  };
}

/** `pull_request*` events may only plan, whatever is named or forced. */
export function eventProblem(event: Pick<HostEvent, 'kind' | 'name'>): Problem | undefined {
  if (event.kind !== 'pull_request' && !event.name.startsWith('pull_request')) return undefined;
  return {
    code: 'EVENT_NOT_ALLOWED',
    message: `\`${event.name}\` events deploy nothing: what they carry is not merged, and may come from a fork`,
    hint: 'Run on `push` to the branches of your environments. On a pull request, `command: plan` shows what a deploy would do.',
  };
}

function unknownEnvironment(named: string, map: readonly BranchRule[]): Problem {
  const near = nearest(
    named,
    map.map(({ environment }) => environment),
  );
  return {
    code: 'INPUT_INVALID',
    message: `environment ${shown(named)} is not known${near === undefined ? '' : `, did you mean \`${near}\`?`}`,
    hint: `Known: ${describeMap(map)}. Others are written under \`environments\` in deploy.yml.`,
  };
}

function badRefName(ref: GitRef): Problem | undefined {
  for (const name of [ref.branch, ref.tag]) {
    if (name === undefined) continue;
    const parsed = parseName('branch', name);
    if ('problem' in parsed)
      return { code: 'BRANCH_NOT_MAPPED', message: `the pushed name ${parsed.problem}` };
  }
  return undefined;
}

function describeRef({ branch, tag }: GitRef): string {
  if (branch !== undefined) return `branch ${shown(branch)}`;
  return tag === undefined ? 'an unknown branch' : `tag ${shown(tag)}`;
}
