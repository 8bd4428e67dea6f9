import { buildVariable, isFreeVariable } from '../../rules/codebuild/build-variables.ts';
import type { Path } from '../issues.ts';
import type { BuildStepPlan, CodeBuildPlan } from '../plan.ts';
import type { EnvironmentConfig } from '../schema.ts';
import { report, type Draft } from './draft.ts';
import { HALF_AN_HOUR } from './rollout.ts';

export type BeforeDeploySection = NonNullable<EnvironmentConfig['before-deploy']>[number];
type Section = NonNullable<BeforeDeploySection['codebuild']>;

/** What stands where, for what is reported. */
interface Place {
  label: string;
  path: Path;
}

const AN_HOUR = 3600;

/** Where the image is built: on CodeBuild, or, undefined, with docker. */
export function imageBuilderOf(draft: Draft): CodeBuildPlan | undefined {
  const { builder, codebuild: section } = draft.sections.image ?? {};
  const place = { label: 'image.codebuild', path: draft.pathTo('image', 'codebuild') };
  if (builder !== 'codebuild') {
    if (section !== undefined && builder === undefined) {
      report(draft, '`image.codebuild` is given, but docker is what builds the image', {
        at: place.path,
        hint: 'Write `builder: codebuild` beside it, or leave it out.',
      });
    }
    return undefined;
  }
  if (section === undefined) {
    report(draft, '`image.codebuild` is missing', {
      at: draft.pathTo('image', 'builder'),
      hint: 'Name the project: `codebuild: { project: NAME }`.',
    });
    return undefined;
  }
  reportDockerOnly(draft);
  return codeBuildOf(draft, section, { place, timeoutSeconds: section.timeout ?? AN_HOUR });
}

/** What only docker on this machine can do would be ignored, and somebody meant it. */
function reportDockerOnly(draft: Draft): void {
  const { secrets, cache, 'build-args': buildArguments = {} } = draft.sections.image ?? {};
  if (secrets !== undefined && secrets.length > 0) {
    report(draft, '`image.secrets` cannot be handed to CodeBuild', {
      at: draft.pathTo('image', 'secrets'),
      hint: 'Keep them in Parameter Store or Secrets Manager and name them: `environment-variables: { NPM_TOKEN: "parameter-store:/shop/npm-token" }`.',
    });
  }
  if (cache === 'inline' || cache === 'gha') {
    report(draft, '`image.cache` has no effect on CodeBuild', {
      at: draft.pathTo('image', 'cache'),
      hint: 'Leave it out; the buildspec says what is cached.',
    });
  }
  for (const name of Object.keys(buildArguments).filter((known) => !isFreeVariable(known))) {
    report(draft, `build argument \`${name}\` cannot be handed to CodeBuild: the name is taken there`, {
      at: draft.pathTo('image', 'build-args', name),
      hint: 'Give it another name in the Dockerfile.',
    });
  }
}

/** A project that runs as a step of `before-deploy`. */
export function buildStepOf(
  draft: Draft,
  { codebuild: section, timeout, ...task }: BeforeDeploySection,
  { label, path }: Place,
): BuildStepPlan | undefined {
  if (section === undefined) return undefined;
  for (const key of Object.keys(task)) {
    report(draft, `\`${label}\` has both \`codebuild\` and \`${key}\``, {
      at: [...path, key],
      hint: `\`${key}\` is for a task on ECS: leave it out, or make two steps of it.`,
    });
  }
  const place = { label: `${label}.codebuild`, path: [...path, 'codebuild'] };
  const codebuild = codeBuildOf(draft, section, { place, timeoutSeconds: timeout ?? HALF_AN_HOUR });
  return codebuild && { codebuild };
}

function codeBuildOf(
  draft: Draft,
  section: Section,
  { place: { label, path }, timeoutSeconds }: { place: Place; timeoutSeconds: number },
): CodeBuildPlan | undefined {
  const { project, image, buildspec, privileged, bucket } = section;
  const computeType = section['compute-type'];
  const serviceRole = section['service-role'];
  const variables = Object.entries(section['environment-variables'] ?? {});
  for (const [name] of variables.filter(([known]) => !isFreeVariable(known))) {
    report(draft, `\`${label}.environment-variables\` sets \`${name}\`, a name that is taken`, {
      at: [...path, 'environment-variables', name],
      hint: 'CodeBuild sets CODEBUILD_… and AWS_… itself; IMAGE_… and DEPLOY_… of docs/codebuild.md are set for every build.',
    });
  }
  const isUpload = section.source === 'upload';
  if (isUpload !== (bucket !== undefined)) {
    report(
      draft,
      isUpload ? `\`${label}.bucket\` is missing` : `\`${label}.bucket\` is only for \`source: upload\``,
      {
        at: isUpload ? path : [...path, 'bucket'],
        hint: isUpload
          ? 'Name the S3 bucket that the checkout is handed over in: `bucket: NAME`.'
          : 'Write `source: upload` beside it, or leave it out.',
      },
    );
    return undefined;
  }
  return {
    project,
    variables: variables.map(([name, value]) => buildVariable(name, value)),
    ...(image === undefined ? {} : { image }),
    ...(computeType === undefined ? {} : { computeType }),
    ...(buildspec === undefined ? {} : { buildspec }),
    ...(serviceRole === undefined ? {} : { serviceRole }),
    ...(privileged === undefined ? {} : { privileged }),
    source: bucket === undefined ? { kind: 'project' } : { kind: 'upload', bucket },
    timeoutSeconds,
  };
}
