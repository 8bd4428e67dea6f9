/** What a verification is about. */
export interface VerifiedRelease {
  readonly environment: string;
  readonly cluster: string;
  readonly region: string;
  /** Absent where nobody knows. */
  readonly commit?: string;
  /** "registry/name@sha256:…" */
  readonly image?: string;
  /** Service → "family:revision". */
  readonly revisions: Readonly<Record<string, string>>;
  /** The service that waits at a lifecycle hook. */
  readonly paused?: string;
}

/** What the command of a verification finds in its environment, beside that of the job. docs/verify.md lists it. */
export function verifyEnvironment({
  environment,
  cluster,
  region,
  commit = '',
  image = '',
  revisions,
  paused = '',
}: VerifiedRelease): Record<string, string> {
  return {
    DEPLOY_ENVIRONMENT: environment,
    DEPLOY_COMMIT: commit,
    DEPLOY_IMAGE: image,
    DEPLOY_REGION: region,
    CLUSTER: cluster,
    SERVICES: Object.keys(revisions).join(' '),
    TASK_DEFINITIONS: JSON.stringify(revisions),
    PAUSED_SERVICE: paused,
  };
}
