export type Need =
  | 'modules'
  | 'node24'
  | 'least-node'
  | 'docker'
  | 'python'
  | 'base-image'
  | 'act'
  | 'actionlint'
  | 'ruby'
  | 'arm64-node'
  | 'camera';

export interface Ready {
  /** Path of the Node to run TypeScript with. */
  node: string;
  /** Path of the least Node that the package runs on; absent where it was not asked for or npm has none for this platform. */
  leastNode?: string;
  /** How Node 24 for Linux on arm64 is started: program and arguments; absent where this machine cannot. */
  arm64Node?: string[];
  python?: Python;
  docker?: Docker;
  /** Path of nektos/act; absent where it was not asked for or the machine has no Go to build it. */
  act?: string;
  /** Path of actionlint; absent in the same cases. */
  actionlint?: string;
  /** Path of Ruby; absent where it was not asked for, or where the machine has none and we may not install it. */
  ruby?: string;
  /** What could not be provided and is not worth failing for, each as one line for a person. */
  leftOut: string[];
  /** What a child process needs to find all this: PATH, DOCKER_HOST, DOCKER_CONFIG, and CHROMIUM for the camera. */
  environment: Record<string, string>;
  /** Ends this use of the private Docker engine, and waits for its end where nobody else uses it. */
  release(): Promise<void>;
}

/** Paths of programs. */
export interface Python {
  python: string;
  ministack: string;
  motoServer: string;
  /** Finds what is unsafe in GitHub workflows. */
  zizmor: string;
  /** Finds what is wrong in shell scripts. */
  shellcheck: string;
  /** Holds files against the public schemas of CI systems. */
  checkJsonschema: string;
}

export interface Docker {
  /** As in DOCKER_HOST. */
  host: string;
  /** Path of the client. */
  program: string;
  /** A DOCKER_CONFIG folder with buildx in `cli-plugins` and no credentials. */
  config: string;
  /** Names of the images that Dockerfiles start from, where they were asked for: a small Debian with Node 24, a shell. */
  images?: BaseImages;
}

export interface BaseImages {
  node: string;
  busybox: string;
}

/** What is fetched or built once per machine goes there. */
export const cacheFolder: string;

export function setUp(needs: readonly Need[]): Promise<Ready>;

/** Something that is needed and that only a person can provide; the message says what, why, and what to do. */
export class Missing extends Error {}
