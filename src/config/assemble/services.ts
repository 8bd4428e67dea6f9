import type { Command, ServicePlan } from '../plan.ts';
import { missing, report, type Draft } from './draft.ts';

/** The input chooses by name; what the file says about a service of that name still holds. */
export function servicesOf(draft: Draft, command: Command): ServicePlan[] {
  const { sections } = draft;
  const { service } = draft.inputs;
  const inputs = command === 'run' && service !== undefined ? { services: [service] } : draft.inputs;
  const listed = (sections.services ?? []).map((entry) =>
    typeof entry === 'string' ? { name: entry } : entry,
  );
  const chosen =
    inputs.services?.map((name) => listed.find((entry) => entry.name === name) ?? { name }) ?? listed;
  if (chosen.length === 0 && sections.services !== undefined && !draft.isGiven('services')) {
    report(draft, '`services` is an empty list', {
      at: draft.pathTo('services'),
      hint: 'Name at least one service. A `deploy` does without where `families` names what it registers.',
    });
  } else if (chosen.length === 0) missing(draft, 'services', 'services', draft.pathTo('services'));
  return chosen.map((service) => ({
    name: service.name,
    ...(service.image === undefined ? {} : { image: service.image }),
    ...(service.container === undefined ? {} : { container: service.container }),
    ...(service['task-definition'] === undefined ? {} : { taskDefinition: service['task-definition'] }),
    minimumTasks: service['minimum-tasks'] ?? sections.rollout?.['minimum-tasks'] ?? 1,
  }));
}
