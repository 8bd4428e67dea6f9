import type { DeployResources } from '../../src/rules/init/permission-policy.ts';

/** The shop that the policies in the documentation are written for. */
export const EXAMPLE_RESOURCES: DeployResources = {
  partition: 'aws',
  region: 'ap-northeast-1',
  account: '111111111111',
  cluster: 'staging',
  services: ['web', 'worker'],
  families: ['staging-web', 'staging-worker'],
  taskFamilies: ['staging-web'],
  roles: [
    'arn:aws:iam::111111111111:role/staging-task',
    'arn:aws:iam::111111111111:role/staging-task-execution',
  ],
  logGroups: ['/ecs/staging-web', '/ecs/staging-worker'],
  repository: { account: '111111111111', region: 'ap-northeast-1', name: 'shop' },
};
