import type { InitDraft } from './draft.ts';
import {
  assignments,
  commaList,
  isFilledIn,
  overriddenCommand,
  textIn,
  type Section,
} from './yaml-values.ts';

/** A step: its `with`, and what it is called in notes. */
export interface ActionStep {
  uses: string;
  inputs: Section;
}

type Reader = (step: ActionStep) => Partial<InitDraft>;

/** What each action of the chain says, and the inputs of it that have no counterpart (docs/migrate-from-aws-actions.md). */
const READERS: readonly { action: RegExp; read: Reader; lost: readonly string[] }[] = [
  {
    action: /^aws-actions\/configure-aws-credentials@/,
    read: () => ({}),
    lost: [
      'role-external-id',
      'role-session-name',
      'inline-session-policy',
      'managed-session-policies',
      'custom-tags',
      'transitive-tag-keys',
      'http-proxy',
      'no-proxy',
      'mask-aws-account-id',
      'aws-access-key-id',
      'aws-profile',
    ],
  },
  {
    action: /^docker\/build-push-action@/,
    read: readBuild,
    lost: [
      'add-hosts',
      'allow',
      'annotations',
      'build-contexts',
      'labels',
      'network',
      'pull',
      'shm-size',
      'ssh',
      'secret-files',
      'ulimit',
      'provenance',
      'sbom',
      'attests',
    ],
  },
  {
    action: /^aws-actions\/amazon-ecs-render-task-definition@/,
    read: readRender,
    lost: [
      'environment-variables',
      'secrets',
      'env-files',
      'command',
      'docker-labels',
      'log-configuration-log-driver',
      'log-configuration-options',
      'task-role-arn',
      'execution-role-arn',
    ],
  },
  {
    action: /^aws-actions\/amazon-ecs-deploy-task-definition@/,
    read: readDeploy,
    lost: [
      'desired-count',
      'run-task-tags',
      'run-task-managed-ebs-volume',
      'codedeploy-appspec',
      'codedeploy-application',
      'codedeploy-deployment-group',
    ],
  },
  {
    action: /^aws-actions\/aws-codebuild-run-build@/,
    read: readCodeBuild,
    lost: [
      'env-vars-for-codebuild',
      'buildspec-override',
      'compute-type-override',
      'image-override',
      'source-location-override',
      'artifacts-type-override',
    ],
  },
];

/** Actions whose work is done without a word, or that can stay as they are. */
const NOTHING_TO_SAY =
  /^(?:actions\/checkout|aws-actions\/amazon-ecr-login|docker\/setup-(?:buildx|qemu)-action|docker\/metadata-action|actions\/cache)@/;

/** What the step of an action says of a deploy, and in notes what of it is lost. */
export function readAction(step: ActionStep): Partial<InitDraft> {
  const reader = READERS.find(({ action }) => action.test(step.uses));
  if (reader === undefined) {
    return NOTHING_TO_SAY.test(step.uses)
      ? {}
      : { notes: [`The step \`${step.uses}\` is not carried over; keep it if it is still needed.`] };
  }
  const name = step.uses.replace(/@.*$/, '');
  const lost = reader.lost.filter((input) => textIn(step.inputs, input) !== undefined);
  const draft = reader.read(step);
  return {
    ...draft,
    notes: [
      ...(draft.notes ?? []),
      ...lost.map(
        (input) => `\`${input}\` of ${name} has no counterpart: see docs/migrate-from-aws-actions.md.`,
      ),
    ],
  };
}

