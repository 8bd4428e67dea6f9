import type { HostEvent } from '../ports/host.ts';
import type { CookbookPlan } from '../rules/cookbook/plan.ts';
import type { LintName } from '../rules/lint/lint.ts';
import type { ScheduleName } from '../rules/schedule/schedule-name.ts';
import type { TaskOverrides } from '../rules/task/run-task-input.ts';
import type { BuildStepPlan, ImagePlans } from './image-plan.ts';

/** The commands that exist. The action's input, the command line's first word and later the orb's commands are the same words. */
export const COMMANDS = [
  'deploy',
  'plan',
  'status',
  'history',
  'inventory',
  'wait',
  'rollback',
  'continue',
  'redeploy',
  'run',
  'build',
  'bump',
  'init',
] as const;
export type Command = (typeof COMMANDS)[number];
/** `init` comes before there is anything to plan with. */
export type PlannedCommand = Exclude<Command, 'init'>;

/**
 * All that a run is going to need to know, frozen: inputs over deploy.yml over defaults, for one environment.
 * Durations are seconds. Absent means "not asked for", never an empty string.
 */
export type Plan = EcsPlan | PreviewPlan | RegisterPlan | BuildPlan | BumpPlan;

/** The plans of the commands that work on ECS services. */
export type EcsPlan = DeployPlan | RollbackPlan | ContinuePlan | RunPlan | ServicesPlan;

interface RunFacts {
  readonly environment: string;
  readonly event: HostEvent;
  /** The commit that the run was started for. */
  readonly commit: string;
  /** The reason given to override the guards. */
  readonly force?: string;
}

interface CommonPlan extends RunFacts {
  /** The first of them, where there are several. */
  readonly target: TargetPlan;
  readonly targets?: TargetsPlan;
  readonly notify?: NotifyPlan;
  readonly services: readonly ServicePlan[];
  readonly rollout: RolloutPlan;
}

export interface DeployPlan extends CommonPlan {
  readonly command: 'deploy';
  readonly registerOnly?: never;
  readonly images: ImagePlans;
  readonly families: readonly FamilyPlan[];
  readonly beforeDeploy: readonly (OneOffPlan | BuildStepPlan)[];
  readonly migrate?: MigratePlan;
  readonly schedules?: SchedulesPlan;
  readonly verify?: VerifyPlan;
  /** Findings that are not warned of. */
  readonly lint?: { readonly ignore: readonly LintName[] };
  readonly cookbooks?: CookbookPlan;
}

/** A deploy without services: images and revisions, for somebody else to run. */
export interface RegisterPlan extends RunFacts {
  readonly command: 'deploy';
  readonly registerOnly: true;
  /** The first of them, where there are several; its cluster is known where `scheduled` is there. */
  readonly target: PlacePlan;
  readonly targets?: TargetsPlan<PlacePlan>;
  readonly images: ImagePlans;
  readonly families: readonly FamilyPlan[];
  /** Scheduled tasks that follow; they start their tasks in a cluster. */
  readonly scheduled?: Required<Pick<DeployPlan, 'schedules' | 'rollout'>>;
  readonly cookbooks?: CookbookPlan;
}

/** The image alone: no cluster and no service has to be there yet. */
export interface BuildPlan extends RunFacts {
  readonly command: 'build';
  readonly target: Omit<TargetPlan, 'cluster'>;
  readonly images: ImagePlans;
}

/**
 * What a deploy would do, and whether it could: everything is read, nothing is written. Where only families are
 * registered, `services` is empty, and the cluster may be unknown.
 */
export interface PreviewPlan extends Omit<DeployPlan, 'command' | 'registerOnly' | 'target' | 'targets'> {
  readonly command: 'plan';
  /** The first of them, where there are several. */
  readonly target: PlacePlan;
  readonly targets?: TargetsPlan<PlacePlan>;
}

/** The cookbook part alone: the repository is all that it needs. */
export interface BumpPlan extends RunFacts {
  readonly command: 'bump';
  readonly cookbooks: CookbookPlan;
  /** Show what would be done, and write nothing. */
  readonly dryRun: boolean;
}

/** What `init` is told; everything else it reads. */
export interface InitPlan {
  readonly command: 'init';
  readonly environment?: string;
  readonly region?: string;
  readonly cluster?: string;
  readonly services?: readonly [string, ...string[]];
  readonly repository?: string;
  readonly migrate?: readonly string[];
  /** A file of the set-up that is to be replaced. */
  readonly from?: string;
  /** "owner/name" of the checkout's origin. */
  readonly githubRepository?: string;
}

/** What needs no more than to know the services; `inventory` looks at all of the cluster, and names none. */
export interface ServicesPlan extends CommonPlan {
  readonly command: 'status' | 'history' | 'inventory' | 'wait' | 'redeploy';
}

export interface RollbackPlan extends CommonPlan {
  readonly command: 'rollback';
  /** "family:revision" or a revision number; default: the release before this one. */
  readonly revision?: string;
  /** No service runs them, but schedules may start them. */
  readonly families: readonly FamilyPlan[];
  readonly schedules?: SchedulesPlan;
}

