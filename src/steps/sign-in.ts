import { DeployError } from '../errors.ts';
import type { StepContext } from './context.ts';

/** The account that a role or a full repository URI names; undefined where the plan names none. */
export function expectedAccount({
  role,
  repository,
}: {
  role?: string | undefined;
  repository: string;
}): string | undefined {
  return /^arn:[^:]+:iam::(\d{12}):/.exec(role ?? '')?.[1] ?? /^(\d{12})\.dkr\.ecr\./.exec(repository)?.[1];
}

/** Signs in and checks that this is the account the plan means, before anything is changed. */
export async function signIn(
  { identity, report }: Pick<StepContext, 'identity' | 'report'>,
  target: { role?: string | undefined; repository: string },
): Promise<{ account: string; arn: string }> {
  const caller = await identity.caller();
  report.account = caller.account;
  const fromRole = expectedAccount({ role: target.role, repository: '' });
  if (fromRole !== undefined && fromRole !== caller.account) {
    throw new DeployError(
      'ACCOUNT_MISMATCH',
      `signed in to account ${caller.account} as ${caller.arn}, but the plan means account ${fromRole}`,
      {
        hint: 'Check `role` for this environment. Nothing was changed.',
      },
    );
  }
  return caller;
}
