import { KEY_VARIABLE } from './build-key.ts';

/** A variable of a build; its value is a text, or the name of a parameter or secret that CodeBuild reads itself. */
export interface BuildVariable {
  name: string;
  value: string;
  type: 'PLAINTEXT' | 'PARAMETER_STORE' | 'SECRETS_MANAGER';
}

/** What an image's build is told. */
export interface ImageBuild {
  /** "registry/name" */
  uri: string;
  tag: string;
  commit: string;
  context: string;
  dockerfile: string;
  target?: string;
  platform?: string;
  buildArguments: Readonly<Record<string, string>>;
}

const REFERENCES = { 'parameter-store:': 'PARAMETER_STORE', 'secrets-manager:': 'SECRETS_MANAGER' } as const;

/** A variable as the file has it: "parameter-store:NAME" and "secrets-manager:ID[:KEY…]" are read by CodeBuild, not by us. */
export function buildVariable(name: string, text: string): BuildVariable {
  for (const [prefix, type] of Object.entries(REFERENCES)) {
    if (text.startsWith(prefix)) return { name, value: text.slice(prefix.length), type };
  }
  return { name, value: text, type: 'PLAINTEXT' };
}

/**
 * Every variable that a build of an image gets from us, and no other: nothing of the job's own environment goes to
 * CodeBuild, where everybody with read access sees it. `IMAGE_BUILD_ARGS` names the build arguments without their
 * values, which docker takes from the environment, so that no value has to be quoted.
 */
export function imageVariables(build: ImageBuild): BuildVariable[] {
  const { uri, tag, commit, context, dockerfile, target, platform, buildArguments } = build;
  const names = Object.keys(buildArguments);
  return plain({
    IMAGE_REPOSITORY: uri,
    IMAGE_REGISTRY: uri.slice(0, uri.indexOf('/')),
    IMAGE_TAG: tag,
    IMAGE_COMMIT_TAG: `sha-${commit}`,
    IMAGE_CONTEXT: context,
    IMAGE_DOCKERFILE: dockerfile,
    ...(names.length === 0 ? {} : { IMAGE_BUILD_ARGS: names.map((name) => `--build-arg ${name}`).join(' ') }),
    ...(target === undefined ? {} : { IMAGE_TARGET: target }),
    ...(platform === undefined ? {} : { IMAGE_PLATFORM: platform }),
    DEPLOY_COMMIT: commit,
    ...buildArguments,
  });
}

/** What every build gets: the key that finds it again. */
export function keyVariable(key: string): BuildVariable {
  return { name: KEY_VARIABLE, value: key, type: 'PLAINTEXT' };
}

/** Our names as variables; `plain` ones can be seen in the console. */
export function plain(values: Readonly<Record<string, string>>): BuildVariable[] {
  return Object.entries(values).map(([name, value]) => ({ name, value, type: 'PLAINTEXT' }));
}

/** Taken by CodeBuild and its images, or by us (AWS CodeBuild user guide, environment variables). */
const TAKEN =
  /^(?:CODEBUILD_.*|AWS_.*|IMAGE_(?:REPOSITORY|REGISTRY|TAG|COMMIT_TAG|CONTEXT|DOCKERFILE|BUILD_ARGS|TARGET|PLATFORM)|DEPLOY_(?:COMMIT|ENVIRONMENT|ACTION_KEY)|PATH|HOME|USER|SHELL)$/;

/** May the file set a variable of this name? AWS_REGION and its like are set by CodeBuild. */
export function isFreeVariable(name: string): boolean {
  return !TAKEN.test(name);
}
