import { posix } from 'node:path';
import { shown } from '../../rules/input/parsed.ts';
import type { Path } from '../issues.ts';
import type { ImagePlan, ImagePlans } from '../image-plan.ts';
import type { ServicePlan } from '../plan.ts';
import type { EnvironmentConfig } from '../schema.ts';
import { imageBuilderOf } from './codebuild.ts';
import { missing, report, type Draft } from './draft.ts';

type ImageSection = NonNullable<EnvironmentConfig['image']>;

/** The one image of `image` and the inputs, or those of the map `images`. */
export function imagesOf(draft: Draft): ImagePlans | undefined {
  const { inputs, sections } = draft;
  if (sections.images === undefined) {
    const image = sections.image ?? {};
    const repository = inputs.repository ?? image.repository;
    if (repository === undefined) {
      missing(draft, 'repository', 'image.repository', draft.pathTo('image'));
      return undefined;
    }
    return [imageOf(draft, image, repository)];
  }
  reportClashes(draft);
  const plans = Object.entries(sections.images).flatMap(([name, image]) => {
    if (image.repository !== undefined) return [imageOf(draft, image, image.repository, name)];
    report(draft, `\`images.${name}.repository\` is missing`, {
      at: draft.pathTo('images', name),
      hint: 'Write the name of its ECR repository, or its full URI.',
    });
    return [];
  });
  const [first, ...more] = plans;
  return first && [first, ...more];
}

/** For `build`, which asks no service what it runs. */
export function builtImagesOf(draft: Draft): ImagePlans | undefined {
  if (draft.inputs.image === 'current') {
    report({ ...draft, file: undefined }, 'input `image` is `current`, and `build` knows no service', {
      at: [],
      hint: 'Leave `image` out to build or reuse, or give a tag or a digest that must exist.',
    });
  }
  return imagesOf(draft);
}

/** What names one image of the map, and where it stands. */
export interface ImageUse {
  image: string | undefined;
  /** As a person would call the place: "services[1]", "migrate". */
  label: string;
  at: Path;
}

/** Names that are not in the map. */
export function reportUnknownImages(draft: Draft, uses: readonly ImageUse[]): void {
  const names = Object.keys(draft.sections.images ?? {});
  for (const { image, label, at } of uses) {
    if (image === undefined || names.includes(image)) continue;
    report(draft, `\`${label}.image\` names ${shown(image)}, which is not one of \`images\``, {
      at,
      hint:
        names.length === 0
          ? 'The file has one image, or none: leave `image` out here, or name several under `images`.'
          : `There are: ${names.join(', ')}.`,
    });
  }
}

function reportClashes(draft: Draft): void {
  const { inputs, sections } = draft;
  if (sections.image !== undefined) {
    report(draft, '`image` and `images` exclude each other', {
      at: draft.pathTo('images'),
      hint: 'Write the image of `image` into `images` too, under a name of its own.',
    });
  }
  if (inputs.repository !== undefined) {
    report(draft, 'input `repository` names one repository, and the file has `images`', {
      at: draft.pathTo('images'),
      hint: 'Leave the input out: each of the `images` names its repository.',
    });
  }
  const isDigest = typeof inputs.image === 'object' && 'digest' in inputs.image;
  if (isDigest && Object.keys(sections.images ?? {}).length > 1) {
    report(draft, 'input `image` is the digest of one image, and the file has several', {
      at: draft.pathTo('images'),
      hint: 'Give a tag that each of their repositories has, or `current`.',
    });
  }
}

/** A scan of ECR takes seconds, and minutes where many images come at once. */
const SCAN_TIMEOUT_SECONDS = 600;

function imageOf(draft: Draft, image: ImageSection, repository: string, name?: string): ImagePlan {
  const { inputs } = draft;
  const context = image.context ?? '.';
  const codebuild = imageBuilderOf(draft, image, name);
  return {
    ...(name === undefined ? {} : { name }),
    repository,
    ...(image['copy-from'] === undefined ? {} : { copyFrom: image['copy-from'] }),
    ...(inputs.image === undefined ? {} : { use: inputs.image }),
    context,
    dockerfile: image.dockerfile ?? posix.join(context, 'Dockerfile'),
    ...(image.target === undefined ? {} : { target: image.target }),
    ...(image.platform === undefined ? {} : { platform: image.platform }),
    buildArguments: image['build-args'] ?? {},
    secrets: image.secrets ?? [],
    cache: image.cache ?? 'registry',
    ...(codebuild === undefined ? {} : { codebuild }),
    reuse: image.reuse ?? { mode: 'content' },
    ...(image.scan === undefined
      ? {}
      : {
          scan: {
            failOn: image.scan['fail-on'],
            timeoutSeconds: image.scan.timeout ?? SCAN_TIMEOUT_SECONDS,
          },
        }),
  };
}

/** Every place of the file that names one of the images. */
export function imageUses(draft: Draft): ImageUse[] {
  const { services = [], families = [], 'before-deploy': tasks = [], migrate } = draft.sections;
  const use = (
    key: keyof EnvironmentConfig,
    entry: string | { image?: string | undefined },
    index?: number,
  ) => {
    const rest = index === undefined ? [] : [index];
    return {
      image: typeof entry === 'string' ? undefined : entry.image,
      label: index === undefined ? key : `${key}[${index}]`,
      at: draft.pathTo(key, ...rest, 'image'),
    };
  };
  return [
    ...services.map((entry, index) => use('services', entry, index)),
    ...families.map((entry, index) => use('families', entry, index)),
    ...tasks.map((entry, index) => use('before-deploy', entry, index)),
    ...(migrate === undefined ? [] : [use('migrate', migrate)]),
  ];
}

/** For `run`: the repository that tells which container of the service is ours; undefined where that is open. */
export function runRepository(
  { inputs, sections }: Draft,
  [service]: readonly ServicePlan[],
): string | undefined {
  const named = service?.image === undefined ? undefined : sections.images?.[service.image];
  const [first] = Object.values(sections.images ?? {});
  return inputs.repository ?? named?.repository ?? first?.repository ?? sections.image?.repository;
}
