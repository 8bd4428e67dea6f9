import { z } from 'zod';
import { choice, command, name, path } from './words.ts';

export const cookbooks = z.strictObject({
  paths: z
    .array(path())
    .min(1)
    .optional()
    .describe(
      'Globs of the folders that hold one cookbook each; `.` is the whole repository. Default: `[cookbooks/*]`.',
    ),
  branch: name('branch')
    .optional()
    .describe(
      'The branch whose pushes are judged and that the pull request goes to. Default: the branch of the environment `production`, where that is one plain name.',
    ),
  level: choice(['patch', 'minor', 'major'])
    .optional()
    .describe('The least level by which a version rises; labels and commits may raise it. Default: `patch`.'),
  pins: z
    .array(path())
    .optional()
    .describe('Chef environment files whose pins follow the versions. Default: none.'),
  'lock-command': command()
    .optional()
    .describe(
      'Writes Policyfile locks anew, such as `[chef, update]`; runs in the folder of each lock, in a copy of the repository.',
    ),
  dependants: choice(['excluding', 'always'])
    .optional()
    .describe(
      'Which cookbooks rise with one that they depend on: those whose constraint excludes its new version (`excluding`), or all (`always`). Default: `excluding`.',
    ),
  deploy: command()
    .optional()
    .describe(
      'The infrastructure deploy: runs once when versions were released, with them in its environment, after the application. Text split as a shell would, or a list of words.',
    ),
});
