import { revisionName } from '../../../src/rules/aws/ecs-names.ts';
import { taskDefinitionOf } from '../../../src/rules/schedule/pin.ts';
import type { JsonObject } from '../../../src/rules/text/json.ts';
import { clusterArn, revisionArn } from '../../fixtures/schedules.ts';
import { OLD_DIGEST, Shop } from '../../fakes/shop.ts';
import { startAttempt } from './attempt.ts';

/** One call of a deploy that nothing disturbs. */
export interface HappyCall {
  /** "ecs"; "builder" for the one call that does not go to AWS. */
  service: string;
  /** "UpdateService" */
  operation: string;
  /** Of its operation, counted from 1. */
  nth: number;
  /** Among all crossings of the process, counted from 1. */
  index: number;
}

/** A shop that is about to be deployed. */
export type Scenario = () => Promise<Shop>;

/** What the file of `fullDeploy` has in addition to the shop's. */
export const SCHEDULES_YML = 'schedules: [{ rule: nightly }, { schedule: report }]\n';

/** Build, register, migrate, roll out, move schedules, record, on services that have service deployments. */
export const fullDeploy: Scenario = async () => {
  const shop = new Shop({ serviceDeployments: true });
  shop.configure((yaml) => `${yaml}${SCHEDULES_YML}`);
  const target = (revision: string) => ({
    Arn: clusterArn('staging'),
    EcsParameters: { TaskDefinitionArn: revisionArn(revision) },
  });
  shop.aws.events.addRule('nightly', { targets: [{ Id: 'one', ...target('worker:1') }] });
  shop.aws.scheduler.addSchedule({ Name: 'report', Target: target('web:1') });
  shop.aws.ecs.nextTask(
    { startedBy: /\/migrate\// },
    { runSeconds: 6, logLines: [{ afterSeconds: 1, message: 'migrated' }] },
  );
  return shop;
};

/** Services that have no service deployments: `deployments[]` decides alone. */
export const olderServices: Scenario = async () => new Shop();

/** ECR has the content already, as after a merge from develop to master. */
export const promotion: Scenario = async () => {
  const shop = await fullDeploy();
  shop.aws.ecr.putImage('shop', { digest: `sha256:${'1'.repeat(64)}`, tags: [await contentTag()] });
  return shop;
};

/** The second attempt of a run whose process died while its rollouts were under way. */
export const secondAttempt: Scenario = async () => {
  const shop = await fullDeploy();
  await startAttempt(shop, {
    onCrossing: ({ side }, fate) => {
      if (side === 'after' && shop.aws.callsOf('UpdateService').length === 2) fate.kill();
    },
  });
  return shop;
};

/** What a process calls, in its order, when nothing disturbs it; `endsWith` is its exit code. */
export async function happyCalls(open: Scenario, endsWith = 0): Promise<HappyCall[]> {
  const shop = await open();
  const calls: HappyCall[] = [];
  const seen = new Map<string, number>();
  let before = 0;
  const { exitCode, host } = await startAttempt(shop, {
    onCrossing: ({ index, side }) => {
      const { length } = shop.aws.calls;
      if (side === 'before') {
        before = length;
        return;
      }
      const { service, operation } =
        length === before ? { service: 'builder', operation: 'build' } : shop.aws.calls.at(-1)!;
      const nth = (seen.get(operation) ?? 0) + 1;
      seen.set(operation, nth);
      calls.push({ service, operation, nth, index });
    },
  });
  if (exitCode === endsWith) return calls.toSorted((one, other) => one.index - other.index);
  throw new Error(`the undisturbed run ended with ${exitCode ?? 'nothing'}:\n${host.lines.join('\n')}`);
}

/** The first call of each operation and, where it recurs, the last one. */
export function firstAndLast(calls: readonly HappyCall[]): HappyCall[] {
  return calls.filter((call) => {
    const alike = calls.filter(({ operation }) => operation === call.operation);
    return call === alike[0] || call === alike.at(-1);
  });
}

/** Do all services serve a new image, their rollouts completed, and do the schedules start it? */
export function servesTheNewRevision(shop: Shop): boolean {
  const isServed = ['web', 'worker'].every((name) => {
    const primary = shop.aws.ecs.service(name).deployments.find(({ status }) => status === 'PRIMARY');
    return (
      primary?.rolloutState === 'COMPLETED' &&
      primary.runningCount === 2 &&
      shop.digestOf(primary.taskDefinition) !== OLD_DIGEST
    );
  });
  return isServed && scheduledRevisions(shop).every((revision) => shop.digestOf(revision) !== OLD_DIGEST);
}

/** What the rule and the schedule start, where the scenario has them. */
export function scheduledRevisions(shop: Shop): string[] {
  if (!shop.aws.events.hasRule('nightly')) return [];
  const targets = [...shop.aws.events.targets('nightly'), shop.aws.scheduler.schedule('report').Target];
  return targets.map((target) => revisionName(taskDefinitionOf(target as JsonObject) ?? ''));
}

/** The commands that end what a run left under way in AWS: each must be in its log. */
export function commandsThatEnd(shop: Shop): string[] {
  const tasks = shop.aws.ecs
    .tasks()
    .filter(
      ({ startedBy, desiredStatus }) =>
        startedBy?.startsWith('deploy-action/') && desiredStatus === 'RUNNING',
    )
    .map(({ taskArn }) => `aws ecs stop-task --cluster staging --task ${taskArn}`);
  const rollouts = ['web', 'worker'].filter((name) => {
    const primary = shop.aws.ecs.service(name).deployments.find(({ status }) => status === 'PRIMARY');
    return primary?.rolloutState === 'IN_PROGRESS' && shop.digestOf(primary.taskDefinition) !== OLD_DIGEST;
  });
  return [
    ...tasks,
    ...rollouts.map(
      (name) => `aws ecs update-service --cluster staging --service ${name} --task-definition ${name}:1`,
    ),
  ];
}

/** How often each thing was done that must not be done twice. */
export function doneIn(shop: Shop): Record<'builds' | 'revisions' | 'tasks' | 'updates', number> {
  const carriedOut = (operation: string) =>
    shop.aws.callsOf(operation).filter((call) => call.carriedOut).length;
  return {
    builds: shop.builder.builds.length,
    revisions: carriedOut('RegisterTaskDefinition'),
    tasks: migrations(shop).length,
    updates: carriedOut('UpdateService'),
  };
}

/** The tasks of all migrations that there ever were. */
export function migrations(shop: Shop) {
  return shop.aws.ecs.tasks().filter(({ startedBy }) => startedBy?.includes('/migrate/'));
}

/** The count of a matrix, in the output of the tests. */
export function sayCount(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function contentTag(): Promise<string> {
  const shop = await fullDeploy();
  await startAttempt(shop);
  const [, tag = ''] = /:([^:/]+)$/.exec(shop.builder.builds[0]?.references[0] ?? '') ?? [];
  return tag;
}
