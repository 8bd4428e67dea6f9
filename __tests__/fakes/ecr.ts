import { AwsError, DeployError } from '../../src/errors.ts';
import type { Ecr, EcrImage, RegistryLogin, RepositoryName } from '../../src/ports/ecr.ts';
import type { Clock } from '../../src/ports/clock.ts';

interface FakeRepository {
  immutableTags: boolean;
  images: { digest: string; tags: string[]; pushedAt: Date }[];
}

/** ECR as one account and region see it: repositories with images that keep their tags, at the level of our port. */
export class FakeEcr implements Ecr {
  readonly registry: string;
  readonly calls: string[] = [];
  /** So many reads of an image just pushed find nothing yet. */
  lag = 0;
  /** May the settings of repositories be read? */
  mayDescribeRepositories = true;
  readonly #clock: Clock;
  readonly #repositories = new Map<string, FakeRepository>();
  #hidden = new Map<string, number>();

  constructor(clock: Clock, registry = '111111111111.dkr.ecr.ap-northeast-1.amazonaws.com') {
    this.#clock = clock;
    this.registry = registry;
  }

  createRepository(name: string, { immutableTags = true }: { immutableTags?: boolean } = {}): void {
    this.#repositories.set(name, { immutableTags, images: [] });
  }

  /** As `docker push` of "registry/name:tag" does; rejects where an immutable tag stands for another image. */
  push(reference: string, digest: string, { daysAgo = 0 }: { daysAgo?: number } = {}): void {
    const [, name = '', tag = ''] = /^[^/]+\/(.+):([^:]+)$/.exec(reference) ?? [];
    const repository = this.#repository(name, 'ecr:PutImage');
    const holder = repository.images.find(({ tags }) => tags.includes(tag));
    if (holder?.digest === digest) return;
    if (holder !== undefined && repository.immutableTags) {
      throw new DeployError('IMAGE_TAG_IMMUTABLE', `push of ${reference}: the tag is immutable`);
    }
    if (holder !== undefined) holder.tags = holder.tags.filter((other) => other !== tag);
    const image = repository.images.find((known) => known.digest === digest);
    if (image !== undefined) image.tags.push(tag);
    else {
      const pushedAt = new Date(this.#clock.now() - daysAgo * 24 * 60 * 60 * 1000);
      repository.images.push({ digest, tags: [tag], pushedAt });
    }
    this.#hidden.set(`${name}:${tag}`, this.lag);
  }

  /** What a tag stands for now. */
  digestOf(name: string, tag: string): string | undefined {
    return this.#repositories.get(name)?.images.find(({ tags }) => tags.includes(tag))?.digest;
  }

  tagsIn(name: string): string[] {
    return (this.#repositories.get(name)?.images ?? []).flatMap(({ tags }) => tags).sort();
  }

  async describeImage(
    { name, registryId }: RepositoryName,
    image: { tag: string } | { digest: string },
  ): Promise<EcrImage | undefined> {
    const wanted = 'tag' in image ? image.tag : image.digest;
    this.calls.push(`describeImage ${registryId === undefined ? '' : `${registryId}/`}${name} ${wanted}`);
    const { images } = this.#repository(name, 'ecr:DescribeImages');
    const found = images.find(({ tags, digest }) =>
      'tag' in image ? tags.includes(image.tag) : digest === image.digest,
    );
    const hidden = this.#hidden.get(`${name}:${wanted}`) ?? 0;
    if (found === undefined || hidden > 0) {
      this.#hidden.set(`${name}:${wanted}`, Math.max(hidden - 1, 0));
      return undefined;
    }
    return { digest: found.digest, tags: [...found.tags], pushedAt: found.pushedAt };
  }

  async login(registryId?: string): Promise<RegistryLogin> {
    this.calls.push(`login${registryId === undefined ? '' : ` ${registryId}`}`);
    const registry = registryId === undefined ? this.registry : this.registry.replace(/^\d{12}/, registryId);
    return { registry, username: 'AWS', password: 'ecr-password' };
  }

  async describeRepository({
    name,
  }: RepositoryName): Promise<{ uri: string; immutableTags: boolean } | undefined> {
    this.calls.push(`describeRepository ${name}`);
    const { immutableTags } = this.#repository(name, 'ecr:DescribeRepositories');
    return this.mayDescribeRepositories ? { uri: `${this.registry}/${name}`, immutableTags } : undefined;
  }

  /** Nobody asks here: the gate has its tests on the fake of the API. */
  describeImageScanFindings(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async lifecyclePolicy(): Promise<undefined> {
    return undefined;
  }

  async platforms(): Promise<undefined> {
    return undefined;
  }

  #repository(name: string, action: string): FakeRepository {
    const repository = this.#repositories.get(name);
    if (repository !== undefined) return repository;
    throw new AwsError('AWS_CALL_FAILED', {
      action,
      awsCode: 'RepositoryNotFoundException',
      awsMessage: `The repository with name '${name}' does not exist`,
      retryable: false,
    });
  }
}
