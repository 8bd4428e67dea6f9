/** Hosts of the console for each partition that has a public one (AWS documentation for China and GovCloud). */
const HOSTS: readonly [regions: RegExp, host: string][] = [
  [/^cn-[a-z]+-\d+$/u, 'console.amazonaws.cn'],
  [/^us-gov-[a-z]+-\d+$/u, 'console.amazonaws-us-gov.com'],
  [
    /^(?:af|ap|ca|eu|il|me|mx|sa|us)-(?:north|south|east|west|central|northeast|southeast|northwest|southwest)-\d+$/u,
    'console.aws.amazon.com',
  ],
];

/** What has a page in the console; a cluster or a task may be given by name, id or ARN. */
export type ConsolePage =
  | { page: 'service'; cluster: string; service: string }
  | { page: 'task'; cluster: string; task: string }
  | { page: 'build'; account: string; project: string; id: string }
  | { page: 'task-definition'; family: string; revision: string }
  | { page: 'log-stream'; group: string; stream: string }
  | { page: 'log-group'; group: string };

/** The address of a page in the AWS console; undefined in a region whose console we do not know. */
export function consoleLink(region: string | undefined, target: ConsolePage): string | undefined {
  const host = HOSTS.find(([regions]) => region !== undefined && regions.test(region))?.[1];
  if (host === undefined || region === undefined) return undefined;
  switch (target.page) {
    case 'service':
      return `https://${host}/ecs/v2/clusters/${last(target.cluster)}/services/${last(target.service)}/health?region=${region}`;
    case 'task':
      return `https://${host}/ecs/v2/clusters/${last(target.cluster)}/tasks/${last(target.task)}/configuration?region=${region}`;
    case 'task-definition':
      return `https://${host}/ecs/v2/task-definitions/${last(target.family)}/${last(target.revision)}/containers?region=${region}`;
    case 'build':
      return `https://${host}/codesuite/codebuild/${target.account}/projects/${encodeURIComponent(target.project)}/build/${encodeURIComponent(target.id)}/?region=${region}`;
    case 'log-group':
      return `https://${host}/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${fragment(target.group)}`;
    case 'log-stream':
      return `https://${host}/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${fragment(target.group)}/log-events/${fragment(target.stream)}`;
  }
}

/** The last part of an ARN, which is the name or id that the console's paths want. */
function last(nameOrArn: string): string {
  return encodeURIComponent(nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1));
}

/** CloudWatch's console encodes twice and writes "$" for the outer "%". */
function fragment(name: string): string {
  return encodeURIComponent(encodeURIComponent(name)).replaceAll('%', '$');
}
