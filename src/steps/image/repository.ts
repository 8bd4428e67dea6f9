import { DeployError, type AwsError } from '../../errors.ts';
import type { RegistryLogin, RepositoryName } from '../../ports/ecr.ts';
import {
  completeRegistry,
  ecrRegistry,
  parseImageReference,
  repositoryUri,
} from '../../rules/image/image-ref.ts';
import type { StepContext } from '../context.ts';

/** Where the images are, resolved for the signed-in account. */
export interface Repository {
  /** "registry/name" */
  uri: string;
  /** As ECR's calls want it. */
  ecr: RepositoryName;
  /** The account that holds it. */
  account: string;
  /** The region in the URI; that of the target for a bare name. */
  region: string;
  /** For docker: the same credential, under the host of `uri`. */
  login: RegistryLogin;
}

/** A bare name is a repository of the signed-in account; a full URI names its account and host itself. */
export async function resolveRepository(
  { ecr, region }: Pick<StepContext, 'ecr' | 'region'>,
  { image, account }: { image: { repository: string }; account: string },
): Promise<Repository> {
  const reference = parseImageReference(image.repository);
  if (reference === undefined || reference.tag !== undefined || reference.digest !== undefined) {
    throw new DeployError(
      'CONFIG_INVALID',
      `repository ${image.repository}: not the name of an ECR repository`,
      {
        hint: 'Write its name ("shop") or its full URI without a tag.',
      },
    );
  }
  const named = reference.registry === undefined ? undefined : ecrRegistry(reference.registry);
  const login = await ecr.login(named?.account);
  // ECR's password goes to ECR and to nobody else.
  if (reference.registry !== undefined && named === undefined && reference.registry !== login.registry) {
    throw new DeployError(
      'CONFIG_INVALID',
      `repository ${image.repository}: ${reference.registry} is not a registry of Amazon ECR`,
      {
        hint: `Write the name of a repository in account ${account}, or a URI such as ${login.registry}/${reference.repository}.`,
      },
    );
  }
  const complete = completeRegistry(reference, login.registry);
  return {
    uri: repositoryUri(complete),
    ecr: { name: reference.repository, ...(named === undefined ? {} : { registryId: named.account }) },
    account: named?.account ?? account,
    region: named?.region ?? region,
    login: { ...login, registry: complete.registry },
  };
}

export function repositoryNotFound(
  { region }: Pick<StepContext, 'region'>,
  repository: Repository,
  cause: AwsError,
): DeployError {
  const { name } = repository.ecr;
  const where = `account ${repository.account}, region ${region}`;
  const hint =
    repository.region === region
      ? `Create it: aws ecr create-repository --repository-name ${name} --region ${region} --image-tag-mutability IMMUTABLE`
      : `Its URI names region ${repository.region}, and this environment deploys in ${region}: use a repository there.`;
  return new DeployError('REPOSITORY_NOT_FOUND', `repository ${name}: not found in ${where}`, {
    hint,
    cause,
  });
}
