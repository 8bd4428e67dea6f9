import { DeployError } from '../errors.ts';
import type { TargetPlan } from '../config/plan.ts';
import type { StepContext } from './context.ts';

/** Signs in and checks that this is the account the plan means, before anything is changed. */
export async function signIn(
  { identity, report }: Pick<StepContext, 'identity' | 'report'>,
  { role }: Pick<TargetPlan, 'role'>,
): Promise<{ account: string; arn: string }> {
  const caller = await identity.caller();
  report.account = caller.account;
  const expected = /^arn:[^:]+:iam::(\d{12}):/.exec(role ?? '')?.[1];
  if (expected !== undefined && expected !== caller.account) {
    throw new DeployError(
      'ACCOUNT_MISMATCH',
      `signed in to account ${caller.account} as ${caller.arn}, but the plan means account ${expected}`,
      { hint: 'Check `role` for this environment. Nothing was changed.' },
    );
  }
  return caller;
}
