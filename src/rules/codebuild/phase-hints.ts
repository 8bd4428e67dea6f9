interface Hint {
  applies: (facts: PhaseEnd) => boolean;
  hint: string;
}

export interface PhaseEnd {
  status: string;
  phase: string | undefined;
  /** What CodeBuild says about the phase. */
  said: string;
}

/** What usually lies behind an end, first match wins (AWS CodeBuild user guide, troubleshooting; AWS API reference, PhaseContext). */
const HINTS: readonly Hint[] = [
  {
    applies: ({ status }) => status === 'STOPPED',
    hint: 'Somebody stopped it, or another run did. Run the job again.',
  },
  {
    applies: ({ status, phase }) => status === 'TIMED_OUT' && phase === 'QUEUED',
    hint: "Raise the project's `queuedTimeoutInMinutes`, or ask AWS for a higher limit of concurrent builds.",
  },
  {
    applies: ({ status }) => status === 'TIMED_OUT',
    hint: "Raise the project's `timeoutInMinutes`, or give the build a larger `compute-type`.",
  },
  {
    applies: ({ said }) => /docker daemon|docker\.sock|privileged/i.test(said),
    hint: 'A build that runs docker needs privileged mode: set `image.codebuild.privileged: true`, or set it in the project.',
  },
  {
    applies: ({ said }) => said.includes('YAML_FILE_ERROR'),
    hint: 'The buildspec was not found, or is not valid. See docs/codebuild.md for one that works; `buildspec` names another file.',
  },
  {
    applies: ({ phase, said }) => phase === 'DOWNLOAD_SOURCE' && /ACCESS_DENIED|AccessDenied|403/i.test(said),
    hint: 'The service role of the project may not read the source. With `source: upload` it needs s3:GetObject on the bucket.',
  },
  {
    applies: ({ phase }) => phase === 'DOWNLOAD_SOURCE',
    hint: 'CodeBuild asks the source of the project for the commit of this run: it must be pushed there, and CodeBuild must be allowed to read it. `source: upload` hands the checkout over instead.',
  },
  {
    applies: ({ said }) => /UNABLE_TO_PULL_IMAGE|CannotPull/i.test(said),
    hint: 'CodeBuild could not pull the image that the build runs in. An image in ECR needs ecr:BatchGetImage and ecr:GetDownloadUrlForLayer for the service role of the project.',
  },
  {
    applies: ({ said }) => said.includes('COMMAND_EXECUTION_ERROR'),
    hint: 'A command of the buildspec failed; the last lines of its log stand above.',
  },
  {
    applies: ({ status }) => status === 'FAULT',
    hint: 'This is a fault on the side of AWS. Run the job again.',
  },
];

/** What to do about the end of a build; undefined where nothing is known about it. */
export function hintForPhase(end: PhaseEnd): string | undefined {
  return HINTS.find(({ applies }) => applies(end))?.hint;
}
