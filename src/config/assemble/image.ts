import { posix } from 'node:path';
import type { ImagePlan } from '../plan.ts';
import { imageBuilderOf } from './codebuild.ts';
import { missing, report, type Draft } from './draft.ts';

export function imageOf(draft: Draft): ImagePlan | undefined {
  const { inputs } = draft;
  const image = draft.sections.image ?? {};
  const repository = inputs.repository ?? image.repository;
  if (repository === undefined) {
    missing(draft, 'repository', 'image.repository', draft.pathTo('image'));
    return undefined;
  }
  const context = image.context ?? '.';
  const codebuild = imageBuilderOf(draft);
  return {
    repository,
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
  };
}

/** For `build`, which asks no service what it runs. */
export function builtImageOf(draft: Draft): ImagePlan | undefined {
  if (draft.inputs.image === 'current') {
    report({ ...draft, file: undefined }, 'input `image` is `current`, and `build` knows no service', {
      at: [],
      hint: 'Leave `image` out to build or reuse, or give a tag or a digest that must exist.',
    });
  }
  return imageOf(draft);
}
