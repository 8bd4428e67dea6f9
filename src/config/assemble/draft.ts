import type { Problem } from '../../errors.ts';
import type { ConfigFile } from '../file.ts';
import type { InputName, Inputs } from '../inputs.ts';
import type { Path } from '../issues.ts';
import type { DeployConfig, EnvironmentConfig } from '../schema.ts';
import { VERIFY_KINDS } from '../schema/verify.ts';

export interface Sources {
  inputs: Inputs;
  /** Is this environment variable set? */
  hasEnvironmentVariable: (name: string) => boolean;
  /** An input that was given but is wrong counts as given: it is reported once, and not as missing too. */
  isGiven: (name: InputName) => boolean;
  /** Unknown when the branch decided nothing; where there is a file, it is known. */
  environment: string | undefined;
  file: ConfigFile | undefined;
}

export interface Draft extends Sources {
  /** The file's sections as this environment has them. */
  sections: EnvironmentConfig;
  /** The path in the file to one of them: the environment's own where it has one. */
  pathTo: (key: keyof EnvironmentConfig, ...rest: Path) => Path;
  problems: Problem[];
}

export function draftOf(sources: Sources): Draft {
  const { environment = '', file } = sources;
  const top = file?.config ?? {};
  const environments = file?.config?.environments ?? {};
  const own = (Object.hasOwn(environments, environment) ? environments[environment] : undefined) ?? {};
  return {
    ...sources,
    sections: override(top, own),
    pathTo: (key, ...rest) => [...(key in own ? ['environments', environment] : []), key, ...rest],
    problems: [],
  };
}

/** Sections are overridden key by key, build arguments name by name, lists as a whole. */
function override(top: Partial<DeployConfig>, own: EnvironmentConfig): EnvironmentConfig {
  return {
    ...own,
    image: imageOf(top.image, own.image),
    images: imagesOf(top.images, own.images),
    services: own.services ?? top.services,
    families: own.families ?? top.families,
    'before-deploy': own['before-deploy'] ?? top['before-deploy'],
    migrate:
      top.migrate === undefined && own.migrate === undefined ? undefined : { ...top.migrate, ...own.migrate },
    verify: overrideVerify(top.verify, own.verify),
    rollout: { ...top.rollout, ...own.rollout },
    schedules: own.schedules ?? top.schedules,
    notify: own.notify ?? top.notify,
    lint: { ...top.lint, ...own.lint },
    cookbooks:
      top.cookbooks === undefined && own.cookbooks === undefined
        ? undefined
        : { ...top.cookbooks, ...own.cookbooks },
  };
}

type ImageSection = NonNullable<EnvironmentConfig['image']>;

function imageOf(top: ImageSection | undefined, own: ImageSection | undefined): ImageSection | undefined {
  if (top === undefined && own === undefined) return undefined;
  return {
    ...top,
    ...own,
    'build-args': { ...top?.['build-args'], ...own?.['build-args'] },
    ...overrideCodebuild(top?.codebuild, own?.codebuild),
  };
}

type ImageCodebuild = NonNullable<ImageSection['codebuild']>;

/** Key by key as well, variables name by name: an environment may have its own project. */
function overrideCodebuild(
  top: ImageCodebuild | undefined,
  own: ImageCodebuild | undefined,
): { codebuild?: ImageCodebuild } {
  if (top === undefined || own === undefined) return {};
  const variables = { ...top['environment-variables'], ...own['environment-variables'] };
  return { codebuild: { ...top, ...own, 'environment-variables': variables } };
}

/** Key by key too, unless the environment verifies in another way: then only the time-out of the file still fits. */
function overrideVerify(
  top: EnvironmentConfig['verify'],
  own: EnvironmentConfig['verify'],
): EnvironmentConfig['verify'] {
  if (top === undefined || own === undefined) return own ?? top;
  const kindOf = (section: object) => VERIFY_KINDS.find((kind) => kind in section);
  const isAnother = kindOf(own) !== undefined && kindOf(own) !== kindOf(top);
  if (!isAnother) return { ...top, ...own };
  return { ...(top.timeout === undefined ? {} : { timeout: top.timeout }), ...own };
}

/** Those of the file in its order, then those that the environment alone has. */
function imagesOf(
  top: EnvironmentConfig['images'],
  own: EnvironmentConfig['images'],
): EnvironmentConfig['images'] {
  if (top === undefined && own === undefined) return undefined;
  const names = Object.keys({ ...top, ...own });
  return Object.fromEntries(names.map((name) => [name, imageOf(top?.[name], own?.[name]) ?? {}]));
}

/** Something that either the input or the file has to say; `key` is undefined where no file can say it yet. */
export function missing(draft: Draft, input: InputName, key: string | undefined, at: Path): void {
  const section = key?.split('.')[key.startsWith('environments.') ? 2 : 0] ?? input;
  if (draft.isGiven(input) || draft.file?.isBroken(section, draft.environment) === true) return;
  const inFile =
    key === undefined ? '' : `, or write \`${key}\` in ${draft.file?.path ?? '.github/deploy.yml'}`;
  report(draft, `\`${input}\` is missing`, { at, hint: `Give the input \`${input}\`${inFile}.` });
}

export function report(
  { file, problems }: Draft,
  message: string,
  { at, hint }: { at: Path; hint: string },
): void {
  const place = file === undefined ? {} : file.locate(at);
  problems.push({ code: file === undefined ? 'INPUT_INVALID' : 'CONFIG_INVALID', message, hint, ...place });
}
