/**
 * Why tasks do not stay up, and what to look at: the first entry that fits a text counts. The texts are those that
 * ECS, its agent and Elastic Load Balancing write (AWS documentation "Stopped tasks error messages" and "Service event
 * messages"; aws/amazon-ecs-agent, container error names). Each name is a heading of docs/troubleshooting.md.
 */
export const STOP_REASONS: readonly StopReason[] = [
  {
    name: 'wrong-architecture',
    pattern:
      /exec format error|image.* does not match the (specified|detected) platform|Manifest does not contain descriptor matching platform/i,
    hint: 'The image was built for another CPU architecture. Set `image.platform` to what the task definition’s runtimePlatform asks for.',
  },
  {
    name: 'out-of-memory',
    pattern: /OutOfMemory|exit(ed with)? code 137\b|\(137\)/i,
    hint: 'The container was killed, most often for lack of memory. Raise `memory` in the task definition, or look for a leak.',
  },
  {
    name: 'disk-full',
    pattern: /no space left on device/i,
    hint: 'The disk of the task or of the instance is full. Raise `ephemeralStorage` in the task definition, or clean up images on the instance.',
  },
  {
    name: 'secrets-unreadable',
    pattern:
      /unable to (pull|retrieve) secrets?|\bsecretsmanager\b|\bssm\b|AccessDeniedException.*(secret|parameter)|invalid ssm parameters/i,
    hint: 'The execution role must be able to read every `secrets[].valueFrom` (and to decrypt with its KMS key), and the task needs a route to that service.',
  },
  {
    name: 'pull-rate-limit',
    pattern: /toomanyrequests|pull rate limit/i,
    hint: 'The registry limits how often images may be pulled without a login. Keep the image in ECR (a pull-through cache does), or give the registry’s credentials as `repositoryCredentials`.',
  },
  {
    name: 'registry-unreachable',
    pattern:
      /(pull|ecr|registry|docker\.io).*(i\/o timeout|context deadline exceeded|Client\.Timeout exceeded|request canceled while waiting for connection|no such host|connection refused)/is,
    hint: 'The task has no way to the registry. In a private subnet it needs a NAT gateway, or VPC endpoints for ecr.api, ecr.dkr and S3; in a public one `assignPublicIp: ENABLED`; and security groups that let 443 out.',
  },
  {
    name: 'image-not-pulled',
    pattern:
      /CannotPull|pull image|image digest resolution|manifest unknown|pull access denied|no basic auth credentials/i,
    hint: 'The image could not be pulled: does the digest exist in the repository, has the execution role ecr:GetAuthorizationToken and ecr:BatchGetImage, and does the subnet have a route to ECR (NAT or VPC endpoints)?',
  },
  {
    name: 'log-not-writable',
    pattern:
      /failed to (validate|invoke|initialize) .*(logger|logging driver)|unable to create log stream|failed to create Cloudwatch log (stream|group)|log group does not exist/i,
    hint: 'ECS could not prepare the task’s log. Check that the log group exists in the region that the definition names, that the execution role has logs:CreateLogStream and logs:PutLogEvents, and that the subnet has a route to CloudWatch Logs.',
  },
  {
    name: 'volume-not-mounted',
    pattern: /EFS utils|mount\.nfs|CannotCreateVolumeError|failed to mount|EBS volume/i,
    hint: 'A volume could not be mounted. Check that the file system has a mount target in the subnet’s zone, that its security group lets 2049 in from the task, and the rights of the task role.',
  },
  {
    name: 'not-prepared',
    pattern: /ResourceInitializationError/i,
    hint: 'ECS could not prepare the task. Check the execution role, the log group, and the route from the subnet to the service named in the reason.',
  },
  {
    name: 'subnet-full',
    pattern: /insufficient (free )?addresses|no free ip|InsufficientFreeAddresses/i,
    hint: 'The subnet has no free IP addresses left. Use larger or more subnets.',
  },
  {
    name: 'network-interface',
    pattern: /network interface (provision|attach)|waiting for network interface/i,
    hint: 'The task’s network interface did not come up. It is often passing; when it stays, look at the quota of network interfaces, the service-linked role of ECS, and the free addresses of the subnets.',
  },
  {
    name: 'spot-interrupted',
    pattern: /SpotInterruption|Spot.*interrupt|TerminationNotice/i,
    hint: 'The capacity was taken back (Spot). The service starts a replacement; use on-demand capacity where this may not happen.',
  },
  {
    name: 'host-gone',
    pattern: /Host EC2 .*(terminated|stopped)|performing maintenance on the underlying infrastructure/i,
    hint: 'What the task ran on went away or is under maintenance. The service starts a replacement; run the deploy again when it failed because of this.',
  },
  {
    name: 'port-taken',
    pattern: /port is already allocated|address already in use|RESOURCE:PORTS/i,
    hint: 'The port is taken on the instance, often by the task that is to be replaced. Use a dynamic host port (`hostPort: 0`) or awsvpc, or let the old task stop first (`minimumHealthyPercent` below 100).',
  },
  {
    name: 'no-capacity',
    pattern: /capacity is unavailable|RESOURCE:(CPU|MEMORY|ENI|GPU)|was unable to place a task/i,
    hint: 'There is no capacity for the task. Add instances, free ports or memory, or try other availability zones.',
  },
  {
    name: 'port-mismatch',
    pattern: /(does|did) not have a container port|\(reason (Request timed out|Health checks failed)\)/i,
    hint: 'Nobody answers the load balancer on the port. The port of the target group (the service’s `loadBalancers[].containerPort`) must be in the container’s `portMappings` and be the one the application listens on, on 0.0.0.0 and not on localhost; the task’s security group must let it in.',
  },
  {
    name: 'health-check-answer',
    pattern: /Health checks failed with these codes/i,
    hint: 'The application answers the health check, but not with the code that the target group expects. Compare its path and matcher with what the application serves there without a login and without a redirect.',
  },
  {
    name: 'health-check-failed',
    pattern: /failed (ELB|container|Route ?53) health checks|health checks failed|is unhealthy in/i,
    hint: 'The container runs but its health check fails. Compare the port and path of the check with what the application serves, and give it time to start (startPeriod, healthCheckGracePeriodSeconds).',
  },
  {
    name: 'command-not-found',
    pattern: /exit(ed with)? code 127\b/i,
    hint: 'The command was not found in the image (exit code 127).',
  },
  {
    name: 'command-not-executable',
    pattern: /exit(ed with)? code 126\b/i,
    hint: 'The command is not executable (exit code 126).',
  },
  {
    name: 'container-not-started',
    pattern:
      /CannotStartContainerError|CannotCreateContainerError|executable file not found|no such file or directory|permission denied/i,
    hint: 'The container could not be started. Look at the command and entry point: is the file in the image, and executable?',
  },
];

