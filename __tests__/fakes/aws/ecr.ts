import type { Agenda } from './agenda.ts';
import type { Names } from './names.ts';
import { AwsException, defined, type Operations, seconds } from './wire.ts';

interface StoredImage {
  digest: string;
  tags: string[];
  pushedAt: number;
  sizeInBytes: number;
  /** "linux/amd64"; several stand in an index. */
  platforms: readonly string[];
  /** What DescribeImageScanFindings answers, one after the other, the last one again and again. */
  scans?: object[];
}

interface Repository {
  name: string;
  registryId: string;
  immutableTags: boolean;
  createdAt: number;
  images: StoredImage[];
  lifecyclePolicy?: string;
}

interface ImageId {
  imageTag?: string;
  imageDigest?: string;
}

export const REGISTRY_PASSWORD = 'registry-password-of-the-fake';
const TOKEN_LIFE_SECONDS = 12 * 3600;

/** Amazon ECR: repositories and the images in them. */
export class FakeEcr {
  readonly #names: Names;
  readonly #agenda: Agenda;
  readonly #repositories: Repository[] = [];
  /** A missing image is an empty list, as on MiniStack, and no ImageNotFoundException. */
  answersMissingWithEmptyList = false;

  constructor(names: Names, agenda: Agenda) {
    this.#names = names;
    this.#agenda = agenda;
  }

