import type { ConnectAws } from './aws.ts';
import type { ImageBuilder } from './builder.ts';
import type { Clock } from './clock.ts';
import type { Files } from './files.ts';
import type { Git } from './git.ts';
import type { Host } from './host.ts';
import type { HttpGet } from './http.ts';
import type { CopyImage } from './registry.ts';
import type { ConnectRepository } from './repository.ts';
import type { RunCommand } from './run-command.ts';
import type { PostWebhook } from './webhook.ts';

/** Everything outside the process, as `index.ts` wires it once. */
export interface World {
  readonly host: Host;
  readonly clock: Clock;
  readonly files: Files;
  readonly git: Git;
  readonly builder: ImageBuilder;
  readonly copyImage: CopyImage;
  readonly runCommand: RunCommand;
  readonly httpGet: HttpGet;
  readonly connectAws: ConnectAws;
  readonly connectRepository: ConnectRepository;
  readonly postWebhook: PostWebhook;
  /** Aborted with a CancelledError when the run is cancelled. */
  readonly signal: AbortSignal;
  /** Is this environment variable set, for the build's secrets? Values never pass through the steps. */
  readonly hasEnvironmentVariable: (name: string) => boolean;
  /** Its value, which may be empty. */
  readonly environmentVariable: (name: string) => string | undefined;
}
