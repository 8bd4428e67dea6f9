import type { FamilyPlan } from '../plan.ts';
import { report, type Draft } from './draft.ts';

export function familiesOf(draft: Draft): FamilyPlan[] {
  return (draft.sections.families ?? []).map((entry) => {
    if (typeof entry === 'string') return { family: entry };
    const { family, container, image, 'task-definition': taskDefinition } = entry;
    return {
      family,
      ...(container === undefined ? {} : { container }),
      ...(image === undefined ? {} : { image }),
      ...(taskDefinition === undefined ? {} : { taskDefinition }),
    };
  });
}

/** A one-off task takes its network and its roles from a service, and there is none. */
export function reportNeedsOfServices(draft: Draft): void {
  const { sections, inputs } = draft;
  const needing = [
    ...(sections.migrate !== undefined || inputs.migrate !== undefined ? ['migrate' as const] : []),
    ...((sections['before-deploy'] ?? []).length > 0 ? ['before-deploy' as const] : []),
  ];
  for (const key of needing) {
    report(draft, `\`${key}\` needs a service, and only \`families\` are registered here`, {
      at: draft.pathTo(key),
      hint: `Name a service under \`services\`, or leave \`${key}\` out.`,
    });
  }
}
