import type { ImageScan } from '../rules/image/scan-verdict.ts';

/** The calls to ECR that the steps make. Every call rejects with `AwsError`. */
export interface Ecr {
  /** The image behind a tag or digest; undefined when the repository has none. */
  describeImage(
    repository: RepositoryName,
    image: { tag: string } | { digest: string },
  ): Promise<EcrImage | undefined>;
  /** User, password and registry host, for a private DOCKER_CONFIG. The adapter masks the password. */
  login(registryId?: string): Promise<RegistryLogin>;
  /** What the repository is set to; undefined where that may not be read (it is not needed for a deploy). */
  describeRepository(
    repository: RepositoryName,
  ): Promise<{ uri: string; immutableTags: boolean } | undefined>;
  /** The text of the lifecycle policy; undefined where the repository has none. */
  lifecyclePolicy(repository: RepositoryName): Promise<string | undefined>;
  /** The platforms of an image, "linux/amd64", from its index or its configuration; undefined where it does not say. */
  platforms(repository: RepositoryName, digest: string): Promise<string[] | undefined>;
  /** What the scan of an image found so far; undefined where ECR knows no scan of it. */
  describeImageScanFindings(repository: RepositoryName, digest: string): Promise<ImageScan | undefined>;
}

/** A repository in a registry; `registryId` is the account, the caller's own when absent. */
export interface RepositoryName {
  name: string;
  registryId?: string;
}

export interface EcrImage {
  /** "sha256:…" */
  digest: string;
  tags: readonly string[];
  pushedAt?: Date;
}

export interface RegistryLogin {
  /** Host (and port) as docker wants it: "111111111111.dkr.ecr.ap-northeast-1.amazonaws.com". */
  registry: string;
  username: string;
  password: string;
}
