import { DeployError, type Outcome } from '../errors.ts';
import type { InitPlan } from '../config/plan.ts';
import type { Aws } from '../ports/aws.ts';
import type { Files } from '../ports/files.ts';
import type { Log } from '../report/log.ts';
import type { RunReport } from '../report/run-report.ts';
import { deployConfigText } from '../rules/init/deploy-config.ts';
import type { InitDraft } from '../rules/init/draft.ts';
import { finished, mergeDrafts } from '../rules/init/merge-drafts.ts';
import { circleciConfigText, githubWorkflowText } from '../rules/init/pipeline.ts';
import { deployPolicy, type DeployResources } from '../rules/init/permission-policy.ts';
import { readChain, type Chain } from '../rules/init/read-chain.ts';
import { roleFiles } from '../rules/init/role-files.ts';
import { circleciTrustPolicy, githubTrustPolicy } from '../rules/init/role-trust.ts';
import { shown } from '../rules/input/parsed.ts';
import { readLive } from '../steps/init/read-live.ts';
import { writeNew, type NewFile } from '../steps/init/write-new.ts';

export interface InitContext {
  connectAws: () => Promise<Pick<Aws, 'ecs' | 'identity' | 'region'>>;
  files: Pick<Files, 'read' | 'create'>;
  log: Log;
  report: RunReport;
}

/**
 * Writes deploy.yml, the pipeline and the role for services that run already, or for what another tool deploys now.
 * Only local files are written, and none that exists is touched.
 */
export async function init(plan: InitPlan, context: InitContext): Promise<Outcome> {
  const chain = await chainChapter(plan, context);
  const live = await liveChapter(plan, context, chain?.draft);
  const draft = finished(mergeDrafts([given(plan), chain?.draft ?? {}, live?.draft ?? {}]));
  const kind = chain?.kind === 'circleci' ? 'circleci' : 'github';
  const notes = [...draft.notes, ...nextSteps(plan, draft, kind, live !== undefined)];

  return context.log.step('init', 'Write the files', async (step) => {
    const role = live === undefined ? [] : roleOf(plan, draft, live.resources, kind);
    const files = await writeNew(context, [...pipelineOf(draft, kind), ...role]);
    const told = (context.report.init ??= { files: [], notes: [] });
    told.notes.push(...notes);
    for (const note of notes) context.log.info(`To do: ${note}`);
    const written = files.filter(({ state }) => state === 'written');
    step.finish(
      written.length === 0 ? 'Nothing written: every file exists' : `${written.length} files written`,
    );
    return written.length === 0 ? 'no-change' : 'completed';
  });
}

/** The file of another tool, where one was named. */
async function chainChapter(
  { from }: InitPlan,
  { files, log }: InitContext,
): Promise<{ kind: Chain; draft: InitDraft } | undefined> {
  if (from === undefined) return undefined;
  return log.step('read-chain', `Read ${from}`, async (step) => {
    const text = await files.read(from);
    if (text === undefined) {
      throw new DeployError('INIT_SOURCE_UNREADABLE', `${shown(from)} does not exist`, {
        hint: 'The input `from` is a path in the checkout.',
      });
    }
    const read = readChain(from, text);
    if (read === undefined) {
      throw new DeployError('INIT_SOURCE_UNREADABLE', `${shown(from)} is nothing that can be read`, {
        hint: 'Name a GitHub workflow, a CircleCI configuration, an ecspresso.yml, or a shell script that calls ecspresso, ecs-deploy, ecs-task or ecs-goploy.',
      });
    }
    const names = read.draft.services.map(({ name }) => name).filter((name) => name !== '');
    step.finish(`${read.kind}: ${names.length === 0 ? 'no service' : names.join(', ')}`);
    return read;
  });
}