interface StopReason {
  name: string;
  pattern: RegExp;
  hint: string;
}

export function stopReasonOf(text: string): StopReason | undefined {
  return STOP_REASONS.find(({ pattern }) => pattern.test(text));
}

/** What to look at for a stop reason in AWS's words; undefined where we know nothing better than the reason itself. */
export function hintForStopReason(reason: string): string | undefined {
  return stopReasonOf(reason)?.hint;
}

/** The part of a stopped task that says why. */
export interface StoppedTask {
  taskArn?: string | undefined;
  stopCode?: string | undefined;
  stoppedReason?: string | undefined;
  stoppedAt?: Date | undefined;
  containers?:
    | readonly {
        name?: string | undefined;
        exitCode?: number | undefined;
        reason?: string | undefined;
      }[]
    | undefined;
}

export interface StopReasonGroup {
  reason: string;
  count: number;
  hint?: string;
  /** One task of the group, for its log. */
  taskArn?: string;
  /** The container whose end is the reason, where one is known. */
  container?: string;
}

/** Tasks that ECS stopped itself while scaling in or replacing are no failure and say nothing. */
const ORDERLY_STOPS = ['ServiceSchedulerInitiated', 'UserInitiated'];

/** Groups stopped tasks by their reason, the most frequent first. */
export function groupStopReasons(tasks: readonly StoppedTask[]): StopReasonGroup[] {
  const groups = new Map<string, StopReasonGroup>();
  for (const task of tasks) {
    if (isOrderly(task)) continue;
    const culprit = failedContainer(task);
    const reason = reasonOf(task, culprit);
    const known = groups.get(reason);
    if (known !== undefined) {
      known.count += 1;
      continue;
    }
    const hint = hintForStopReason(reason);
    groups.set(reason, {
      reason,
      count: 1,
      ...(hint === undefined ? {} : { hint }),
      ...(task.taskArn === undefined ? {} : { taskArn: task.taskArn }),
      ...(culprit?.name === undefined ? {} : { container: culprit.name }),
    });
  }
  return [...groups.values()].sort((one, other) => other.count - one.count);
}

function isOrderly(task: StoppedTask): boolean {
  // A failed health check is "scheduler initiated" too, and that one is worth telling.
  return ORDERLY_STOPS.includes(task.stopCode ?? '') && !/health check/i.test(task.stoppedReason ?? '');
}

function failedContainer(task: StoppedTask) {
  const containers = task.containers ?? [];
  return (
    containers.find(({ exitCode }) => exitCode !== undefined && exitCode !== 0) ??
    containers.find(({ reason }) => reason !== undefined && reason !== '') ??
    containers[0]
  );
}

function reasonOf(task: StoppedTask, container: ReturnType<typeof failedContainer>): string {
  // Emulators answer an unset text with an empty one.
  const said = [task.stoppedReason, task.stopCode].find((text) => text !== undefined && text !== '');
  const parts = [said ?? 'stopped without a reason'];
  if (container?.reason) parts.push(container.reason);
  if (container?.exitCode !== undefined)
    parts.push(`container ${container.name ?? '?'} exited with code ${container.exitCode}`);
  return parts.filter((part, index) => parts.indexOf(part) === index).join(': ');
}
