/**
 * Why a task stopped, as a group of tasks shares it, and what to look at. The texts are those that ECS and its
 * agent write (AWS documentation "Stopped tasks error messages"; aws/amazon-ecs-agent, container error names).
 */
const HINTS: readonly { pattern: RegExp; hint: string }[] = [
  {
    pattern:
      /exec format error|image.* does not match the (specified|detected) platform|Manifest does not contain descriptor matching platform/i,
    hint: 'The image was built for another CPU architecture. Set `image.platform` to what the task definition’s runtimePlatform asks for.',
  },
  {
    pattern: /OutOfMemory|exit code 137|\(137\)/i,
    hint: 'The container was killed, most often for lack of memory. Raise `memory` in the task definition, or look for a leak.',
  },
  {
    pattern: /(unable to pull secrets|secretsmanager|ssm|AccessDeniedException.*(secret|parameter))/i,
    hint: 'The execution role must be able to read every `secrets[].valueFrom` (and to decrypt with its KMS key), and the task needs a route to that service.',
  },
  {
    pattern:
      /CannotPull|pull image|image digest resolution|manifest unknown|pull access denied|no basic auth credentials/i,
    hint: 'The image could not be pulled: does the digest exist in the repository, has the execution role ecr:GetAuthorizationToken and ecr:BatchGetImage, and does the subnet have a route to ECR (NAT or VPC endpoints)?',
  },
  {
    pattern:
      /ResourceInitializationError|failed to (validate|invoke) .*logger|unable to create log stream|CreateLogStream|log group/i,
    hint: 'ECS could not prepare the task. Check the execution role, the log group, and the route from the subnet to the service named in the reason.',
  },
  {
    pattern: /insufficient (free )?addresses|no free ip|InsufficientFreeAddresses/i,
    hint: 'The subnet has no free IP addresses left. Use larger or more subnets.',
  },
  {
    pattern: /SpotInterruption|Spot.*interrupt|TerminationNotice/i,
    hint: 'The capacity was taken back (Spot). The service starts a replacement; use on-demand capacity where this may not happen.',
  },
  {
    pattern: /capacity is unavailable|RESOURCE:(CPU|MEMORY|ENI|PORTS)|was unable to place a task/i,
    hint: 'There is no capacity for the task. Add instances, free ports or memory, or try other availability zones.',
  },
  {
    pattern: /failed (ELB|container) health checks|health checks failed|is unhealthy in/i,
    hint: 'The container runs but its health check fails. Compare the port and path of the check with what the application serves, and give it time to start (startPeriod, healthCheckGracePeriodSeconds).',
  },
  {
    pattern:
      /CannotStartContainerError|executable file not found|no such file or directory|permission denied/i,
    hint: 'The container could not be started. Look at the command and entry point: is the file in the image, and executable?',
  },
  {
    pattern: /exited with code 127|exit code 127\b/i,
    hint: 'The command was not found in the image (exit code 127).',
  },
  {
    pattern: /exited with code 126|exit code 126\b/i,
    hint: 'The command is not executable (exit code 126).',
  },
];

/** What to look at for a stop reason in AWS's words; undefined where we know nothing better than the reason itself. */
export function hintForStopReason(reason: string): string | undefined {
  return HINTS.find(({ pattern }) => pattern.test(reason))?.hint;
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
  const parts = [task.stoppedReason || task.stopCode || 'stopped without a reason'];
  if (container?.reason) parts.push(container.reason);
  if (container?.exitCode !== undefined)
    parts.push(`container ${container.name ?? '?'} exited with code ${container.exitCode}`);
  return parts.filter((part, index) => parts.indexOf(part) === index).join(': ');
}
