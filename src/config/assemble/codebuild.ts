import { buildVariable, isFreeVariable } from '../../rules/codebuild/build-variables.ts';
import type { Path } from '../issues.ts';
import type { BuildStepPlan, CodeBuildPlan } from '../image-plan.ts';
import type { EnvironmentConfig } from '../schema.ts';
import { report, type Draft } from './draft.ts';
import { HALF_AN_HOUR } from './rollout.ts';

export type BeforeDeploySection = NonNullable<EnvironmentConfig['before-deploy']>[number];
type ImageSection = NonNullable<EnvironmentConfig['image']>;
type Section = NonNullable<BeforeDeploySection['codebuild']>;

/** What stands where, for what is reported. */
interface Place {
  label: string;
  path: Path;
}

const AN_HOUR = 3600;

/** Where the image is built: on CodeBuild, or, undefined, with docker. */
export function imageBuilderOf(
  draft: Draft,
  image: ImageSection,
  name: string | undefined,
): CodeBuildPlan | undefined {
  const { builder, codebuild: section } = image;
  const owner = placeOf(draft, name);
  const place = { label: `${owner.label}.codebuild`, path: [...owner.path, 'codebuild'] };
  if (builder !== 'codebuild') {
    if (section !== undefined && builder === undefined) {
      report(draft, `\`${place.label}\` is given, but docker is what builds the image`, {
        at: place.path,
        hint: 'Write `builder: codebuild` beside it, or leave it out.',
      });
    }
    return undefined;
  }
  if (section === undefined) {
    report(draft, `\`${place.label}\` is missing`, {
      at: [...owner.path, 'builder'],
      hint: 'Name the project: `codebuild: { project: NAME }`.',
    });
    return undefined;
  }
  reportDockerOnly(draft, image, owner);
  return codeBuildOf(draft, section, { place, timeoutSeconds: section.timeout ?? AN_HOUR });
}

/** `image`, or one of `images`. */
function placeOf(draft: Draft, name: string | undefined): Place {
  return name === undefined
    ? { label: 'image', path: draft.pathTo('image') }
    : { label: `images.${name}`, path: draft.pathTo('images', name) };
}

/** What only docker on this machine can do would be ignored, and somebody meant it. */
function reportDockerOnly(draft: Draft, image: ImageSection, { label, path }: Place): void {
  const { secrets, cache, 'build-args': buildArguments = {} } = image;
  if (secrets !== undefined && secrets.length > 0) {
    report(draft, `\`${label}.secrets\` cannot be handed to CodeBuild`, {
      at: [...path, 'secrets'],
      hint: 'Keep them in Parameter Store or Secrets Manager and name them: `environment-variables: { NPM_TOKEN: "parameter-store:/shop/npm-token" }`.',
    });
  }
  if (cache === 'inline' || cache === 'gha') {
    report(draft, `\`${label}.cache\` has no effect on CodeBuild`, {
      at: [...path, 'cache'],
      hint: 'Leave it out; the buildspec says what is cached.',
    });
  }
  for (const name of Object.keys(buildArguments).filter((known) => !isFreeVariable(known))) {
    report(draft, `build argument \`${name}\` cannot be handed to CodeBuild: the name is taken there`, {
      at: [...path, 'build-args', name],
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
