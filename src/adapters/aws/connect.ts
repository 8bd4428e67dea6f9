import { STSClient } from '@aws-sdk/client-sts';
import { UsageError } from '../../errors.ts';
import type { Aws } from '../../ports/aws.ts';
import {
  type AwsClientSettings,
  type AwsCredentials,
  type AwsRequestHandler,
  type AwsRetryStrategy,
  keepAliveConnections,
  lazily,
  MAX_ATTEMPTS,
  prepared,
} from './client-settings.ts';
import { awsCodeBuild } from './codebuild.ts';
import { awsEcr } from './ecr.ts';
import { awsEcs } from './ecs.ts';
import { awsEvents } from './events.ts';
import { awsIdentity } from './identity.ts';
import { awsLoadBalancers } from './load-balancers.ts';
import { awsLogs } from './logs.ts';
import { awsS3 } from './s3.ts';
import { awsScheduler } from './scheduler.ts';
import { awsNetwork } from './network.ts';
import type { Pace } from './pace.ts';
import { awsRoles } from './roles.ts';
import { awsSecrets } from './secrets.ts';

export interface AwsConnection {
  /** Of the target; otherwise that of the environment. */
  region?: string;
  /** Otherwise the SDK's default chain. */
  credentials?: AwsCredentials;
  environment: Readonly<Record<string, string | undefined>>;
  /** What the calls carry as user agent: "deploy-action/1.2.3". */
  userAgent: string;
  /** Hides a secret in all later output. */
  mask: (secret: string) => void;
  /** What the run does: "deploy", "plan". */
  command?: string;
  /** Aborted when the run is cancelled: reads under way are then given up. */
  signal?: AbortSignal;
  /** Of the account and region; absent: calls are made as they come. */
  pace?: Pace;
  /** For tests: what takes the requests in place of the network. */
  requestHandler?: AwsRequestHandler;
  /** For tests: what is behind a link that ECR signed. */
  download?: (url: string) => Promise<string>;
  /** For tests: how long the SDK waits between two attempts. */
  retry?: AwsRetryStrategy;
}

/** AWS in one region with one set of credentials. No client is made, and no call, before the first use. */
export function connectAws(connection: AwsConnection): Aws {
  const { environment, userAgent, mask, signal, command, pace } = connection;
  const region = regionOf(connection);
  const config = {
    region,
    maxAttempts: MAX_ATTEMPTS,
    customUserAgent: userAgent,
    requestHandler: connection.requestHandler ?? keepAliveConnections(),
    ...(connection.credentials === undefined ? {} : { credentials: connection.credentials }),
    ...(connection.retry === undefined ? {} : { retryStrategy: connection.retry }),
  };
  const about = {
    ...(signal === undefined ? {} : { signal }),
    ...(command === undefined ? {} : { command }),
  };
  const sts = lazily(() => prepared('sts', new STSClient(config), about));
  const settings: AwsClientSettings = {
    // The default chain may ask a process or a server for credentials: once, not once for each client.
    config: { ...config, credentials: connection.credentials ?? (() => sts().config.credentials()) },
    ...about,
    ...(pace === undefined ? {} : { pace }),
  };
  const registry = environment['DEPLOY_REGISTRY'];
  const ofRegistry = {
    mask,
    ...(registry === undefined || registry === '' ? {} : { registry }),
    ...(connection.download === undefined ? {} : { download: connection.download }),
  };
  return {
    region,
    identity: awsIdentity(sts),
    ecs: awsEcs(settings),
    ecr: awsEcr(settings, ofRegistry),
    ecrIn: (other) => awsEcr({ ...settings, config: { ...settings.config, region: other } }, ofRegistry),
    logs: awsLogs(settings),
    loadBalancers: awsLoadBalancers(settings),
    codebuild: awsCodeBuild(settings),
    s3: awsS3(settings, { pathStyle: (environment['AWS_ENDPOINT_URL'] ?? '') !== '' }),
    events: awsEvents(settings),
    scheduler: awsScheduler(settings),
    roles: awsRoles(settings),
    secrets: awsSecrets(settings),
    network: awsNetwork(settings),
  };
}

function regionOf({ region, environment }: AwsConnection): string {
  const known = [region, environment['AWS_REGION'], environment['AWS_DEFAULT_REGION']].find(
    (name) => name !== undefined && name !== '',
  );
  if (known !== undefined) return known;
  throw new UsageError([
    {
      code: 'INPUT_INVALID',
      message: 'no AWS region: neither input `region`, nor deploy.yml, nor AWS_REGION names one',
      hint: 'Give the input `region`, or write `region:` into the environment in deploy.yml.',
    },
  ]);
}
