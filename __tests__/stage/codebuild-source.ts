import { GetObjectCommand } from '@aws-sdk/client-s3';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setUp } from '../../scripts/setup.mjs';
import { awsClients } from './aws.ts';
import { PhaseError, type StartInput, type Variable } from './codebuild-build.ts';
import type { Stage } from './stage.ts';

/** Brings the source of a build into a folder: the object of S3 that it was given, or its commit of `origin`. */
export async function bringSource(
  stage: Stage,
  { sourceTypeOverride, sourceLocationOverride = '', sourceVersion = 'HEAD' }: StartInput,
  { origin, folder }: { origin: string | undefined; folder: string },
): Promise<void> {
  if (sourceTypeOverride === 'S3') return unpack(stage, sourceLocationOverride, folder);
  if (origin === undefined) throw new PhaseError('CLIENT_ERROR', 'no repository to clone');
  execFileSync('git', ['clone', '--quiet', origin, folder]);
  execFileSync('git', ['-C', folder, 'checkout', '--quiet', sourceVersion]);
}

/** @param location "BUCKET/KEY" */
async function unpack(stage: Stage, location: string, folder: string): Promise<void> {
  const [bucket = '', ...key] = location.split('/');
  const command = new GetObjectCommand({ Bucket: bucket, Key: key.join('/') });
  const { Body } = await awsClients(stage)
    .s3.send(command)
    .catch((error: unknown) => {
      throw new PhaseError('CLIENT_ERROR', `cannot read ${location}: ${String(error)}`);
    });
  const archive = join(folder, '..', 'source.zip');
  writeFileSync(archive, await Body!.transformToByteArray());
  // Made by others than what packs it.
  const { python } = await setUp(['python']);
  execFileSync(python!.python, [join(import.meta.dirname, 'unzip.py'), archive, folder]);
  rmSync(archive);
}

/** The values of variables: what is only named is read from Parameter Store and Secrets Manager. */
export async function readVariables(stage: Stage, variables: readonly Variable[]): Promise<Variable[]> {
  const { ssm, secrets } = awsClients(stage);
  return Promise.all(
    variables.map(async ({ name, value, type }) => {
      if (type === 'PARAMETER_STORE') {
        const { Parameter } = await ssm.send(new GetParameterCommand({ Name: value, WithDecryption: true }));
        return { name, value: Parameter!.Value! };
      }
      if (type === 'SECRETS_MANAGER') {
        const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: value }));
        return { name, value: SecretString! };
      }
      return { name, value };
    }),
  );
}
