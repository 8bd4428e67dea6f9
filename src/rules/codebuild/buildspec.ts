/** The file that CodeBuild looks for where nobody names another (AWS CodeBuild user guide, buildspec reference). */
export const DEFAULT_BUILDSPEC = 'buildspec.yml';

/** The files of the checkout that a buildspec is; none where it is written out, or lies in S3. */
export function filesOf(buildspec: string): string[] {
  return buildspec.includes('\n') || buildspec.startsWith('arn:') ? [] : [buildspec];
}