/** The services as they run. With another tool's file AWS is asked where it can be; without one, it has to be. */
async function liveChapter(plan: InitPlan, context: InitContext, chain: InitDraft | undefined) {
  const named = chain?.services.map(({ name }) => name).filter((name) => name !== '') ?? [];
  const names: readonly string[] = plan.services ?? named;
  const [first, ...more] = names;
  const environment =
    chain?.environments.find(({ name }) => name === plan.environment) ?? chain?.environments[0];
  const cluster = plan.cluster ?? environment?.cluster;
  if (first === undefined || cluster === undefined) {
    if (chain !== undefined) return undefined;
    throw new DeployError(
      'INPUT_INVALID',
      `${cluster === undefined ? '`cluster`' : '`services`'} is missing`,
      {
        hint: 'Name what runs: --cluster production --services web,worker. Or name what deploys it now: --from .github/workflows/deploy.yml.',
      },
    );
  }
  const repository = plan.repository ?? chain?.repository;
  const name = plan.environment ?? environment?.name;
  return context.log.step('services', `Read the services of cluster ${cluster}`, async (step) => {
    try {
      const answer = await readLive(
        { ...(await context.connectAws()) },
        {
          cluster,
          services: [first, ...more],
          ...(repository === undefined ? {} : { repository }),
          ...(name === undefined ? {} : { environment: name }),
        },
      );
      step.finish(`${[first, ...more].join(', ')} in cluster ${cluster}`);
      return answer;
    } catch (thrown) {
      if (chain === undefined || !(thrown instanceof Error)) throw thrown;
      step.skip(`Not read: ${thrown.message}`);
      return undefined;
    }
  });
}

/** What the command line says counts before everything that was read. */
function given({ repository, migrate }: InitPlan): Partial<InitDraft> {
  return {
    ...(repository === undefined ? {} : { repository }),
    ...(migrate === undefined ? {} : { migrate: { command: migrate } }),
  };
}

function pipelineOf(draft: InitDraft, kind: 'github' | 'circleci'): NewFile[] {
  const { environments } = draft;
  return kind === 'github'
    ? [
        { paths: ['.github/deploy.yml'], text: (path) => deployConfigText(draft, path) },
        {
          paths: ['.github/workflows/deploy.yml', '.github/workflows/deploy-action.yml'],
          text: () => githubWorkflowText(environments),
        },
      ]
    : [
        { paths: ['.circleci/deploy.yml'], text: (path) => deployConfigText(draft, path) },
        {
          paths: ['.circleci/config.yml', '.circleci/config.deploy-action.yml'],
          text: () => circleciConfigText(environments),
        },
      ];
}

function roleOf(
  plan: InitPlan,
  draft: InitDraft,
  resources: DeployResources,
  kind: 'github' | 'circleci',
): NewFile[] {
  const environment =
    plan.environment ??
    draft.environments.find(({ cluster }) => cluster === resources.cluster)?.name ??
    'production';
  const { partition, account } = resources;
  const repository = plan.githubRepository ?? 'OWNER/REPOSITORY';
  const trust =
    kind === 'circleci'
      ? circleciTrustPolicy({ partition, account })
      : githubTrustPolicy({ partition, account, repository, environment });
  return roleFiles({ environment, trust, policy: deployPolicy(resources) }).map(({ path, text }) => ({
    paths: [path],
    text: () => text,
  }));
}

/** What a person has to do that no file can say. */
function nextSteps(
  { githubRepository }: InitPlan,
  draft: InitDraft,
  kind: 'github' | 'circleci',
  isRead: boolean,
): string[] {
  const named = githubRepository ?? 'OWNER/REPOSITORY';
  const ids =
    kind === 'github'
      ? `Put the ids into the trust policy: gh api repos/${named} --jq '.owner.id, .id'`
      : 'Put the ids of the organization and the project into the trust policy (CircleCI, Project Settings, Overview).';
  const role =
    kind === 'github'
      ? 'Create the role (deploy-role/), and set its ARN as the variable DEPLOY_ROLE of the GitHub environment.'
      : 'Create the role (deploy-role/), and write its ARN as `role` of the environment in deploy.yml.';
  return [
    ...(draft.repository === undefined ? ['Write the ECR repository as `image.repository`.'] : []),
    ...(draft.services.length === 0 ? ['Write the services under `services`.'] : []),
    ...(draft.environments.some(({ cluster }) => cluster === undefined)
      ? ['Write the cluster of each environment.']
      : []),
    ...(draft.migrate === undefined
      ? ['Where there is a migration, write it: `migrate: { command: […] }`.']
      : []),
    ...(isRead
      ? [ids, role]
      : ['For the role, run `init` once more where AWS can be asked: --cluster … --services …']),
    'Look before you deploy: deploy-action plan',
  ];
}
