import {
  BatchGetImageCommand,
  DescribeImageScanFindingsCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  GetDownloadUrlForLayerCommand,
  GetLifecyclePolicyCommand,
  type ImageDetail,
} from '@aws-sdk/client-ecr';
import { AwsError, isAwsError } from '../../errors.ts';
import type { Ecr, EcrImage, RepositoryName } from '../../ports/ecr.ts';
import { expectMember } from './answer.ts';
import { type AwsClientSettings, lazily, prepared } from './client-settings.ts';

/** Manifests that name platforms, or a configuration that does. */
const MANIFEST_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

/** `registry` replaces the registry host, for tests against an emulator (DEPLOY_REGISTRY). */
interface EcrOptions {
  mask: (secret: string) => void;
  registry?: string;
  /** What is behind a link that ECR signed; for tests. */
  download?: (url: string) => Promise<string>;
}

export function awsEcr(
  { config, ...about }: AwsClientSettings,
  { mask, registry, download = downloadText }: EcrOptions,
): Ecr {
  const client = lazily(() => prepared('ecr', new ECRClient(config), about));

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

    async lifecyclePolicy(repository) {
      try {
        const answer = await client().send(
          expectMember(new GetLifecyclePolicyCommand(inRegistry(repository)), 'lifecyclePolicyText'),
        );
        return answer.lifecyclePolicyText;
      } catch (error) {
        if (isAwsError(error, 'LifecyclePolicyNotFoundException')) return undefined;
        throw error;
      }
    },

    async describeImageScanFindings(repository, digest) {
      try {
        const { imageScanStatus, imageScanFindings = {} } = await client().send(
          expectMember(
            new DescribeImageScanFindingsCommand({
              ...inRegistry(repository),
              imageId: { imageDigest: digest },
            }),
            'imageScanStatus',
          ),
        );
        const { status = 'PENDING', description } = imageScanStatus ?? {};
        const { findingSeverityCounts = {}, findings = [], enhancedFindings = [] } = imageScanFindings;
        return {
          status,
          ...(description === undefined ? {} : { description }),
          counts: findingSeverityCounts,
          findings: [
            ...findings.map(({ name = '', severity = '' }) => ({ name, severity })),
            ...enhancedFindings.map(({ title = '', severity = '' }) => ({ name: title, severity })),
          ],
        };
      } catch (error) {
        if (isAwsError(error, 'ScanNotFoundException')) return undefined;
        throw error;
      }
    },

    async platforms(repository, digest) {
      const answer = await client().send(
        expectMember(
          new BatchGetImageCommand({
            ...inRegistry(repository),
            imageIds: [{ imageDigest: digest }],
            acceptedMediaTypes: MANIFEST_TYPES,
          }),
          'images',
        ),
      );
      const manifest = parseJson(answer.images?.[0]?.imageManifest);
      if (manifest?.manifests !== undefined) return manifest.manifests.flatMap(platformIn);
      const layerDigest = manifest?.config?.digest;
      if (layerDigest === undefined) return undefined;
      const link = await client().send(
        expectMember(
          new GetDownloadUrlForLayerCommand({ ...inRegistry(repository), layerDigest }),
          'downloadUrl',
        ),
      );
      if (link.downloadUrl === undefined) return undefined;
      const config = parseJson(await download(link.downloadUrl));
      return config === undefined ? undefined : platformIn({ platform: config });
    },
  };
}

function inRegistry({ name, registryId }: RepositoryName): { repositoryName: string; registryId?: string } {
  return { repositoryName: name, ...(registryId === undefined ? {} : { registryId }) };
}

interface Platform {
  os?: string;
  architecture?: string;
}
/** The parts of manifests, indexes and configurations that matter here (OCI image specification). */
interface Manifest extends Platform {
  manifests?: { platform?: Platform }[];
  config?: { digest?: string };
}

function parseJson(text: string | undefined): Manifest | undefined {
  try {
    const value = JSON.parse(text ?? '') as Manifest | null;
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Attestations stand in an index as platform "unknown". */
function platformIn({ platform: { os = 'unknown', architecture } = {} }: { platform?: Platform }): string[] {
  return architecture === undefined || os === 'unknown' ? [] : [`${os}/${architecture}`];
}

const DOWNLOAD_TIMEOUT_MS = 10_000;

/** The link itself lets everybody in: it is told to nobody. */
async function downloadText(url: string): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) });
  if (!answer.ok) throw new Error(`the configuration of the image could not be read (${answer.status})`);
  return answer.text();
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