function readBuild({ inputs }: ActionStep): Partial<InitDraft> {
  const context = textIn(inputs, 'context');
  const dockerfile = textIn(inputs, 'file');
  const target = textIn(inputs, 'target');
  const [platform, ...more] = commaList(textIn(inputs, 'platforms'));
  const buildArguments = assignments(textIn(inputs, 'build-args') ?? '');
  const secrets = Object.values(assignments(textIn(inputs, 'secret-envs') ?? ''));
  const repository = commaList(textIn(inputs, 'tags')?.replaceAll('\n', ',')).flatMap(repositoryOfTag)[0];
  const dynamic = Object.entries(buildArguments).filter(([, value]) => isFilledIn(value));
  return {
    ...(repository === undefined ? {} : { repository }),
    image: {
      ...(context === undefined || context === '.' ? {} : { context: plainPath(context) }),
      ...(dockerfile === undefined ? {} : { dockerfile: plainPath(dockerfile) }),
      ...(target === undefined ? {} : { target }),
      ...(platform === undefined || more.length > 0 ? {} : { platform }),
      ...(Object.keys(buildArguments).length === 0
        ? {}
        : {
            buildArguments: Object.fromEntries(
              Object.entries(buildArguments).filter(([, value]) => !isFilledIn(value)),
            ),
          }),
      ...(secrets.length === 0 ? {} : { secrets }),
    },
    notes: [
      ...(more.length > 0
        ? ['One platform is built: that of the task definition, or `image.platform`.']
        : []),
      ...dynamic.map(
        ([name]) =>
          `The build argument ${name} is filled in by the workflow: deploy.yml has plain text only.`,
      ),
    ],
  };
}

/** `…/shop:TAG` names shop; what stands before it is the registry. */
function repositoryOfTag(tag: string): string[] {
  const withoutTag = tag.replace(/:(?:\$\{\{[^]*\}\}|[\w.${}-]+)$/, '');
  const host = /^(?:\$\{\{[^}]*\}\}|[\w.-]+\.amazonaws\.com(?:\.cn)?)\//;
  const name = withoutTag.replace(host, '');
  return /^[a-z0-9][a-z0-9._/-]*$/.test(name) ? [name] : [];
}

function readRender({ inputs }: ActionStep): Partial<InitDraft> {
  const file = textIn(inputs, 'task-definition');
  const container = textIn(inputs, 'container-name');
  const service = {
    name: '',
    ...(container === undefined || isFilledIn(container) ? {} : { container }),
    ...(file === undefined || isFilledIn(file) ? {} : { taskDefinition: plainPath(file) }),
  };
  return { services: [service] };
}

function readDeploy({ inputs }: ActionStep): Partial<InitDraft> {
  const service = textIn(inputs, 'service');
  const minutes = Number(textIn(inputs, 'wait-for-minutes') ?? NaN);
  const overrides = textIn(inputs, 'run-task-container-overrides');
  const migrate = overrides === undefined ? undefined : overriddenCommand(overrides);
  const file = textIn(inputs, 'task-definition');
  const runs = textIn(inputs, 'run-task') === 'true';
  return {
    services:
      service === undefined || isFilledIn(service)
        ? []
        : [
            {
              name: service,
              ...(file === undefined || isFilledIn(file) ? {} : { taskDefinition: plainPath(file) }),
            },
          ],
    ...(Number.isFinite(minutes) ? { rolloutTimeout: minutes * 60 } : {}),
    ...(migrate === undefined ? {} : { migrate }),
    notes: [
      ...(service !== undefined && isFilledIn(service)
        ? ['The service is filled in by the workflow: write its name under `services`.']
        : []),
      ...(runs && migrate === undefined
        ? [
            'A task is run before the rollout, but its command could not be read: write it as `migrate.command`.',
          ]
        : []),
    ],
  };
}

function readCodeBuild({ inputs }: ActionStep): Partial<InitDraft> {
  const project = textIn(inputs, 'project-name');
  return project === undefined || isFilledIn(project)
    ? {
        notes: ['The CodeBuild project is filled in by the workflow: write it as `image.codebuild.project`.'],
      }
    : {
        image: { codebuildProject: project },
        notes: [
          'The CodeBuild project must push the image under the tag that it is given: see docs/codebuild.md.',
        ],
      };
}

function plainPath(path: string): string {
  return path.replace(/^\.\//, '');
}
