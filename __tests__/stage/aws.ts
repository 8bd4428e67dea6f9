import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import type { StageFacts } from './stage.ts';

export interface AwsClients {
  ecs: ECSClient;
  ecr: ECRClient;
  logs: CloudWatchLogsClient;
  events: EventBridgeClient;
  scheduler: SchedulerClient;
}

/** Real SDK clients that talk to the stage, whatever this process's own environment says. */
export function awsClients({ endpoint, region, account }: StageFacts): AwsClients {
  const settings = {
    endpoint,
    region,
    credentials: { accessKeyId: account, secretAccessKey: 'not-a-secret' },
  };
  return {
    ecs: new ECSClient(settings),
    ecr: new ECRClient(settings),
    logs: new CloudWatchLogsClient(settings),
    events: new EventBridgeClient(settings),
    scheduler: new SchedulerClient(settings),
  };
}
