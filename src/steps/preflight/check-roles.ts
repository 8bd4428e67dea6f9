import { parseRoleArn } from '../../rules/aws/trust-policy.ts';
import { executionRoleNeeds } from '../../rules/lint/execution-role-missing.ts';
import { fail, pass, type CheckName, type Finding } from '../../rules/preflight/check.ts';
import { trustOfEcsTasks } from '../../rules/preflight/role-trust.ts';
import { textOf } from '../../rules/task-definition/task-definition.ts';
import { checked } from './checked.ts';
import { unique, type CheckContext, type CheckSubjects, type ToCheck } from './subjects.ts';

const KINDS = [
  ['execution-role', 'executionRoleArn'],
  ['task-role', 'taskRoleArn'],
] as const satisfies readonly (readonly [CheckName, string])[];

/** The roles of the tasks: are they there, and may ECS assume them? */
export function roleChecks(
  context: Pick<CheckContext, 'roles'>,
  { tasks, account }: Pick<CheckSubjects, 'tasks' | 'account'>,
): ToCheck[] {
  const named = KINDS.flatMap(([check, field]) =>
    unique(tasks.map(({ definition }) => textOf(definition[field]))).map((role) => async () => [
      await checked(check, nameOf(role), () => judgeRole(context, role, account)),
    ]),
  );
  const lacking = tasks.flatMap(({ name, service, definition }) => {
    if (textOf(definition['executionRoleArn']) !== '') return [];
    const [need] = executionRoleNeeds(definition, service?.launchType);
    return need === undefined
      ? []
      : [
          async () => [
            await checked('execution-role', name, () =>
              fail(`the task definition names no execution role, but ${need}`),
            ),
          ],
        ];
  });
  return [...named, ...lacking];
}

async function judgeRole(
  { roles }: Pick<CheckContext, 'roles'>,
  role: string,
  account: string,
): Promise<Finding> {
  const arn = parseRoleArn(role);
  if (arn !== undefined && arn.account !== account)
    return fail(`it is a role of account ${arn.account}; tasks of account ${account} cannot have it`);
  const policy = await roles.trustPolicy(nameOf(role));
  if (policy === undefined) return fail('there is no such role');
  switch (trustOfEcsTasks(policy)) {
    case 'yes':
      return pass('ecs-tasks.amazonaws.com may assume it');
    case 'conditional':
      return pass('ecs-tasks.amazonaws.com may assume it, under conditions');
    case 'no':
      return fail('its trust policy does not let ecs-tasks.amazonaws.com assume it');
  }
}

/** The last part: IAM asks for the name without its path. Some task definitions carry only the name. */
function nameOf(role: string): string {
  return role.slice(role.lastIndexOf('/') + 1);
}
