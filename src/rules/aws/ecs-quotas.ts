/** How often an account may call ECS in one region: a bucket of so many tokens, filled again at a steady rate. */
export interface Quota {
  /** The actions that draw from it. */
  actions: readonly string[];
  burst: number;
  perSecond: number;
}

/** Those that we call (AWS documentation, "Request throttling for the Amazon ECS API"). */
export const ECS_QUOTAS: readonly Quota[] = [
  { actions: ['RegisterTaskDefinition'], burst: 20, perSecond: 1 },
  { actions: ['DescribeTaskDefinition', 'ListTaskDefinitions'], burst: 50, perSecond: 20 },
  { actions: ['RunTask', 'StopTask'], burst: 100, perSecond: 40 },
  { actions: ['DescribeTasks', 'ListTasks'], burst: 100, perSecond: 20 },
  { actions: ['UpdateService'], burst: 50, perSecond: 5 },
  { actions: ['DescribeServices', 'ListServices'], burst: 100, perSecond: 20 },
  { actions: ['ListServiceDeployments', 'DescribeServiceDeployments'], burst: 50, perSecond: 20 },
  { actions: ['DescribeServiceRevisions'], burst: 50, perSecond: 20 },
  { actions: ['TagResource'], burst: 20, perSecond: 10 },
];
