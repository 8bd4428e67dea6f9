import { shown } from '../../rules/input/parsed.ts';
import type { Path } from '../issues.ts';
import { buildStepOf, type BeforeDeploySection } from './codebuild.ts';
import type { DeployPlan, MigratePlan, OneOffPlan, ServicePlan } from '../plan.ts';
import { report, type Draft } from './draft.ts';
import { HALF_AN_HOUR } from './rollout.ts';

export function beforeDeployOf(draft: Draft, services: ServicePlan[]): DeployPlan['beforeDeploy'] {
  return (draft.sections['before-deploy'] ?? []).flatMap((section, index) => {
    const path = draft.pathTo('before-deploy', index);
    const label = `before-deploy[${index}]`;
    if (section.codebuild !== undefined) return buildStepOf(draft, section, { label, path }) ?? [];
    const { command } = section;
    // The schema takes no step that has neither.
    if (command === undefined) return [];
    return oneOffOf(draft, { ...section, command, label, path }, services) ?? [];
  });
}

export function migrateOf(draft: Draft, services: ServicePlan[]): MigratePlan | undefined {
  const { inputs, sections, isGiven } = draft;
  const command = inputs.migrate ?? sections.migrate?.command;
  const path = draft.pathTo('migrate');
  if (command !== undefined) {
    const plan = oneOffOf(draft, { ...sections.migrate, command, label: 'migrate', path }, services);
    const provePrevious = sections.migrate?.['prove-previous'];
    return plan && { ...plan, ...(provePrevious === undefined ? {} : { provePrevious }) };
  }
  if (sections.migrate !== undefined && !isGiven('migrate')) {
    report(draft, '`migrate.command` is missing', {
      at: path,
      hint: 'Write the command of the migration, such as `command: [bin/rails, "db:migrate"]`.',
    });
  }
  return undefined;
}

type OneOffSection = Omit<BeforeDeploySection, 'codebuild' | 'command'> & { command: OneOffPlan['command'] };

export function oneOffOf(
  draft: Draft,
  { label, path, ...section }: OneOffSection & { label: string; path: Path },
  services: ServicePlan[],
): OneOffPlan | undefined {
  const names = services.map(({ name }) => name);
  const service = section.service ?? names[0];
  // Without services there is nothing to judge by, and that is reported already.
  if (service === undefined) return undefined;
  if (names.length > 0 && !names.includes(service)) {
    report(
      draft,
      `\`${label}.service\` names ${shown(service)}, which is not among the services of this run`,
      {
        at: [...path, 'service'],
        hint: `The task gets the network, the roles and the new revision of a service that is deployed: ${names.join(', ')}.`,
      },
    );
  }
  return {
    service,
    ...(section.image === undefined ? {} : { image: section.image }),
    ...(section.container === undefined ? {} : { container: section.container }),
    command: section.command,
    timeoutSeconds: section.timeout ?? HALF_AN_HOUR,
    onCancel: section['on-cancel'] ?? 'keep',
  };
}