  addRepository(
    name: string,
    {
      immutableTags = false,
      registryId = this.#names.account,
    }: { immutableTags?: boolean; registryId?: string } = {},
  ): void {
    this.#repositories.push({
      name,
      registryId,
      immutableTags,
      createdAt: seconds(this.#agenda.now),
      images: [],
    });
  }

  /** What a lifecycle rule does. */
  removeImage(repositoryName: string, digest: string): void {
    const repository = this.#existing(repositoryName, undefined);
    repository.images = repository.images.filter((image) => image.digest !== digest);
  }

  /** What a push does: moves the tags to the image, or refuses where tags are immutable. */
  putImage(
    repositoryName: string,
    {
      digest,
      tags = [],
      pushedAt,
      registryId,
      platforms = ['linux/amd64'],
    }: {
      digest: string;
      tags?: readonly string[];
      pushedAt?: Date;
      registryId?: string;
      platforms?: readonly string[];
    },
  ): void {
    const repository = this.#existing(repositoryName, registryId);
    for (const tag of tags) {
      const holder = repository.images.find((image) => image.tags.includes(tag));
      if (holder === undefined || holder.digest === digest) continue;
      if (repository.immutableTags) {
        throw new AwsException(
          'ImageTagAlreadyExistsException',
          `The image tag '${tag}' already exists and is immutable.`,
        );
      }
      holder.tags = holder.tags.filter((other) => other !== tag);
    }
    const known = repository.images.find((image) => image.digest === digest);
    if (known !== undefined) known.tags = [...new Set([...known.tags, ...tags])];
    else {
      repository.images.push({
        digest,
        tags: [...tags],
        pushedAt: seconds(pushedAt?.getTime() ?? this.#agenda.now),
        sizeInBytes: 27_000_000,
        platforms,
      });
    }
  }

  setLifecyclePolicy(repositoryName: string, policy: object): void {
    this.#existing(repositoryName, undefined).lifecyclePolicy = JSON.stringify(policy);
  }

  /** How the scan of an image goes on: each answer once, the last one for good. Without any, ECR knows no scan. */
  setScans(repositoryName: string, digest: string, scans: readonly object[]): void {
    const image = this.#existing(repositoryName, undefined).images.find((one) => one.digest === digest);
    if (image !== undefined) image.scans = [...scans];
  }

  /** What is behind a link that GetDownloadUrlForLayer gave. */
  download(url: string): string {
    const platform = new URL(url).searchParams.get('platform') ?? '';
    const [os, architecture] = platform.split('/');
    return JSON.stringify({ os, architecture, config: {}, rootfs: { type: 'layers', diff_ids: [] } });
  }

  /** "ACCOUNT.dkr.ecr.REGION.amazonaws.com" */
  get registry(): string {
    return this.#registryOf(this.#names.account);
  }

  readonly operations: Operations = {
    DescribeImages: ({
      repositoryName = '',
      registryId,
      imageIds,
    }: {
      repositoryName?: string;
      registryId?: string;
      imageIds?: ImageId[];
    }) => {
      const { images, ...repository } = this.#existing(repositoryName, registryId);
      const wanted = imageIds?.map((id) => ({ id, image: images.find((image) => isMeant(id, image)) }));
      const missing = wanted?.find(({ image }) => image === undefined);
      if (missing !== undefined && !this.answersMissingWithEmptyList) {
        const { imageDigest = 'null', imageTag = 'null' } = missing.id;
        throw new AwsException(
          'ImageNotFoundException',
          `The image with imageId {imageDigest:'${imageDigest}', imageTag:'${imageTag}'} does not exist within the repository with name '${repositoryName}' in the registry with id '${repository.registryId}'`,
        );
      }
      const found = wanted?.flatMap(({ image }) => image ?? []) ?? images;
      return {
        imageDetails: found.map((image) =>
          defined({
            registryId: repository.registryId,
            repositoryName,
            imageDigest: image.digest,
            imageTags: image.tags.length === 0 ? undefined : image.tags,
            imageSizeInBytes: image.sizeInBytes,
            imagePushedAt: image.pushedAt,
            imageManifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
            artifactMediaType: 'application/vnd.oci.image.config.v1+json',
          }),
        ),
      };
    },

    DescribeRepositories: ({
      repositoryNames,
      registryId,
    }: {
      repositoryNames?: string[];
      registryId?: string;
    }) => {
      const found = repositoryNames?.map((name) => this.#existing(name, registryId)) ?? this.#repositories;
      return {
        repositories: found.map((repository) => ({
          repositoryArn: this.#names.arn('ecr', `repository/${repository.name}`),
          registryId: repository.registryId,
          repositoryName: repository.name,
          repositoryUri: `${this.#registryOf(repository.registryId)}/${repository.name}`,
          createdAt: repository.createdAt,
          imageTagMutability: repository.immutableTags ? 'IMMUTABLE' : 'MUTABLE',
          imageScanningConfiguration: { scanOnPush: false },
          encryptionConfiguration: { encryptionType: 'AES256' },
        })),
      };
    },

    DescribeImageScanFindings: ({
      repositoryName = '',
      registryId,
      imageId = {},
    }: {
      repositoryName?: string;
      registryId?: string;
      imageId?: ImageId;
    }) => {
      const repository = this.#existing(repositoryName, registryId);
      const image = repository.images.find((one) => isMeant(imageId, one));
      const [next, ...later] = image?.scans ?? [];
      if (image === undefined || next === undefined)
        throw new AwsException(
          'ScanNotFoundException',
          `Image scan does not exist for the image with '${JSON.stringify(imageId)}' in the repository with name '${repositoryName}' in the registry with id '${repository.registryId}'`,
        );
      if (later.length > 0) image.scans = later;
      return { registryId: repository.registryId, repositoryName, imageId, ...next };
    },

    GetLifecyclePolicy: ({
      repositoryName = '',
      registryId,
    }: {
      repositoryName?: string;
      registryId?: string;
    }) => {
      const { lifecyclePolicy, registryId: account } = this.#existing(repositoryName, registryId);
      if (lifecyclePolicy === undefined)
        throw new AwsException(
          'LifecyclePolicyNotFoundException',
          `Lifecycle policy does not exist for the repository with name '${repositoryName}' in the registry with id '${account}'`,
        );
      return { registryId: account, repositoryName, lifecyclePolicyText: lifecyclePolicy };
    },

    BatchGetImage: ({
      repositoryName = '',
      registryId,
      imageIds = [],
    }: {
      repositoryName?: string;
      registryId?: string;
      imageIds?: ImageId[];
    }) => {
      const repository = this.#existing(repositoryName, registryId);
      const found = imageIds.map((id) => ({
        id,
        image: repository.images.find((image) => isMeant(id, image)),
      }));
      return {
        images: found.flatMap(({ id, image }) =>
          image === undefined
            ? []
            : [
                {
                  registryId: repository.registryId,
                  repositoryName,
                  imageId: id,
                  imageManifest: manifestOf(image),
                },
              ],
        ),
        failures: found.flatMap(({ id, image }) =>
          image === undefined
            ? [{ imageId: id, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' }]
            : [],
        ),
      };
    },

    GetDownloadUrlForLayer: ({ layerDigest = '' }: { layerDigest?: string }) => {
      const platform = Buffer.from(layerDigest.replace(/^sha256:0*/, ''), 'hex').toString();
      return {
        downloadUrl: `https://prod-starport-layer-bucket.s3.amazonaws.com/layer?platform=${encodeURIComponent(platform)}&X-Amz-Signature=signed`,
        layerDigest,
      };
    },

    GetAuthorizationToken: () => ({
      authorizationData: [
        {
          authorizationToken: Buffer.from(`AWS:${REGISTRY_PASSWORD}`).toString('base64'),
          expiresAt: seconds(this.#agenda.now) + TOKEN_LIFE_SECONDS,
          proxyEndpoint: `https://${this.registry}`,
        },
      ],
    }),
  };

  #registryOf(registryId: string): string {
    return `${registryId}.dkr.ecr.${this.#names.region}.amazonaws.com`;
  }

  #existing(name: string, registryId = this.#names.account): Repository {
    const found = this.#repositories.find(
      (repository) => repository.name === name && repository.registryId === registryId,
    );
    if (found === undefined) {
      throw new AwsException(
        'RepositoryNotFoundException',
        `The repository with name '${name}' does not exist in the registry with id '${registryId}'`,
      );
    }
    return found;
  }
}

/** The digest of the configuration spells the platform, so that its link can answer with it. */
function manifestOf({ platforms }: StoredImage): string {
  const [only = ''] = platforms;
  return JSON.stringify(
    platforms.length === 1
      ? {
          schemaVersion: 2,
          config: { digest: `sha256:${Buffer.from(only).toString('hex').padStart(64, '0')}` },
        }
      : {
          schemaVersion: 2,
          manifests: [
            ...platforms.map((platform) => {
              const [os, architecture] = platform.split('/');
              return { platform: { os, architecture } };
            }),
            { platform: { os: 'unknown', architecture: 'unknown' } },
          ],
        },
  );
}

function isMeant({ imageTag, imageDigest }: ImageId, image: StoredImage): boolean {
  return (
    (imageTag === undefined || image.tags.includes(imageTag)) &&
    (imageDigest === undefined || image.digest === imageDigest)
  );
}
