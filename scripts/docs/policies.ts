import { COMMAND_POLICIES, FEATURE_POLICIES, type PolicySection } from '../../src/rules/aws/policies.ts';
import { table } from './blocks.ts';

/** When a policy is needed on top of the command's own. */
const WHEN: Readonly<Record<string, string>> = {
  schedules: '`schedules` in deploy.yml ([Schedules](schedules.md)); for `deploy`, `rollback` and `continue`',
  codebuild:
    '`builder: codebuild`, or a build under `before-deploy` ([CodeBuild](codebuild.md)); for `deploy`',
  copy: '`image.copy-from` a repository in another account ([Several images](several-images.md)); for `deploy`',
  scan: '`image.scan` ([Security](security.md)); for `deploy`',
  hooks:
    'a service with blue/green, linear or canary deployments, which is ended early or continued: a failure, a cancel with `rollout.on-cancel: rollback`, `verify` at its lifecycle hooks ([Verification](verify.md)); for `deploy` and `redeploy`',
  'load-balancer':
    'a container that says how long it takes to stop, behind a load balancer ([Lint](lint.md)); for `deploy`. Without it that one rule is silent',
};

/** The tables of docs/permissions.md. */
export function policyTables(): { commands: string; features: string } {
  return {
    commands: table(
      ['command', 'policy', 'sections'],
      [
        ...Object.entries(COMMAND_POLICIES).map(([name, sections]) => [
          `\`${name}\``,
          fileOf(name),
          sidsOf(sections),
        ]),
        ['`bump`', 'none: it asks AWS nothing', ''],
      ],
    ),
    features: table(
      ['what needs it', 'policy', 'sections'],
      Object.entries(FEATURE_POLICIES).map(([name, sections]) => [
        WHEN[name] ?? name,
        fileOf(name),
        sidsOf(sections),
      ]),
    ),
  };
}

function fileOf(name: string): string {
  return `[iam/${name}-policy.json](iam/${name}-policy.json)`;
}

function sidsOf(sections: readonly PolicySection[]): string {
  return sections.map(({ sid }) => `\`${sid}\``).join(', ');
}
