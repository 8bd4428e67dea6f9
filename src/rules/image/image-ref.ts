/** An image reference taken apart: `registry/repository:tag@digest`, each part as it was written. */
export interface ImageReference {
  /** Host with its port; absent where the reference leaves it to Docker Hub. */
  registry?: string;
  /** Path in the registry: "shop", "team/shop". */
  repository: string;
  tag?: string;
  /** "sha256:…" */
  digest?: string;
}

const PATH_PART = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const HOST =
  /^(?:\[[0-9a-fA-F:]+\]|[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*)(?::[0-9]+)?$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
/** The longest name (host and path) that the distribution specification allows. */
const LONGEST_NAME = 255;

/**
 * Takes a reference apart by the grammar of the distribution specification; undefined where it is not one (upper
 * case in the path, an empty part, a digest that is not sha256).
 */
export function parseImageReference(text: string): ImageReference | undefined {
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const named = at < 0 ? text : text.slice(0, at);
  if (digest !== undefined && !DIGEST.test(digest)) return undefined;

  // A colon after the last slash begins the tag; one before it belongs to the port.
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  const name = colon < 0 ? named : named.slice(0, colon);
  if ((tag !== undefined && !TAG.test(tag)) || name.length > LONGEST_NAME) return undefined;

  const { registry, repository } = splitName(name);
  if (registry !== undefined && !HOST.test(registry)) return undefined;
  if (!repository.split('/').every((part) => PATH_PART.test(part))) return undefined;
  return {
    ...(registry === undefined ? {} : { registry }),
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** The first part is a host only when it looks like one: a dot, a port, or "localhost". "team/shop" has none. */
function splitName(name: string): { registry?: string; repository: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const isHost = first === 'localhost' || /[.:]/.test(first);
  return isHost ? { registry: first, repository: name.slice(slash + 1) } : { repository: name };
}

export function formatImageReference({ registry, repository, tag, digest }: ImageReference): string {
  const name = registry === undefined ? repository : `${registry}/${repository}`;
  return `${name}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** "registry/repository", without tag and digest. */
export function repositoryUri({ registry, repository }: ImageReference): string {
  return formatImageReference({ ...(registry === undefined ? {} : { registry }), repository });
}

/** The repository of "registry/name" as the calls of ECR name it; the caller's own account where the host is not of ECR. */
export function ecrRepository(uri: string): { name: string; registryId?: string } {
  const reference = parseImageReference(uri);
  const account = ecrRegistry(reference?.registry ?? '')?.account;
  return { name: reference?.repository ?? uri, ...(account === undefined ? {} : { registryId: account }) };
}

/** The region of a repository that its URI names; undefined where its host is none of ECR's. */
export function ecrRegion(uri: string): string | undefined {
  return ecrRegistry(parseImageReference(uri)?.registry ?? '')?.region;
}

/** Gives a bare name the account's registry host; a reference that names its host keeps it. */
export function completeRegistry(
  reference: ImageReference,
  registry: string,
): ImageReference & { registry: string } {
  return { ...reference, registry: reference.registry ?? registry };
}

/** Do both point into one repository? Tags and digests do not matter; Docker Hub's short names are completed first. */
export function isSameRepository(one: ImageReference, other: ImageReference): boolean {
  return canonicalName(one) === canonicalName(other);
}

function canonicalName({ registry, repository }: ImageReference): string {
  const host = (registry ?? 'docker.io').toLowerCase();
  if (host !== 'docker.io' && host !== 'index.docker.io') return `${host}/${repository}`;
  return `docker.io/${repository.includes('/') ? repository : `library/${repository}`}`;
}

/**
 * Account and region of an ECR registry host: the standard, FIPS and dual-stack names of the ECR user guide
 * ("Amazon ECR endpoints"); undefined for any other host.
 */
export function ecrRegistry(host: string): { account: string; region: string } | undefined {
  const match =
    /^([0-9]{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws|on\.amazonwebservices\.com\.cn)$/.exec(
      host,
    );
  const [, account, region] = match ?? [];
  return account === undefined || region === undefined ? undefined : { account, region };
}
