/** What docker's own words mean. Every text here is from outside: it is matched and quoted, never obeyed. */

export interface BuildFailure {
  /** The instruction that failed, as BuildKit names it: "[runtime 3/4] RUN npm ci". */
  step?: string;
  /** "Dockerfile:12" */
  place?: string;
  /** Why, in BuildKit's words. */
  reason?: string;
}

/** Reads the end of a failed build's plain output. */
export function readBuildFailure(lines: readonly string[]): BuildFailure {
  // A cache that could not be read is reported in the same way and fails nothing.
  const step = findLast(lines, /^ > (?!importing cache|exporting)(.+?):?$/);
  const place = findLast(lines, /^((?:[^\s:]*[./])?[^\s:./]*(?:docker|container)file[^\s:]*:[0-9]+)$/i);
  const error = errorLine(lines);
  return {
    ...(step === undefined ? {} : { step }),
    ...(place === undefined ? {} : { place }),
    ...(error === undefined ? {} : { reason: shortReason(error) }),
  };
}

/** Layers of the builder that each put their words before the reason. */
const WRAPPERS =
  /^(?:failed to push \S+: |rpc error: code = \w+ desc = |failed to solve(?: with frontend [\w.]+)?: |failed to (?:build LLB|create LLB definition|compute cache key|process|read dockerfile|calculate checksum of ref [^:]+(?:::[^:]+)?): )+/;

/** Of a failed command only its exit code is news: the command stands in the step already. */
function shortReason(error: string): string {
  const exit = /(?:did not complete successfully|executor failed running \[.*\]): (exit code: [0-9]+)/.exec(
    error,
  );
  return (exit?.[1] ?? error.replace(WRAPPERS, '')).slice(0, 300);
}

/**
 * The lines that tell why a build failed: those of the failed step, and what follows at the end. Where no step is
 * named, all of them.
 */
