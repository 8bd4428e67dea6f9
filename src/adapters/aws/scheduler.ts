import type { ListSchedulesCommandOutput } from '@aws-sdk/client-scheduler';
import { isAwsError } from '../../errors.ts';
import type { Scheduler, SchedulerName } from '../../ports/scheduler.ts';
import type { JsonObject } from '../../rules/text/json.ts';
import { expectMember } from './answer.ts';
import { type AwsClientSettings, lazily, prepared } from './client-settings.ts';
import { withRawJson } from './raw-json.ts';

/** The most that AWS gives in one answer (API reference, ListSchedules). */
const A_PAGE = 100;

/** What GetSchedule answers and UpdateSchedule does not take (API reference); the name stands in the path. */
const READ_ONLY = ['Arn', 'CreationDate', 'LastModificationDate', 'Name'];

/** Many deploys have no schedules, so the SDK's client is read from disk only on the first call. */
export function awsScheduler({ config, ...about }: AwsClientSettings): Scheduler {
  const client = lazily(async () => {
    const { SchedulerClient } = await import('@aws-sdk/client-scheduler');
    return prepared('scheduler', new SchedulerClient(config), about);
  });

  return {
    async listSchedules() {
      const { ListSchedulesCommand } = await import('@aws-sdk/client-scheduler');
      const found: (SchedulerName & { targetArn: string })[] = [];
      let token: string | undefined;
      do {
        const answer: ListSchedulesCommandOutput = await (
          await client()
        ).send(
          expectMember(
            new ListSchedulesCommand({
              MaxResults: A_PAGE,
              ...(token === undefined ? {} : { NextToken: token }),
            }),
            'Schedules',
          ),
        );
        for (const { Name: name, GroupName: group = 'default', Target } of answer.Schedules ?? [])
          if (name !== undefined) found.push({ group, name, targetArn: Target?.Arn ?? '' });
        token = answer.NextToken;
      } while (token !== undefined && token !== '');
      return found;
    },

    async getSchedule({ group, name }) {
      const { GetScheduleCommand } = await import('@aws-sdk/client-scheduler');
      const command = new GetScheduleCommand({ Name: name, GroupName: group });
      const raw = withRawJson(expectMember(command, 'Name', 'Target'));
      try {
        await (await client()).send(raw.command);
        return raw.answer();
      } catch (error) {
        if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
        throw error;
      }
    },

    async updateSchedule({ group, name }, schedule) {
      const { UpdateScheduleCommand } = await import('@aws-sdk/client-scheduler');
      const body: JsonObject = Object.fromEntries(
        Object.entries(schedule).filter(([member]) => !READ_ONLY.includes(member)),
      );
      // Beside the path, the command's own input is replaced; it only has to satisfy the SDK.
      const command = new UpdateScheduleCommand({
        Name: name,
        ScheduleExpression: '',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: '', RoleArn: '' },
      });
      // The same body puts the same schedule: it may be sent again as often as the SDK likes.
      const raw = withRawJson(expectMember(command, 'ScheduleArn'), { ...body, GroupName: group });
      await (await client()).send(raw.command);
    },
  };
}
