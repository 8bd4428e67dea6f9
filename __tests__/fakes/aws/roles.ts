import type { Names } from './names.ts';
import { AwsException, type Operations } from './wire.ts';

const OF_ECS_TASKS = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
};

/** IAM: roles and who may assume them. */
export class FakeRoles {
  readonly #names: Names;
  readonly #roles = new Map<string, object>();

  constructor(names: Names) {
    this.#names = names;
  }

  add(name: string, trust: object = OF_ECS_TASKS): void {
    this.#roles.set(name, trust);
  }

  readonly operations: Operations = {
    GetRole: ({ RoleName = '' }: { RoleName?: string }) => {
      const trust = this.#roles.get(RoleName);
      if (trust === undefined)
        throw new AwsException('NoSuchEntity', `The role with name ${RoleName} cannot be found.`, {
          status: 404,
        });
      return {
        Role: {
          Path: '/',
          RoleName,
          RoleId: 'AROAFAKE',
          Arn: `arn:aws:iam::${this.#names.account}:role/${RoleName}`,
          CreateDate: '2026-01-01T00:00:00Z',
          AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(trust)),
        },
      };
    },
  };
}
