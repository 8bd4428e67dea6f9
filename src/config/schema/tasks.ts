import { z } from 'zod';
import { codebuild } from './codebuild.ts';
import type { Parsed } from '../../rules/input/parsed.ts';
import { choice, command, duration, follow, name } from './words.ts';

/** Where a one-off task runs: as which service, and in which of its containers. */
export const taskPlace = {
  service: name('service')
    .optional()
    .describe(
      'The service whose network, platform and roles the task gets; one of `services`. Default: the first of them.',
    ),
  container: name('container')
    .optional()
    .describe('The container that runs the command. Default: the one whose image is replaced.'),
};

const oneOffTask = {
  ...taskPlace,
  image: name('image')
    .optional()
    .describe(
      'One of `images`. Default: the one that the service runs; the first of them, where it runs several.',
    ),
  timeout: duration()
    .optional()
    .describe('How long the task may take; then it is stopped and the run fails. Default: `30m`.'),
  'on-cancel': choice(['keep', 'stop'])
    .optional()
    .describe(
      'What happens to the task when the run is cancelled: it runs on (`keep`), or it is stopped. Default: `keep`.',
    ),
};

export const beforeDeploy = z.array(
  z
    .strictObject({
      ...oneOffTask,
      command: command()
        .optional()
        .describe(
          'What to run on the new image: text split as a shell would, or a list of words. Either this or `codebuild`.',
        ),
      codebuild: codebuild
        .optional()
        .describe(
          'A CodeBuild project to run instead of a task: a Packer build, a test. It builds no image of ours.',
        ),
    })
    .meta({ anyOf: [{ required: ['command'] }, { required: ['codebuild'] }] })
    .transform(follow(eitherKind)),
);

function eitherKind<Step extends { command?: unknown; codebuild?: unknown }>(step: Step): Parsed<Step> {
  return step.command !== undefined || step.codebuild !== undefined
    ? { value: step }
    : {
        problem: 'has neither `command` nor `codebuild`',
        hint: 'Write what to run: `command: [bin/assets, sync]`, or `codebuild: { project: NAME }`.',
      };
}

export const migrate = z.strictObject({
  ...oneOffTask,
  command: command()
    .optional()
    .describe(
      'The migration, run on the new image before any service changes: text split as a shell would, or a list of words.',
    ),
  'prove-previous': command()
    .optional()
    .describe(
      'A check, run on the image that serves now, after the migration and before any service changes: can it live with the new schema? When it fails, no service changes.',
    ),
});
