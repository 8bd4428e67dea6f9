import type { RegistryLogin } from './ecr.ts';

/** Builds and pushes images. Rejects with DeployError: DOCKER_UNAVAILABLE, BUILD_FAILED, PUSH_FAILED, IMAGE_TAG_IMMUTABLE. */
export interface ImageBuilder {
  /** What there is to build with; rejects with DOCKER_UNAVAILABLE, saying what is missing. */
  probe(): Promise<BuilderFacts>;
  /** Builds, then pushes every tag; the push alone is retried. Output goes line by line to `onLine`, as text from outside. */
  buildAndPush(request: BuildRequest): Promise<BuiltImage>;
  /** Adds a tag to an image that the registry has, without pulling its layers; false where that tag stands for another image. */
  tagRemote?(login: RegistryLogin, from: string, to: string): Promise<boolean>;
  /** Removes a folder of its own that a killed run left behind; one that is gone already is fine. */
  removeFolder?(folder: string): Promise<void>;
}

export interface BuilderFacts {
  /** buildx drives BuildKit and can export caches; `engine` is `docker build` with BuildKit in the engine. */
  kind: 'buildx' | 'engine';
  /** The buildx driver: "docker" cannot export a registry cache unless the engine has the containerd image store. */
  driver?: string;
  version: string;
}

export interface BuildRequest {
  login: RegistryLogin;
  /** Paths of the context and of the Dockerfile; relative ones count from the checkout. */
  context: string;
  dockerfile: string;
  /** Full references to push, the content tag first. */
  references: readonly [string, ...string[]];
  target?: string;
  platform?: string;
  buildArguments: Readonly<Record<string, string>>;
  /** Names of environment variables; their values reach the build as BuildKit secrets of the same id. */
  secrets: readonly string[];
  cache: 'registry' | 'inline' | 'gha' | 'off';
  labels: Readonly<Record<string, string>>;
  onLine: (line: string) => void;
  signal: AbortSignal;
}

export interface BuiltImage {
  /** Digest of the manifest that was pushed, from the build's own metadata: "sha256:…". */
  digest: string;
  buildSeconds: number;
  pushSeconds: number;
}
