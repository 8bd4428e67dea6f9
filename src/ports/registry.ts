import type { RegistryLogin } from './ecr.ts';

/**
 * Copies an image from one registry to another by digest, without any builder: the manifests byte for byte, and of the
 * blobs those that the target does not have. Rejects with DeployError: PUSH_FAILED, IMAGE_DIGEST_MISMATCH,
 * IMAGE_TAG_IMMUTABLE.
 */
export type CopyImage = (request: CopyRequest) => Promise<CopiedImage>;

export interface CopyRequest {
  from: RegistryRepository;
  to: RegistryRepository;
  /** "sha256:…", of a manifest or of an index. */
  digest: string;
  /** What the copy is pushed under; by digest alone where there is none. */
  tag?: string;
  signal: AbortSignal;
}

export interface RegistryRepository {
  login: RegistryLogin;
  /** The path in the registry: "shop". */
  name: string;
}

export interface CopiedImage {
  /** Blobs that were sent, and those that the target had. */
  sent: number;
  present: number;
  bytes: number;
}
