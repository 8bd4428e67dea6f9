import {
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  type ImageDetail,
} from '@aws-sdk/client-ecr';
import { AwsError, isAwsError } from '../errors.ts';
import type { Ecr, EcrImage, RepositoryName } from '../ports/ecr.ts';
import { expectMember } from './aws-answer.ts';
import { type AwsClientSettings, lazily, prepared } from './aws-client-settings.ts';

/** `registry` replaces the registry host, for tests against an emulator (DEPLOY_REGISTRY). */
export function awsEcr(
  { config, signal }: AwsClientSettings,
  { mask, registry }: { mask: (secret: string) => void; registry?: string },
): Ecr {
  const client = lazily(() => prepared('ecr', new ECRClient(config), signal));

  return {
    async describeImage(repository, image) {
      const imageId = 'tag' in image ? { imageTag: image.tag } : { imageDigest: image.digest };
      try {
        const command = new DescribeImagesCommand({ ...inRegistry(repository), imageIds: [imageId] });
        const answer = await client().send(expectMember(command, 'imageDetails'));
        // Some emulators answer a missing image with an empty list.
        return answer.imageDetails?.flatMap(asImage)[0];
      } catch (error) {
        if (isAwsError(error, 'ImageNotFoundException')) return undefined;
        throw error;
      }
    },

    async login(registryId) {
      const answer = await client().send(
        expectMember(new GetAuthorizationTokenCommand({}), 'authorizationData'),
      );
      const [authorization] = answer.authorizationData ?? [];
      const token = authorization?.authorizationToken;
      const decoded = Buffer.from(token ?? '', 'base64').toString();
      const [, username, password] = /^([^:]+):(.+)$/s.exec(decoded) ?? [];
      if (token === undefined || username === undefined || password === undefined) {
        throw new AwsError('AWS_CALL_FAILED', {
          action: 'ecr:GetAuthorizationToken',
          awsCode: 'IncompleteAnswer',
          awsMessage: 'the answer holds no token for docker',
          retryable: true,
        });
      }
      mask(password);
      mask(token);
      return {
        registry: registry ?? registryHost(authorization?.proxyEndpoint ?? '', registryId),
        username,
        password,
      };
    },

    async describeRepository(repository) {
      try {
        const { name, ...registryId } = repository;
        const command = new DescribeRepositoriesCommand({ ...registryId, repositoryNames: [name] });
        const answer = await client().send(expectMember(command, 'repositories'));
        const [found] = answer.repositories ?? [];
        if (found?.repositoryUri === undefined) return undefined;
        return {
          uri: found.repositoryUri,
          immutableTags: (found.imageTagMutability ?? '').startsWith('IMMUTABLE'),
        };
      } catch (error) {
        if (isAwsError(error) && error.code === 'AWS_ACCESS_DENIED') return undefined;
        throw error;
      }
    },
  };
}

function inRegistry({ name, registryId }: RepositoryName): { repositoryName: string; registryId?: string } {
  return { repositoryName: name, ...(registryId === undefined ? {} : { registryId }) };
}

function asImage({ imageDigest, imageTags = [], imagePushedAt }: ImageDetail): EcrImage[] {
  if (imageDigest === undefined) return [];
  return [
    {
      digest: imageDigest,
      tags: imageTags,
      ...(imagePushedAt === undefined ? {} : { pushedAt: imagePushedAt }),
    },
  ];
}

/** The token is good for every registry that the caller may use; ECR names the caller's own ("https://ACCOUNT.dkr.ecr.…"). */
function registryHost(proxyEndpoint: string, registryId: string | undefined): string {
  const host = proxyEndpoint.replace(/^https?:\/\//, '');
  return registryId === undefined ? host : host.replace(/^\d{12}(?=\.)/, registryId);
}
