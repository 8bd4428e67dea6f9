import { AwsException } from './wire.ts';

/** Builds that may wait, for each that may run (AWS CodeBuild user guide, quotas). */
const QUEUE_FACTOR = 5;

/**
 * What StartBuild says where a limit is reached. A project with a limit of its own refuses at once and has no queue;
 * otherwise builds wait for the account's limit, until its queue is full (AWS CodeBuild user guide, working with builds).
 */
export function checkLimits({
  ofProject,
  ofAccount,
}: {
  ofProject: { open: number; most?: number | undefined };
  ofAccount: { open: number; most: number };
}): void {
  const { open, most = Infinity } = ofProject;
  if (open >= most)
    throw new AwsException(
      'AccountLimitExceededException',
      `Cannot have more than ${most} builds running for the project`,
    );
  const queue = ofAccount.most * QUEUE_FACTOR;
  if (ofAccount.open >= ofAccount.most + queue)
    throw new AwsException(
      'AccountLimitExceededException',
      `Cannot have more than ${queue} builds in queue for the account`,
    );
}
