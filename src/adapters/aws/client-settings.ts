import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { ECSClientConfig } from '@aws-sdk/client-ecs';
import { markPassingFailures } from './answer.ts';
import { giveUpOnCancel } from './cancel.ts';
import { asAwsError } from './error.ts';
import { addMiddleware, type HasMiddleware } from './middleware.ts';
import type { Pace } from './pace.ts';

/** What all clients of one target share. */
export interface AwsClientSettings {
  config: Required<Pick<ECSClientConfig, 'region' | 'maxAttempts' | 'customUserAgent' | 'requestHandler'>> &
    Pick<ECSClientConfig, 'credentials' | 'retryStrategy'>;
  /** Aborted when the run is cancelled. */
  signal?: AbortSignal;
  /** What the run does: a call that is denied is told with the section of that command's policy. */
  command?: string;
  /** Keeps calls of ECS within what it allows. */
  pace?: Pace;
}

export type AwsCredentials = NonNullable<ECSClientConfig['credentials']>;
export type AwsRequestHandler = NonNullable<ECSClientConfig['requestHandler']>;
export type AwsRetryStrategy = NonNullable<ECSClientConfig['retryStrategy']>;

/** Three, the SDK's own number, is too few for minutes of polling: one bad second would end a deploy. */
export const MAX_ATTEMPTS = 9;

const CONNECTION_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** Connections that stay open, shared by all clients of a target. */
export function keepAliveConnections(): AwsRequestHandler {
  return {
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    throwOnRequestTimeout: true,
    httpAgent: new HttpAgent({ keepAlive: true, maxSockets: 50 }),
    httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets: 50 }),
  };
}

/** A client whose every call rejects with an AwsError. `service` is the prefix of its IAM actions. */
export function prepared<C extends HasMiddleware>(
  service: string,
  client: C,
  { signal, command }: Pick<AwsClientSettings, 'signal' | 'command'>,
): C {
  markPassingFailures(client);
  if (signal !== undefined) giveUpOnCancel(client, signal);
  addMiddleware(
    client,
    (next, { commandName = '' }) =>
      async (call) => {
        try {
          return await next(call);
        } catch (thrown) {
          const operation = commandName.replace(/Command$/, '');
          throw asAwsError(thrown, { service, operation, ...(command === undefined ? {} : { command }) });
        }
      },
    { name: 'rejectWithAwsError', step: 'initialize', priority: 'high' },
  );
  return client;
}

/** Made when it is first needed, and once. */
export function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
