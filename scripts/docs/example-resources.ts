import type { DeployResources, FeatureResources } from '../../src/rules/init/permission-policy.ts';

/** The shop that the policies in the documentation are written for. */
export const EXAMPLE_RESOURCES: DeployResources & FeatureResources = {
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
  rules: ['staging-nightly'],
  schedules: ['default/staging-report'],
  scheduleRoles: [
    'arn:aws:iam::111111111111:role/staging-rules',
    'arn:aws:iam::111111111111:role/staging-schedules',
  ],
  secrets: ['staging/*'],
  projects: ['shop-build'],
  buckets: ['shop-deploys'],
  copiedFrom: [{ account: '111111111111', region: 'ap-northeast-1', name: 'shop' }],
};
