import { stringify } from 'yaml';
import type { EnvironmentDraft } from './draft.ts';

/** A GitHub workflow of two steps for the environments of deploy.yml. */
export function githubWorkflowText(environments: readonly EnvironmentDraft[]): string {
  const branches = [...new Set(environments.flatMap((environment) => environment.branches))];
  // A role in deploy.yml is not to be overridden by a variable.
  const needsRole = environments.some(({ role }) => role === undefined);
  const workflow = stringify(
    {
      name: 'deploy',
      on: { push: { branches } },
      permissions: { contents: 'read', 'id-token': 'write' },
      concurrency: { group: 'deploy-${{ github.ref_name }}', 'cancel-in-progress': false },
      jobs: {
        deploy: {
          'runs-on': 'ubuntu-latest',
          environment: environmentExpression(environments),
          steps: [
            { uses: 'actions/checkout@v6' },
            {
              uses: 'org/deploy-action@v1',
              ...(needsRole ? { with: { role: '${{ vars.DEPLOY_ROLE }}' } } : {}),
            },
          ],
        },
      },
    },
    { lineWidth: 0 },
  );
  return needsRole
    ? `# The variable DEPLOY_ROLE of each GitHub environment is the ARN of its role.\n${workflow}`
    : workflow;
}

/** A CircleCI configuration of one job. */
export function circleciConfigText(environments: readonly EnvironmentDraft[]): string {
  const branches = [...new Set(environments.flatMap((environment) => environment.branches))];
  const config = stringify(
    {
      version: 2.1,
      orbs: { 'deploy-action': 'org/deploy-action@1' },
      workflows: {
        deploy: {
          jobs: [
            { 'deploy-action/deploy': { context: 'deploy', filters: { branches: { only: branches } } } },
          ],
        },
      },
    },
    { lineWidth: 0 },
  );
  return `# The role of each environment stands in deploy.yml; the context gives the job its OIDC token.\n${config}`;
}

/** `develop` is staging: GitHub needs to know the environment before the job starts, so the branch says it. */
function environmentExpression(environments: readonly EnvironmentDraft[]): string {
  const [first, ...more] = environments;
  if (first === undefined) return 'production';
  if (more.length === 0) return first.name;
  const conditions = more.flatMap(({ name, branches }) =>
    branches.map((branch) => `github.ref_name == '${branch}' && '${name}'`),
  );
  return `\${{ ${conditions.join(' || ')} || '${first.name}' }}`;
}
