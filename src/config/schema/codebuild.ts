import { z } from 'zod';
import { asWritten, choice, duration, name } from './words.ts';

/** A build on CodeBuild; `image.codebuild` and the steps of `before-deploy` share it. */
export const codebuild = z.strictObject({
  project: name('buildProject').describe(
    'The CodeBuild project, in the account and region of the environment.',
  ),
  'environment-variables': z
    .record(name('variable'), asWritten())
    .optional()
    .describe(
      'Further variables of the build, by name. `parameter-store:NAME` and `secrets-manager:ID` are read by CodeBuild with the role of the project; anything else can be seen in its console.',
    ),
  image: name('buildImage')
    .optional()
    .describe(
      'The image that the build runs in, in place of the one of the project. One that AWS does not curate (`aws/codebuild/…`) is pulled with the role of the project.',
    ),
  'compute-type': name('computeType')
    .optional()
    .describe('The size of the machine, such as `BUILD_GENERAL1_LARGE`, in place of that of the project.'),
  buildspec: z
    .string()
    .meta({ minLength: 1 })
    .optional()
    .describe(
      'The buildspec in place of that of the project: its path in the source, or the whole of it as text of several lines.',
    ),
  'service-role': name('role')
    .optional()
    .describe(
      'The ARN of the role that the build has, in place of that of the project. Needs `iam:PassRole`.',
    ),
  privileged: z
    .boolean()
    .optional()
    .describe('Whether the build may run docker, in place of what the project says.'),
  source: choice(['project', 'upload'])
    .optional()
    .describe(
      'Where the build has its source from: as the project has it, at the commit of this run (`project`), or the checkout, handed over as an archive in S3 (`upload`). Default: `project`.',
    ),
  bucket: name('bucket')
    .optional()
    .describe('The S3 bucket that the checkout is handed over in, for `source: upload`.'),
});

/** The one of an image also says how long it may take; a step says so beside it. */
export const imageCodebuild = codebuild.extend({
  timeout: duration()
    .optional()
    .describe(
      'How long the build may take, the wait for a free place included; then it is stopped and the run fails. Default: `1h`.',
    ),
});
