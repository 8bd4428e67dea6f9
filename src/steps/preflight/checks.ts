import pLimit from 'p-limit';
import { inOrder, type Check } from '../../rules/preflight/check.ts';
import { imageChecks } from './check-image.ts';
import { logGroupChecks } from './check-log-groups.ts';
import { networkChecks } from './check-network.ts';
import { roleChecks } from './check-roles.ts';
import { scanChecks } from './check-scan.ts';
import { secretChecks } from './check-secrets.ts';
import { targetGroupChecks } from './check-target-groups.ts';
import type { CheckContext, CheckSubjects } from './subjects.ts';

/** IAM and Parameter Store allow few calls a second. */
const CHECKS_AT_ONCE = 8;

/** Looks at everything that a task needs to start, each thing once, whichever services share it. */
export async function checkAll(context: CheckContext, subjects: CheckSubjects): Promise<Check[]> {
  const limit = pLimit(CHECKS_AT_ONCE);
  const toCheck = [
    ...imageChecks(context, subjects),
    ...scanChecks(context, subjects),
    ...roleChecks(context, subjects),
    ...secretChecks(context, subjects),
    ...logGroupChecks(context, subjects),
    ...targetGroupChecks(context, subjects),
    ...networkChecks(context, subjects),
  ];
  const found = await Promise.all(toCheck.map((check) => limit(check)));
  return inOrder(found.flat());
}
