import type { ImageBuilder } from '../ports/builder.ts';
import type { CodeBuild } from '../ports/codebuild.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ecr } from '../ports/ecr.ts';
import type { CopyImage } from '../ports/registry.ts';
import type { Ecs } from '../ports/ecs.ts';
import type { Events } from '../ports/events.ts';
import type { Files } from '../ports/files.ts';
import type { Git } from '../ports/git.ts';
import type { Identity } from '../ports/identity.ts';
import type { HttpGet } from '../ports/http.ts';
import type { LoadBalancers } from '../ports/load-balancers.ts';
import type { Logs } from '../ports/logs.ts';
import type { S3 } from '../ports/s3.ts';
import type { Scheduler } from '../ports/scheduler.ts';
import type { Network } from '../ports/network.ts';
import type { Roles } from '../ports/roles.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { RunCommand } from '../ports/run-command.ts';
import type { Log } from '../report/log.ts';
import type { OutputName } from '../report/output-names.ts';
import type { RunReport } from '../report/run-report.ts';
import type { BuildLooks } from './codebuild/build-looks.ts';
import type { ImageTurns } from './image/image-turns.ts';

/** What the steps work with. Each step takes the slice of it that it needs: `Pick<StepContext, 'ecs' | 'log'>`. */
export interface StepContext {
  readonly ecs: Ecs;
  readonly ecr: Ecr;
  readonly ecrIn: (region: string) => Ecr;
  readonly copyImage: CopyImage;
  readonly logs: Logs;
  readonly loadBalancers: LoadBalancers;
  readonly codebuild: CodeBuild;
  readonly s3: S3;
  /** All looks at builds of this run, several builds to a call. */
  readonly builds: BuildLooks;
  readonly events: Events;
  readonly scheduler: Scheduler;
  readonly roles: Roles;
  readonly secrets: Secrets;
  readonly network: Network;
  readonly identity: Identity;
  readonly builder: ImageBuilder;
  /** Targets that share a repository build once: the next one finds what the first has pushed. */
  readonly imageTurns: ImageTurns;
  readonly files: Files;
  readonly git: Git;
  readonly runCommand: RunCommand;
  readonly httpGet: HttpGet;
  readonly clock: Clock;
  readonly log: Log;
  readonly report: RunReport;
  /** The region of the target. */
  readonly region: string;
  /** Aborted with a CancelledError when the run is cancelled. */
  readonly signal: AbortSignal;
  /** Kept for the post step; called right after each remote id exists. */
  readonly saveState: (name: string, value: string) => void;
  /** Sets an output of the step before its end, so that a killed run has set it too. */
  readonly setOutput: (name: OutputName, value: string) => void;
  /** A text as it may go elsewhere, into a comment for instance. */
  readonly shareable: (text: string) => string;
  readonly hasEnvironmentVariable: (name: string) => boolean;
  /** Its value, which may be empty; for what a file of the checkout asks for by name. */
  readonly environmentVariable: (name: string) => string | undefined;
}
