/** What one build asks for; references and repository are full ones, paths absolute. */
export interface BuildCommand {
  context: string;
  dockerfile: string;
  /** The one tag to build; further tags are added to what was pushed. */
  reference: string;
  target?: string;
  platform?: string;
  buildArguments: Readonly<Record<string, string>>;
  /** Names of environment variables. */
  secrets: readonly string[];
  cache: CacheKind;
  labels: Readonly<Record<string, string>>;
}

export type CacheKind = 'registry' | 'inline' | 'gha' | 'off';

/** What decides about the shape of the command. */
export interface BuilderShape {
  kind: 'buildx' | 'engine';
  /** The image stays in the engine, to be pushed by it; else the builder pushes what it built. */
  keepsImage: boolean;
  exportsCache: boolean;
}

export interface Invocation {
  args: string[];
  /** Added to the child's environment: values that must not stand on a command line, where every user sees them. */
  environment: Record<string, string>;
}

/**
 * The cache that this builder can really write. Docker's own driver writes no cache but the one inside of the image,
 * unless the engine keeps its images in containerd (Docker's manual, "Cache storage backends").
 */
export function effectiveCache(asked: CacheKind, { kind, exportsCache }: BuilderShape): CacheKind {
  const needsExport = asked === 'registry' || asked === 'gha';
  return needsExport && (kind === 'engine' || !exportsCache) ? 'inline' : asked;
}

/** The tag beside the image's own that holds the cache; it moves with every build. */
export function cacheReference(reference: string): string {
  return `${withoutTag(reference)}:cache`;
}

/** `docker buildx build …`, or `docker build …` where BuildKit is in the engine; without the program's name. */
export function buildInvocation(
  command: BuildCommand,
  shape: BuilderShape,
  metadataFile: string,
): Invocation {
  const isBuildx = shape.kind === 'buildx';
  const { inArguments, inEnvironment } = splitBuildArguments(command);
  return {
    args: [
      ...(isBuildx ? ['buildx', 'build'] : ['build']),
      '--progress=plain',
      ...(isBuildx ? [shape.keepsImage ? '--load' : '--push', ...buildxOnly(metadataFile)] : []),
      ...['--file', command.dockerfile],
      ...['--tag', command.reference],
      ...(command.target === undefined ? [] : ['--target', command.target]),
      ...(command.platform === undefined ? [] : ['--platform', command.platform]),
      ...inArguments,
      ...command.secrets.flatMap((name) => ['--secret', `id=${name},env=${name}`]),
      ...Object.entries(command.labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
      ...cacheArguments(effectiveCache(command.cache, shape), command.reference, isBuildx),
      command.context,
    ],
    environment: { ...inEnvironment, ...(isBuildx ? {} : { DOCKER_BUILDKIT: '1' }) },
  };
}

/**
 * Attestations turn the image into an index with an entry for no platform, which consumers of ECR stumble over
 * (docker/build-push-action#826, #1459).
 */
function buildxOnly(metadataFile: string): string[] {
  return ['--metadata-file', metadataFile, '--provenance=false', '--sbom=false'];
}

function cacheArguments(cache: CacheKind, reference: string, isBuildx: boolean): string[] {
  const ref = cacheReference(reference);
  switch (cache) {
    case 'registry':
      return [
        ...['--cache-from', `type=registry,ref=${ref}`],
        // Without image-manifest ECR answers 400 (aws/containers-roadmap#876); a cache never fails a build.
        ...[
          '--cache-to',
          `type=registry,ref=${ref},mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true`,
        ],
      ];
    case 'inline':
      return isBuildx
        ? ['--cache-from', `type=registry,ref=${ref}`, '--cache-to', 'type=inline']
        : ['--cache-from', ref, '--build-arg', 'BUILDKIT_INLINE_CACHE=1'];
    case 'gha': {
      // One scope for each repository, or the images of one checkout would push each other's cache out.
      const scope = withoutTag(reference)
        .slice(withoutTag(reference).indexOf('/') + 1)
        .replaceAll('/', '-');
      return [
        ...['--cache-from', `type=gha,scope=${scope}`],
        ...['--cache-to', `type=gha,scope=${scope},mode=max,ignore-error=true`],
      ];
    }
    case 'off':
      return [];
  }
}

/**
 * `--build-arg NAME` takes the value from the environment, so that it stands on no command line. Not where the name
 * means something to docker itself, or is also that of a secret: there the child needs its own value.
 */
function splitBuildArguments({ buildArguments, secrets }: BuildCommand): {
  inArguments: string[];
  inEnvironment: Record<string, string>;
} {
  const inArguments: string[] = [];
  const inEnvironment: Record<string, string> = {};
  for (const [name, value] of Object.entries(buildArguments)) {
    const isTaken = RESERVED.test(name) || secrets.includes(name);
    inArguments.push('--build-arg', isTaken ? `${name}=${value}` : name);
    if (!isTaken) inEnvironment[name] = value;
  }
  return { inArguments, inEnvironment };
}

/** Variables that the docker client, its plugins, credential helpers or the Go runtime under them listen to. */
const RESERVED =
  /^(?:PATH|HOME|USER|SHELL|TERM|LANG|LC_.*|TMPDIR|TMP|TEMP|PWD|NO_COLOR|NODE_OPTIONS|(?:DOCKER|BUILDX|BUILDKIT|COMPOSE|MOBY|EXPERIMENTAL|LD|GO|SSL|SSH|OTEL|XDG|ACTIONS|GITHUB|RUNNER|AWS)_.*|GO[A-Z]+|(?:https?|ftp|no|all)_proxy)$/i;

function withoutTag(reference: string): string {
  const colon = reference.indexOf(':', reference.lastIndexOf('/') + 1);
  return colon < 0 ? reference : reference.slice(0, colon);
}
