import { fail, pass, warn, type Finding } from '../../rules/preflight/check.ts';
import { checked } from './checked.ts';
import { unique, type CheckContext, type CheckSubjects, type ToCheck } from './subjects.ts';

/** The subnets and security groups that the tasks start in. */
export function networkChecks(
  { network }: Pick<CheckContext, 'network'>,
  { tasks }: Pick<CheckSubjects, 'tasks'>,
): ToCheck[] {
  const configurations = tasks.flatMap(
    ({ service }) => service?.networkConfiguration?.awsvpcConfiguration ?? [],
  );
  const subnets = unique(configurations.flatMap((one) => one.subnets ?? []));
  const groups = unique(configurations.flatMap((one) => one.securityGroups ?? []));
  const look = (ids: readonly string[], judge: () => Promise<Finding>): ToCheck[] =>
    ids.length === 0 ? [] : [async () => [await checked('network', ids.join(', '), judge)]];
  return [
    ...look(subnets, async () => {
      const found = await network.subnets(subnets);
      const missing = without(
        subnets,
        found.map(({ id }) => id),
      );
      if (missing.length > 0) return fail(`no such subnet: ${missing.join(', ')}`);
      const full = found.filter(({ freeAddresses }) => freeAddresses === 0).map(({ id }) => id);
      return full.length > 0
        ? warn(`no address is free in ${full.join(', ')}: no task can start there`)
        : pass(subnets.length === 1 ? 'the subnet exists' : 'the subnets exist');
    }),
    ...look(groups, async () => {
      const missing = without(groups, await network.securityGroups(groups));
      return missing.length > 0
        ? fail(`no such security group: ${missing.join(', ')}`)
        : pass(groups.length === 1 ? 'the security group exists' : 'the security groups exist');
    }),
  ];
}

function without(ids: readonly string[], found: readonly string[]): string[] {
  return ids.filter((id) => !found.includes(id));
}
