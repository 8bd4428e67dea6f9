import { z } from 'zod';
import { sections } from './sections.ts';
import { choice, name, oneOrMore } from './words.ts';

const target = z.strictObject({
  name: name('environment').describe('The name of the target, for the log and the input `target`.'),
  region: name('region').optional().describe('Its AWS region.'),
  role: name('role').optional().describe('The IAM role to assume for it.'),
  cluster: name('cluster').optional().describe('Its ECS cluster.'),
});

export const environment = z
  .strictObject({
    branch: oneOrMore('branchPattern')
      .optional()
      .describe('The branches that deploy here: a name, a glob such as `release/*`, or a list of them.'),
    tag: oneOrMore('branchPattern')
      .optional()
      .describe('The pushed tags that deploy here: a name, a glob such as `v*`, or a list of them.'),
    region: name('region').optional().describe('The AWS region. Default: what the job is configured with.'),
    role: name('role')
      .optional()
      .describe(
        "The IAM role to assume with the host's OIDC token. Default: the credentials that the job has.",
      ),
    cluster: name('cluster').optional().describe('The ECS cluster.'),
    targets: z
      .array(target)
      .min(1)
      .optional()
      .describe(
        'Several places that this environment is deployed to: regions, accounts, clusters. What a target does not say is that of the environment.',
      ),
    'target-order': choice(['in-order', 'parallel'])
      .optional()
      .describe('Whether the targets are deployed one after the other or all at once. Default: `in-order`.'),
    'on-target-failure': choice(['stop', 'continue'])
      .optional()
      .describe(
        'Whether the targets that come after one that failed are deployed. Those that are deployed at once all go to their end. Default: `stop`.',
      ),
    'any-branch': z
      .boolean()
      .optional()
      .describe(
        'Allows this environment to be deployed from any branch, when it is asked for by name. Default: `false`.',
      ),
    ...sections,
  })
  .check(isReachable)
  .check(noTargetTwice);

function isReachable(
  context: z.core.ParsePayload<{ branch?: unknown; tag?: unknown; 'any-branch'?: boolean | undefined }>,
): void {
  const { branch, tag, 'any-branch': anyBranch } = context.value;
  if (branch !== undefined || tag !== undefined || anyBranch === true) return;
  context.issues.push({
    code: 'custom',
    message: 'can never be deployed: no branch belongs to it',
    input: context.value,
    params: { hint: 'Write the branch that deploys it (`branch: develop`), a `tag`, or `any-branch: true`.' },
  });
}

function noTargetTwice(context: z.core.ParsePayload<{ targets?: { name: string }[] | undefined }>): void {
  const names = (context.value.targets ?? []).map((one) => one.name);
  names.forEach((each, index) => {
    if (names.indexOf(each) === index) return;
    context.issues.push({
      code: 'custom',
      message: `is the second target of the name \`${each}\``,
      path: ['targets', index, 'name'],
      input: each,
    });
  });
}

export const environments = z
  .record(name('environment'), environment)
  .refine((map) => Object.keys(map).length > 0, { error: 'must have at least one environment' });
