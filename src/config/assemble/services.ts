import { nearest } from '../../rules/input/nearest.ts';
import { shown } from '../../rules/input/parsed.ts';
import { circleIn, type Ordered } from '../../rules/rollout/order.ts';
import type { Command, ServicePlan } from '../plan.ts';
import { missing, report, type Draft } from './draft.ts';

/** The input chooses by name; what the file says about a service of that name still holds. */
export function servicesOf(draft: Draft, command: Command): ServicePlan[] {
  const { sections } = draft;
  const { service } = draft.inputs;
  const inputs = command === 'run' && service !== undefined ? { services: [service] } : draft.inputs;
  const listed = listedServices(draft);
  const chosen =
    inputs.services?.map((name) => listed.find((entry) => entry.name === name) ?? { name }) ?? listed;
  if (chosen.length === 0 && sections.services !== undefined && !draft.isGiven('services')) {
    report(draft, '`services` is an empty list', {
      at: draft.pathTo('services'),
      hint: 'Name at least one service. A `deploy` does without where `families` names what it registers.',
    });
  } else if (chosen.length === 0) missing(draft, 'services', 'services', draft.pathTo('services'));
  checkOrder(draft, listed);
  return chosen.map((service) => planOf(draft, service));
}

/** Those of the file that are not among the chosen ones. */
export function otherServicesOf(draft: Draft, chosen: readonly ServicePlan[]): ServicePlan[] {
  return listedServices(draft)
    .filter(({ name }) => !chosen.some((service) => service.name === name))
    .map((service) => planOf(draft, service));
}

type Listed = Exclude<NonNullable<Draft['sections']['services']>[number], string>;

function listedServices({ sections }: Draft): Listed[] {
  return (sections.services ?? []).map((entry) => (typeof entry === 'string' ? { name: entry } : entry));
}

function planOf({ sections }: Draft, service: Listed): ServicePlan {
  return {
    name: service.name,
    ...(service.image === undefined ? {} : { image: service.image }),
    ...(service.container === undefined ? {} : { container: service.container }),
    ...(service.after === undefined || service.after.length === 0 ? {} : { after: service.after }),
    ...(service['task-definition'] === undefined ? {} : { taskDefinition: service['task-definition'] }),
    minimumTasks: service['minimum-tasks'] ?? sections.rollout?.['minimum-tasks'] ?? 1,
  };
}

/** A name that nobody has would hold nothing up, and a circle would never begin. */
function checkOrder(draft: Draft, listed: readonly Ordered[]): void {
  const names = listed.map(({ name }) => name);
  listed.forEach(({ name, after = [] }, index) => {
    after.forEach((other, place) => {
      if (names.includes(other)) return;
      const near = nearest(other, names);
      report(draft, `service \`${name}\` comes after ${shown(other)}, which is not among \`services\``, {
        at: draft.pathTo('services', index, 'after', place),
        hint: near === undefined ? `The services: ${names.join(', ')}.` : `Did you mean \`${near}\`?`,
      });
    });
  });
  const circle = circleIn(listed);
  if (circle === undefined) return;
  report(draft, `services come after each other in a circle: ${[...circle, circle[0]].join(' after ')}`, {
    at: draft.pathTo('services', names.indexOf(circle[0] ?? ''), 'after'),
    hint: 'Leave one `after` of them out.',
  });
}
