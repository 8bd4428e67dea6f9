/** What of a project decides about its source; undefined where it may not be read. */
export interface ProjectFacts {
  source?: { type?: string | undefined; location?: string | undefined } | undefined;
}

/** What StartBuild is told about the source. */
export interface SourceOverride {
  sourceVersion?: string;
  sourceTypeOverride?: 'S3';
  sourceLocationOverride?: string;
}

export type SourceDecision =
  | { override: SourceOverride; warning?: string }
  /** It cannot work: the end of "project NAME …", and what to do. */
  | { problem: string; hint: string };

const UPLOAD = 'write `source: upload` and a `bucket`, and the checkout is handed over through S3';

/**
 * Which source a build gets. A project with a git source builds the commit of this run. For an image it has to: what is
 * tagged with a content has to be built from it. A project of something else (a Packer build) keeps its own source, and
 * gets the commit only where its source is this repository.
 */
export function decideSource({
  purpose,
  project,
  commit,
  repository,
}: {
  purpose: 'image' | 'before-deploy';
  project: ProjectFacts | undefined;
  commit: string;
  /** "owner/name" */
  repository?: string;
}): SourceDecision {
  const { type, location = '' } = project?.source ?? {};
  if (type === 'CODEPIPELINE')
    return {
      problem: 'belongs to a pipeline (source CODEPIPELINE), and only CodePipeline can start it',
      hint: 'Give the deploy a project of its own.',
    };
  if (purpose === 'before-deploy') {
    const isOurs =
      type !== 'NO_SOURCE' &&
      type !== 'S3' &&
      repository !== undefined &&
      location
        .toLowerCase()
        .replace(/\.git$/, '')
        .endsWith(`/${repository.toLowerCase()}`);
    return { override: isOurs ? { sourceVersion: commit } : {} };
  }
  if (type === 'NO_SOURCE')
    return {
      problem: 'has no source (NO_SOURCE), so it has nothing to build an image from',
      hint: `Give the project the repository as its source, or ${UPLOAD}.`,
    };
  if (type === 'S3')
    return {
      override: {},
      warning: `its source is the object ${location} in S3, which need not be this commit. To build the checkout, ${UPLOAD}.`,
    };
  return { override: { sourceVersion: commit } };
}

/** The checkout as an object in S3, as CodeBuild wants it: "BUCKET/KEY". */
export function uploadedSource(bucket: string, key: string): SourceOverride {
  return { sourceTypeOverride: 'S3', sourceLocationOverride: `${bucket}/${key}` };
}