export function linesOfFailure(lines: readonly string[]): string[] {
  const caches = new Set(lines.map((line) => /^#([0-9]+) importing cache/.exec(line)?.[1]));
  const failed = lines
    .map((line) => /^#([0-9]+) ERROR: /.exec(line)?.[1])
    .findLast((step) => step !== undefined && !caches.has(step));
  if (failed === undefined) return [...lines];
  return lines.filter((line) => line.startsWith(`#${failed} `) || !/^#[0-9]+ /.test(line));
}

/** Is this a line of `docker push` that only counts down or waits? There is one for each layer and second. */
export function isPushNoise(line: string): boolean {
  return /^[0-9a-f]{12}: (?:Preparing|Waiting|Retrying in (?!(?:5|10|15|20) seconds$)[0-9]+ seconds?)$/.test(
    line,
  );
}

/** What to do about failures that many people meet; undefined for the rest. */
export function buildHint(lines: readonly string[]): string | undefined {
  const text = lines.join('\n');
  return BUILD_HINTS.find(({ pattern }) => pattern.test(text))?.hint;
}

const BUILD_HINTS = [
  {
    pattern: /no space left on device/i,
    hint: 'The disk of the build host is full: free some space (`docker system prune`) or use a larger host.',
  },
  {
    pattern: /toomanyrequests|pull rate limit/i,
    hint: 'The registry of a base image limits pulls: sign in to it before this step (its credentials are used), or take the base image from ECR or a pull-through cache.',
  },
  {
    pattern: /target stage .* could not be found/i,
    hint: 'Set `image.target` to a stage of the Dockerfile (`FROM … AS name`), or leave it out to build the last one.',
  },
  {
    pattern: /failed to load metadata|pull access denied|failed to resolve source metadata/i,
    hint: 'A base image of a FROM line cannot be read: check its name, and sign in to its registry before this step if it is private.',
  },
  {
    pattern: /exit code: 137|signal: killed/i,
    hint: 'The build was killed, most often because the host ran out of memory: use a larger host.',
  },
  {
    pattern: /exec format error|exec user process/i,
    hint: 'The base image is of another processor architecture than the build host: set `image.platform`, and install emulation (docker/setup-qemu-action) where the two must differ.',
  },
] as const;

export type PushFailure = 'immutable' | 'transient' | 'denied' | 'missing' | 'rejected' | 'other';

/**
 * What a failed push means, from the line that says so: everything before it may be output of the build. Registries
 * answer in many words; these are those of ECR, distribution, Docker and BuildKit.
 */
export function judgePushFailure(lines: readonly string[]): PushFailure {
  const said = errorLine(lines) ?? '';
  return PUSH_FAILURES.find(({ pattern }) => pattern.test(said))?.means ?? 'other';
}

const PUSH_FAILURES: readonly { means: PushFailure; pattern: RegExp }[] = [
  { means: 'immutable', pattern: /immutable|ImageTagAlreadyExists/i },
  {
    means: 'denied',
    pattern:
      /\b40[13] [A-Z]|unauthorized|no basic auth credentials|access (?:to the resource )?is denied|not authorized|denied:/i,
  },
  {
    means: 'missing',
    pattern: /name unknown|repository .*(?:does not exist|not found)|RepositoryNotFound/i,
  },
  { means: 'rejected', pattern: /PUT request to \S+\/manifests\/(?!sha256:)\S+: 400 / },
  {
    means: 'transient',
    pattern: new RegExp(
      [
        String.raw`\b(?:429|5[0-9]{2}) [A-Z]|status(?: code)?:? (?:429|5[0-9]{2})\b|toomanyrequests|rate exceeded|throttl`,
        String.raw`\bEOF\b|connection (?:reset|refused)|broken pipe|use of closed network connection|client connection lost`,
        String.raw`i/o timeout|handshake timeout|timeout exceeded|deadline exceeded|request canceled`,
        String.raw`temporary failure|no such host|server misbehaving|tls: `,
      ].join('|'),
      'i',
    ),
  },
];

/** The reason that docker gives for a failure, without the names of those who passed it on. */
export function readReason(lines: readonly string[]): string {
  return (errorLine(lines) ?? 'docker gives no reason').replace(WRAPPERS, '').slice(0, 300);
}

/** The line in which docker or buildx gives its reason: the last one that is marked as such, else the last one. */
function errorLine(lines: readonly string[]): string | undefined {
  return findLast(lines, /^(?:ERROR|error): (.+)$/) ?? lines.findLast((line) => line.trim() !== '');
}

/** With a builder that pushes what it built, one command does both: was it the push that failed? */
export function isPushOfBuilder(lines: readonly string[]): boolean {
  return /\bfailed to push\b|^failed to do request\b/.test(
    findLast(lines, /^(?:ERROR|error): (?:failed to solve: )?(.+)$/) ?? '',
  );
}

/** The digest that `docker push` says at its end: "TAG: digest: sha256:… size: 1234". */
export function readPushedDigest(lines: readonly string[]): string | undefined {
  return findLast(lines, /\bdigest: (sha256:[0-9a-f]{64})\b/);
}

/** The digest under which the engine knows an image in a repository, from `docker image inspect`'s RepoDigests. */
export function digestInRepository(repoDigests: readonly string[], repository: string): string | undefined {
  const found = repoDigests
    .filter((name) => name.startsWith(`${repository}@`))
    .map((name) => name.slice(repository.length + 1));
  // Several: the same image was pushed with other compression before; which one is it now? Unknown.
  return new Set(found).size === 1 ? found[0] : undefined;
}

/** The metadata file of `buildx build`: {"containerimage.digest": "sha256:…", …}; one that was cut short tells nothing. */
export function digestInMetadata(metadata: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(metadata);
    const digest = (parsed as Record<string, unknown> | null)?.['containerimage.digest'];
    return typeof digest === 'string' ? digest : undefined;
  } catch {
    return undefined;
  }
}

/** The driver of the current builder, from `docker buildx inspect`. */
export function readDriver(lines: readonly string[]): string | undefined {
  return findLast(lines, /^Driver:\s+(\S+)/);
}

/** Versions of client and engine, from `docker version --format '{{json .}}'`; no engine, no version of it. */
export function readVersions(output: string): { client?: string; server?: string } {
  const line = output.split('\n').find((candidate) => candidate.startsWith('{'));
  if (line === undefined) return {};
  const { Client, Server } = JSON.parse(line) as Record<
    'Client' | 'Server',
    { Version?: string } | null | undefined
  >;
  return {
    ...(Client?.Version === undefined ? {} : { client: Client.Version }),
    ...(Server?.Version === undefined ? {} : { server: Server.Version }),
  };
}

function findLast(lines: readonly string[], pattern: RegExp): string | undefined {
  return lines.map((line) => pattern.exec(line)?.[1]).findLast((found) => found !== undefined);
}
