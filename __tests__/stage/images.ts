import { CreateRepositoryCommand, RepositoryAlreadyExistsException } from '@aws-sdk/client-ecr';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { awsClients } from './aws.ts';
import { docker } from './docker.ts';
import type { Stage } from './stage.ts';

/** An ECR repository as careful teams have it: a tag, once pushed, stays what it is. One that is there stays too. */
export async function createRepository(stage: Stage, name: string): Promise<void> {
  const { ecr } = awsClients(stage);
  await ecr
    .send(new CreateRepositoryCommand({ repositoryName: name, imageTagMutability: 'IMMUTABLE' }))
    .catch((error: unknown) => {
      if (!(error instanceof RepositoryAlreadyExistsException)) throw error;
    });
}

/**
 * Pushes an image that the engine has under a new name into a repository of the stage.
 * @returns the image by digest, `localhost:PORT/NAME@sha256:…`
 */
export async function pushImage(
  stage: Stage,
  source: string,
  repository: string,
  tag: string,
): Promise<string> {
  const name = `${stage.registry}/${repository}:${tag}`;
  await docker(stage, ['tag', source, name]);
  const said = await docker(stage, ['push', name]);
  const digest = /digest: (sha256:[0-9a-f]{64})/.exec(said)?.[1];
  if (digest === undefined) throw new Error(`docker push named no digest:\n${said}`);
  return `${stage.registry}/${repository}@${digest}`;
}

/**
 * Builds an image from files given as texts and pushes it.
 * @param files path → content, with a `Dockerfile` among them
 * @returns the image by digest
 */
export async function buildImage(
  stage: Stage,
  files: Record<string, string>,
  repository: string,
  tag: string,
): Promise<string> {
  const context = await mkdtemp(join(tmpdir(), 'context-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(context, path)), { recursive: true });
      await writeFile(join(context, path), content);
    }
    const name = `${stage.registry}/${repository}:${tag}`;
    await docker(stage, ['buildx', 'build', '--load', '--tag', name, context]);
    return await pushImage(stage, name, repository, tag);
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}
