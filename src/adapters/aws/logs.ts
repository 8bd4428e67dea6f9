import type { CloudWatchLogsClient, OutputLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import { isAwsError } from '../../errors.ts';
import type { LogEvent, LogStream, Logs } from '../../ports/logs.ts';
import { expectMember } from './answer.ts';
import { type AwsClientSettings, prepared } from './client-settings.ts';

/** Pages towards the head that are read for a tail: empty ones are normal, endless ones are not. */
const TAIL_PAGES = 10;

/** Only tasks that are followed have a log to read, so the SDK's client is read from disk only then. */
export function awsLogs({ config, ...about }: AwsClientSettings): Logs {
  const clients = new Map<string, CloudWatchLogsClient>();
  const clientOf = async (region: string): Promise<CloudWatchLogsClient> => {
    const { CloudWatchLogsClient } = await import('@aws-sdk/client-cloudwatch-logs');
    const client =
      clients.get(region) ?? prepared('logs', new CloudWatchLogsClient({ ...config, region }), about);
    clients.set(region, client);
    return client;
  };

  const read = async (
    stream: LogStream,
    page: { startFromHead: boolean; nextToken?: string; limit?: number },
  ) => {
    const { GetLogEventsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    const command = new GetLogEventsCommand({
      logGroupName: stream.group,
      logStreamName: stream.stream,
      ...page,
    });
    try {
      return await (await clientOf(stream.region)).send(expectMember(command, 'events'));
    } catch (error) {
      // Neither group nor stream exists before the first line.
      if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
      throw error;
    }
  };

  return {
    async readPage(stream, token) {
      const answer = await read(stream, {
        startFromHead: true,
        ...(token === undefined ? {} : { nextToken: token }),
      });
      return answer && { events: (answer.events ?? []).map(asLogEvent), nextToken: answer.nextForwardToken };
    },

    async readTail(stream, lines) {
      let tail: LogEvent[] = [];
      let token: string | undefined;
      for (let page = 0; page < TAIL_PAGES && tail.length < lines; page += 1) {
        const answer = await read(stream, {
          startFromHead: false,
          limit: lines - tail.length,
          ...(token === undefined ? {} : { nextToken: token }),
        });
        if (answer === undefined) return page === 0 ? undefined : tail;
        tail = [...(answer.events ?? []).map(asLogEvent), ...tail];
        if (answer.nextBackwardToken === undefined || answer.nextBackwardToken === token) break;
        token = answer.nextBackwardToken;
      }
      return tail;
    },

    async groupExists(group, region) {
      const { DescribeLogGroupsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
      // The group itself is the first that begins with its name: they come in order.
      const command = new DescribeLogGroupsCommand({ logGroupNamePrefix: group, limit: 1 });
      const answer = await (await clientOf(region)).send(expectMember(command, 'logGroups'));
      return answer.logGroups?.[0]?.logGroupName === group;
    },
  };
}

function asLogEvent({ timestamp = 0, message = '' }: OutputLogEvent): LogEvent {
  return { timestamp, message };
}