export interface ContinuePlan extends CommonPlan {
  readonly command: 'continue';
  /** What to do with the deployment that is paused. */
  readonly action: 'continue' | 'rollback';
  /** The hook to act on; default: every hook at which one of the services waits. */
  readonly hookId?: string;
  /** Those of the file that were not asked for: the release is theirs too. */
  readonly otherServices: readonly ServicePlan[];
  /** Those that the deploy registered beside the services. */
  readonly families: readonly FamilyPlan[];
  readonly schedules?: SchedulesPlan;
  /** Absent where the deployment is to be rolled back: then nothing is left to verify. */
  readonly verify?: VerifyPlan;
  /** Tells which image of a revision is ours. */
  readonly repository?: string;
}

/** A one-off task for people and cron, on the revision that a service runs. */
export interface RunPlan extends CommonPlan {
  readonly command: 'run';
  readonly task: RunTaskPlan;
  /** Tells which container is ours, where the service has several. */
  readonly repository?: string;
}

export interface RunTaskPlan extends OneOffPlan {
  /** How many tasks run the command side by side. */
  readonly count: number;
  /** How often a task that failed is started anew. */
  readonly retries: number;
  readonly overrides: TaskOverrides;
}

/** The targets of an environment that has several; all of them, or the one that the input `target` names. */
export interface TargetsPlan<Place extends PlacePlan = TargetPlan> {
  readonly order: 'in-order' | 'parallel';
  readonly onFailure: 'stop' | 'continue';
  readonly list: readonly [NamedTarget<Place>, ...NamedTarget<Place>[]];
}

export type NamedTarget<Place extends PlacePlan = TargetPlan> = Place & { readonly name: string };

/** Where to sign in, and to which cluster to deploy where there are services. */
export interface PlacePlan {
  /** Where the environment has several. */
  readonly name?: string;
  readonly region?: string;
  readonly role?: string;
  readonly cluster?: string;
}

export interface TargetPlan extends PlacePlan {
  readonly cluster: string;
}

export interface ServicePlan {
  readonly name: string;
  /** The name of its image; default: each image whose repository a container runs. */
  readonly image?: string;
  /** Replace the image in this container; default: every container whose image is the repository. */
  readonly container?: string;
  /** A task definition file in the checkout; default: the revision that the service runs now. */
  readonly taskDefinition?: string;
  /** Services that complete before this one is updated. */
  readonly after?: readonly string[];
  /** Running tasks that there must be at the end; 0 allows a service that is scaled to zero. */
  readonly minimumTasks: number;
}

/** A family of which a revision is registered and nothing is started. */
export interface FamilyPlan {
  readonly family: string;
  readonly image?: string;
  readonly container?: string;
  /** A task definition file in the checkout; default: the newest revision. */
  readonly taskDefinition?: string;
}

/** A command run to its end in a task with a service's network and roles. */
export interface OneOffPlan {
  readonly service: string;
  /** The name of its image; default: that of the service. */
  readonly image?: string;
  readonly container?: string;
  readonly command: readonly [string, ...string[]];
  readonly timeoutSeconds: number;
  readonly onCancel: 'keep' | 'stop';
}

export interface MigratePlan extends OneOffPlan {
  /** What the image that serves now must survive on the new schema. */
  readonly provePrevious?: OneOffPlan['command'];
}

/** Scheduled tasks that follow a deploy. */
export interface SchedulesPlan {
  /** `auto`: every one that pins a revision of a family of the deploy. */
  readonly which: 'auto' | readonly ScheduleName[];
  /** Only some of the file's services were asked for: a schedule that is of none of them is then no mistake. */
  readonly isPart: boolean;
}

/** What a release must pass before it counts. */
export type VerifyPlan = CommandVerifyPlan | UrlVerifyPlan | TaskVerifyPlan;

export interface CommandVerifyPlan {
  readonly kind: 'command';
  readonly command: OneOffPlan['command'];
  readonly timeoutSeconds: number;
}

export interface UrlVerifyPlan {
  readonly kind: 'url';
  readonly url: string;
  /** One of them passes. */
  readonly statuses: readonly number[];
  /** A text that the answer must contain. */
  readonly body?: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Header → name of the environment variable that holds its value. */
  readonly secretHeaders: Readonly<Record<string, string>>;
}

export interface TaskVerifyPlan {
  readonly kind: 'task';
  /** Its time-out is that of the verification. */
  readonly task: OneOffPlan;
  readonly timeoutSeconds: number;
}

/** Who is told of the beginning and the end of a run that changes what serves. */
export interface NotifyPlan {
  /** Name of the environment variable that holds the address of Slack's webhook. */
  readonly slack: string;
}

export interface RolloutPlan {
  readonly timeoutSeconds: number;
  readonly onFailure: 'rollback' | 'rollback-failed' | 'leave';
  readonly onCancel: 'keep' | 'rollback';
  readonly onPause: 'wait' | 'hand-over';
  readonly otherDeployment: 'wait' | 'refuse';
}
