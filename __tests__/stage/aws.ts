import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { StageFacts } from './stage.ts';

export interface AwsClients {
  ecs: ECSClient;
  ecr: ECRClient;
  logs: CloudWatchLogsClient;
  events: EventBridgeClient;
  iam: IAMClient;
  scheduler: SchedulerClient;
  s3: S3Client;
  ssm: SSMClient;
  secrets: SecretsManagerClient;
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
    iam: new IAMClient(settings),
    scheduler: new SchedulerClient(settings),
    s3: new S3Client({ ...settings, forcePathStyle: true }),
    ssm: new SSMClient(settings),
    secrets: new SecretsManagerClient(settings),
  };
}
