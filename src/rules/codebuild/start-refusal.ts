/** What CodeBuild says when a build was not started. */
export interface Refusal {
  awsCode: string;
  awsMessage: string;
}

/** A limit on builds at the same time: there will be room later. */
export function isLimit({ awsCode, awsMessage }: Refusal): boolean {
  return awsCode === 'AccountLimitExceededException' && !isZeroLimit(awsMessage);
}

/** New accounts may have a limit of 0, which no waiting raises. */
function isZeroLimit(message: string): boolean {
  return /more than 0 builds/i.test(message);
}

/** What to do about a refusal that waiting does not mend; undefined where the error speaks for itself. */
export function hintForRefusal({ awsCode, awsMessage }: Refusal, project: string): string | undefined {
  switch (awsCode) {
    case 'ResourceNotFoundException':
      return `There is no project ${project} in this account and region. See those there are: aws codebuild list-projects`;
    case 'AccountLimitExceededException':
      return 'The account may run no build at all, as new accounts: ask AWS for a higher quota "Concurrently running builds".';
    case 'AccountSuspendedException':
      return 'AWS has suspended CodeBuild for this account: ask AWS Support.';
    case 'InvalidInputException':
      return /source/i.test(awsMessage)
        ? 'See what the source of the project is: aws codebuild batch-get-projects --names ' +
            `${project} --query "projects[].source". With \`source: upload\` and a \`bucket\` the checkout is handed over through S3.`
        : 'CodeBuild takes one of the values in `codebuild:` for wrong; its message names it.';
    default:
      return undefined;
  }
}
