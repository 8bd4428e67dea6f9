import { z } from 'zod';
import { environments, type environment } from './schema/environments.ts';
import { sections } from './schema/sections.ts';

// The single truth about deploy.yml: the type, the published JSON Schema, the reference and the errors all come
// from here. Only keys that work are accepted: an ignored key would be a lie.

/** deploy.yml. */
export const deployConfig = z
  .strictObject({
    version: z.literal(1).describe('The version of this format: `1`.'),
    ...sections,
    environments: environments
      .optional()
      .describe(
        'The environments by name. Each may override every other section of this file: sections key by key, lists as a whole. Default: `develop` deploys staging; `master` and `main` deploy production.',
      ),
  })
  .describe('deploy.yml: what deploy-action deploys, and where.');

export type DeployConfig = z.output<typeof deployConfig>;
export type EnvironmentConfig = z.output<typeof environment>;
export type EnvironmentsConfig = z.output<typeof environments>;

/** The JSON Schema of what a user writes; editors show its descriptions. Published as schema/deploy.schema.json. */
export function jsonSchema(): object {
  return { ...z.toJSONSchema(deployConfig, { io: 'input' }), title: 'deploy.yml' };
}
