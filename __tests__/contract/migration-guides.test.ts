import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parseConfigFile } from '../../src/config/file.ts';
import { INPUTS } from '../../src/config/inputs.ts';
import { COMMANDS } from '../../src/config/plan.ts';
import { jsonSchema } from '../../src/config/schema.ts';
import { OUTPUTS } from '../../src/report/output-names.ts';

const GUIDES = ['aws-actions', 'circleci-orbs', 'command-line-tools'];
const text = (path: string) => readFileSync(path, 'utf8');
const folder = (guide: string) => join('examples', 'migrate', guide);

/** Names of inputs and parameters, as the versions in docs/comparison.md have them; a row may hold several. */
const MUST_HAVE: Record<string, string> = {
  'aws-actions': `aws-region role-to-assume aws-profile role-chaining audience role-duration-seconds
    role-session-name allowed-account-ids mask-aws-account-id output-credentials sts-endpoint
    registries registry-type mask-password skip-logout
    context file target build-args secrets secret-files ssh platforms cache-from cache-to tags push load provenance sbom
    task-definition task-definition-arn task-definition-family task-definition-revision container-name image
    environment-variables log-configuration-log-driver docker-labels command task-role-arn execution-role-arn env-files
    service cluster wait-for-service-stability wait-for-minutes wait-max-delay-seconds max-retries desired-count
    force-new-deployment enable-ecs-managed-tags propagate-tags keep-null-value-keys service-managed-ebs-volume
    codedeploy-appspec codedeploy-application codedeploy-deployment-group codedeploy-deployment-config
    run-task run-task-container-overrides run-task-security-groups run-task-subnets run-task-assign-public-IP
    run-task-capacity-provider-strategy run-task-launch-type run-task-started-by run-task-tags wait-for-task-stopped`,
  'circleci-orbs': `repo auth profile_name account_id region tag skip_when_tags_exist dockerfile path build_path
    extra_build_args platform push_image setup_remote_docker registry_login create_repo lifecycle_policy_path
    cluster service_name family container_image_name_updates container_env_var_updates container_secret_updates
    task_definition_json task_definition_tags force_new_deployment enable_circuit_breaker verify_revision_is_deployed
    max_poll_attempts poll_interval deployment_controller create_service desired_count
    task_definition overrides count launch_type subnet_ids security_group_ids wait_task_stopped exit_code_from rule_name`,
  'command-line-tools': `deploy diff verify rollback continue status wait register init run scale exec
    --cluster --container --task-definition --command --subnets --security-groups --fargate --timeout
    --enable-rollback --skip-check-deployments cron`,
};

/** What stands in backticks in the first column of the guide's tables. */
function namedIn(page: string): Set<string> {
  const cells = [...page.matchAll(/^\| (.*?) \|/gm)].map(([, cell = '']) => cell);
  return new Set(
    cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, name = '']) => name.split(' '))),
  );
}

/** `image.target`, `services[].container`: the keys of ours that the second column names. */
function keysNamedIn(page: string): string[] {
  return [...page.matchAll(/`((?:image|migrate|rollout|services\[\]|notify|cookbooks)\.[a-z.-]+)[`:]/g)].map(
    ([, key = '']) => key,
  );
}

interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
}

function isInSchema(schema: Schema, [first, ...rest]: string[]): boolean {
  if (first === undefined) return true;
  const key = first.replace('[]', '');
  const next =
    schema.properties?.[key] ?? schema.anyOf?.find((one) => one.properties?.[key])?.properties?.[key];
  if (next === undefined) return false;
  return isInSchema(first.endsWith('[]') ? (next.items ?? {}) : next, rest);
}

describe.each(GUIDES)('docs/migrate-from-%s.md', (guide) => {
  const page = text(`docs/migrate-from-${guide}.md`);
  const after = readdirSync(folder(guide)).filter((name) => name !== 'before.yml');

  it('says what becomes of every input', () => {
    const named = namedIn(page);
    const wanted = (MUST_HAVE[guide] ?? '').split(/\s+/).filter((name) => name !== '');
    expect(wanted.filter((name) => !named.has(name))).toEqual([]);
  });

  it('names keys that deploy.yml has', () => {
    const keys = keysNamedIn(page);
    expect(keys.length).toBeGreaterThan(3);
    expect(keys.filter((key) => !isInSchema(jsonSchema() as Schema, key.split('.')))).toEqual([]);
  });

  it('has a before and an after, both YAML, and shows both', () => {
    for (const name of ['before.yml', ...after]) {
      expect(Object.keys(parse(text(join(folder(guide), name))) as object)).not.toEqual([]);
      expect(page).toContain(`../${folder(guide)}/${name}`);
    }
  });

  it('ends in a deploy.yml that the schema takes', () => {
    const path = join(folder(guide), 'deploy.yml');
    expect(parseConfigFile(path, text(path)).problems).toEqual([]);
  });

  it('is shorter than what it replaces, although it deploys no less', () => {
    const lines = (name: string) =>
      text(join(folder(guide), name))
        .trim()
        .split('\n').length;
    const pipeline = after.find((name) => name !== 'deploy.yml') ?? '';
    expect(existsSync(join(folder(guide), pipeline))).toBe(true);
    expect(lines(pipeline)).toBeLessThan(lines('before.yml'));
  });
});

it('the guides name inputs, outputs and commands that exist', () => {
  const ours = new Set<string>([
    ...INPUTS.map(({ name }) => name),
    ...COMMANDS,
    ...OUTPUTS.map((output) => (typeof output === 'string' ? output : (output as { name: string }).name)),
  ]);
  const named = GUIDES.flatMap((guide) =>
    [...text(`docs/migrate-from-${guide}.md`).matchAll(/`((?:run|migration|service)-[a-z-]+)`/g)].map(
      ([, name = '']) => name,
    ),
  ).filter((name) => !/^(?:run-task-(?!role)|run-task$|service-managed)/.test(name));
  expect(named.filter((name) => !ours.has(name))).toEqual([]);
});
