import { z } from 'zod';
import { sections } from './sections.ts';
import { name, oneOrMore } from './words.ts';

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
    'any-branch': z
      .boolean()
      .optional()
      .describe(
        'Allows this environment to be deployed from any branch, when it is asked for by name. Default: `false`.',
      ),
    ...sections,
  })
  .check(isReachable);

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

export const environments = z
  .record(name('environment'), environment)
  .refine((map) => Object.keys(map).length > 0, { error: 'must have at least one environment' });
