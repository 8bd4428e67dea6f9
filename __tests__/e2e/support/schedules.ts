import { ListTargetsByRuleCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateScheduleCommand, GetScheduleCommand } from '@aws-sdk/client-scheduler';
import { awsClients } from '../../stage/aws.ts';
import type { Stage } from '../../stage/stage.ts';

/** A rule and a schedule of staging, as a team would have made them: they start the revisions from before our first deploy. */
export const scheduleNames = { rule: 'staging-nightly', schedule: 'staging-report' };

/** Both are disabled: nothing shall start amid an act. */
export async function makeSchedules(stage: Stage): Promise<void> {
  const { events, scheduler } = awsClients(stage);
  const { rule, schedule } = scheduleNames;
  await events.send(new PutRuleCommand({ Name: rule, ScheduleExpression: 'rate(1 day)', State: 'DISABLED' }));
  await events.send(
    new PutTargetsCommand({
      Rule: rule,
      Targets: [
        {
          Id: 'nightly',
          Arn: arn(stage, 'ecs', 'cluster/staging'),
          RoleArn: `arn:aws:iam::${stage.account}:role/rules`,
          Input: '{"containerOverrides":[{"name":"app","command":["node","bin/nightly.js"]}]}',
          EcsParameters: {
            TaskDefinitionArn: arn(stage, 'ecs', 'task-definition/staging-worker:1'),
            TaskCount: 2,
            LaunchType: 'FARGATE',
            NetworkConfiguration: {
              awsvpcConfiguration: { Subnets: ['subnet-1'], AssignPublicIp: 'DISABLED' },
            },
            Tags: [{ Key: 'team', Value: 'orders' }],
          },
          RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 600 },
        },
        { Id: 'queue', Arn: arn(stage, 'sqs', 'nightly'), Input: '{"night":true}' },
      ],
    }),
  );
  await scheduler.send(
    new CreateScheduleCommand({
      Name: schedule,
      Description: 'The report, before people come to work',
      ScheduleExpression: 'cron(30 6 ? * MON-FRI *)',
      ScheduleExpressionTimezone: 'Asia/Tokyo',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
      State: 'DISABLED',
      Target: {
        Arn: arn(stage, 'ecs', 'cluster/staging'),
        RoleArn: `arn:aws:iam::${stage.account}:role/schedules`,
        Input: '{"containerOverrides":[{"name":"app","command":["node","bin/report.js"]}]}',
        EcsParameters: {
          TaskDefinitionArn: arn(stage, 'ecs', 'task-definition/staging-web:1'),
          CapacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1, base: 0 }],
          PropagateTags: 'TASK_DEFINITION',
        },
        DeadLetterConfig: { Arn: arn(stage, 'sqs', 'failed') },
      },
    }),
  );
}

/** What the stage has of both now, as text without what AWS itself writes. */
export async function schedulesNow(stage: Stage): Promise<{ rule: string; schedule: string }> {
  const { events, scheduler } = awsClients(stage);
  const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: scheduleNames.rule }));
  const { $metadata, LastModificationDate, ...schedule } = await scheduler.send(
    new GetScheduleCommand({ Name: scheduleNames.schedule }),
  );
  if ($metadata.httpStatusCode !== 200 || LastModificationDate === undefined)
    throw new Error('the stage does not answer with the schedule');
  const byId = Targets.toSorted((one, other) => (one.Id ?? '').localeCompare(other.Id ?? ''));
  return { rule: JSON.stringify(byId), schedule: JSON.stringify(schedule) };
}

function arn({ region, account }: Stage, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${account}:${resource}`;
}
