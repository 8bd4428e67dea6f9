import type { CodeBuild } from './codebuild.ts';
import type { Ecr } from './ecr.ts';
import type { Ecs } from './ecs.ts';
import type { Events } from './events.ts';
import type { Identity } from './identity.ts';
import type { LoadBalancers } from './load-balancers.ts';
import type { Logs } from './logs.ts';
import type { S3 } from './s3.ts';
import type { Scheduler } from './scheduler.ts';
import type { Network } from './network.ts';
import type { Roles } from './roles.ts';
import type { Secrets } from './secrets.ts';

/** AWS as one target of a deploy sees it: one region, one role. */
export interface Aws {
  readonly region: string;
  readonly identity: Identity;
  readonly ecs: Ecs;
  readonly ecr: Ecr;
  /** With the same credentials, in another region. */
  readonly ecrIn: (region: string) => Ecr;
  readonly logs: Logs;
  readonly loadBalancers: LoadBalancers;
  readonly codebuild: CodeBuild;
  readonly s3: S3;
  readonly events: Events;
  readonly scheduler: Scheduler;
  readonly roles: Roles;
  readonly secrets: Secrets;
  readonly network: Network;
}

/** Clients are made after the configuration is known; no call is made before the first use. */
export type ConnectAws = (target: { region?: string; role?: string }) => Promise<Aws>;
