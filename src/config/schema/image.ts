import { z } from 'zod';
import { DURATION_PATTERN, parseDuration } from '../../rules/input/duration.ts';
import { GATED_SEVERITIES } from '../../rules/image/scan-verdict.ts';
import type { Parsed } from '../../rules/input/parsed.ts';
import { imageCodebuild } from './codebuild.ts';
import { asWritten, choice, duration, follow, name, path } from './words.ts';

const scan = z.strictObject({
  'fail-on': choice(GATED_SEVERITIES).describe(
    'The least severity of a finding that refuses the image: `critical`, `high`, `medium` or `low`.',
  ),
  timeout: duration().optional().describe('How long the result of the scan is waited for. Default: `10m`.'),
});

export const image = z.strictObject({
  repository: name('repository')
    .optional()
    .describe(
      'The ECR repository: a name in the account that is signed in to, or one full URI that every environment pulls from.',
    ),
  'copy-from': name('repository')
    .optional()
    .describe(
      'The full URI of a repository in another account or region, where this image may be already: it is then copied from there by digest instead of built. [How](several-images.md#promotion-across-accounts).',
    ),
  context: path().optional().describe('The folder that is sent to the build. Default: `.`, the checkout.'),
  dockerfile: path()
    .optional()
    .describe('The Dockerfile, relative to the checkout. Default: `Dockerfile` in the context.'),
  target: name('stage').optional().describe('The stage of the Dockerfile to build. Default: its last one.'),
  platform: name('platform')
    .optional()
    .describe('The platform to build for. Default: that of the task definition (`runtimePlatform`).'),
  'build-args': z
    .record(name('variable'), asWritten())
    .optional()
    .describe(
      'Build arguments by name. They can be seen in the image: what is secret belongs into `secrets`.',
    ),
  secrets: z
    .array(name('variable'))
    .optional()
    .describe(
      'Names of environment variables whose values are handed to the build as BuildKit secrets of the same id.',
    ),
  cache: choice(['registry', 'inline', 'gha', 'off'])
    .optional()
    .describe('Where the layers of earlier builds are kept. Default: `registry`.'),
  builder: choice(['docker', 'codebuild'])
    .optional()
    .describe(
      'What builds the image: docker on this machine, or a project of AWS CodeBuild (see `codebuild`). Default: `docker`.',
    ),
  codebuild: imageCodebuild
    .optional()
    .describe(
      'The CodeBuild project that builds the image, for `builder: codebuild`. Its buildspec pushes `$IMAGE_REPOSITORY:$IMAGE_TAG`.',
    ),
  reuse: z
    .union([
      choice(['content', 'never']),
      z.number().meta({ type: 'integer', minimum: 1 }),
      z.string().meta({ pattern: DURATION_PATTERN.source }),
    ])
    .transform(follow(reuseOf))
    .optional()
    .describe(
      'Whether an image that was built from the same content is deployed again instead of building: `content` (always), `never`, or the greatest age it may have, such as `720h`. Default: `content`.',
    ),
  scan: scan
    .optional()
    .describe(
      'A gate on what the scan of ECR found in the image, before anything is registered. [How](security.md#a-gate-on-findings).',
    ),
});

export const images = z
  .record(name('image'), image)
  .refine((map) => Object.keys(map).length > 0, { error: 'must have at least one image' });

function reuseOf(value: number | string): Parsed<ImageReuse> {
  if (value === 'content' || value === 'never') return { value: { mode: value } };
  const age = parseDuration(String(value));
  return 'value' in age
    ? { value: { mode: 'max-age', seconds: age.value } }
    : { problem: 'must be `content`, `never` or the greatest age of an image, such as `720h`' };
}

export type ImageReuse = { mode: 'content' } | { mode: 'never' } | { mode: 'max-age'; seconds: number };
