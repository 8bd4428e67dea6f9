import { cookbooks } from './cookbooks.ts';
import { families } from './families.ts';
import { image, images } from './image.ts';
import { lint } from './lint.ts';
import { notify } from './notify.ts';
import { rollout } from './rollout.ts';
import { schedules } from './schedules.ts';
import { services } from './services.ts';
import { beforeDeploy, migrate } from './tasks.ts';
import { verify } from './verify.ts';

/** The sections that stand at the top of the file, and that each environment may override. */
export const sections = {
  image: image.optional().describe('The image: where it comes from and how it is built.'),
  images: images
    .optional()
    .describe(
      'Several images by name, each with the keys of `image`, in place of `image`. They are built side by side; a service gets those that its containers run.',
    ),
  services: services
    .optional()
    .describe(
      'The ECS services that run the image, by name or as a section. An empty list, where only `families` are registered.',
    ),
  families: families
    .optional()
    .describe(
      'Families of task definitions that no service of this file runs, by name or as a section: a revision with the new image is registered, and nothing is started.',
    ),
  'before-deploy': beforeDeploy
    .optional()
    .describe(
      'What runs before the migration, one after the other: commands on the new image, or CodeBuild projects.',
    ),
  migrate: migrate.optional().describe('The migration: a gate before any service changes.'),
  verify: verify
    .optional()
    .describe(
      'What a release must pass: at the PAUSE hook of a deployment that shifts traffic, else after the rollout. A failure sends it back. One of `command`, `url` or `task`: [how it works](verify.md).',
    ),
  rollout: rollout
    .optional()
    .describe('How the services are brought to the new revision, and what happens when that fails.'),
  schedules: schedules
    .optional()
    .describe(
      'The scheduled tasks that follow the deploy: a list of EventBridge rules and EventBridge Scheduler schedules, or `auto` for all that pin a revision of a family of this deploy. Only the revision they start changes.',
    ),
  notify: notify.optional().describe('Who is told when a deploy, a rollback or their like begins and ends.'),
  lint: lint
    .optional()
    .describe('What is known to go wrong with services and task definitions is warned of.'),
  cookbooks: cookbooks
    .optional()
    .describe(
      'Chef cookbooks: the pull request that raises their versions, and the infrastructure deploy that its merge releases. Needs the input `github-token`.',
    ),
};
