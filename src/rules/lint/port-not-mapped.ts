import { containerNamed, isJsonObject } from '../task-definition/task-definition.ts';
import { nameOf, type LintRule } from './subject.ts';

/** UpdateService refuses such a revision ("did not have a container port … defined"), after the migration has run. */
export const portNotMapped: LintRule = (subject) =>
  (subject.service.loadBalancers ?? []).flatMap(({ containerName, containerPort }) => {
    if (containerName === undefined || containerPort === undefined) return [];
    const container = containerNamed(subject.definition, containerName);
    const mappings = Array.isArray(container?.['portMappings']) ? container['portMappings'] : [];
    const isMapped = mappings
      .filter(isJsonObject)
      .some(
        (mapping) =>
          mapping['containerPort'] === containerPort || mapping['containerPortRange'] !== undefined,
      );
    return isMapped
      ? []
      : [
          `${nameOf(subject)}: its load balancer sends to port ${containerPort} of container ${containerName}, which the task definition ${container === undefined ? 'does not have' : 'does not map'}. Correct \`portMappings\`; ECS refuses the update otherwise.`,
        ];
  });
