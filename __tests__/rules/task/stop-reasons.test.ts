import { groupStopReasons, hintForStopReason, stopReasonOf } from '../../../src/rules/task/stop-reasons.ts';

describe('the hint for a stop reason', () => {
  it.each([
    [
      'CannotPullContainerError: pull image manifest has been retried 1 time(s): not found',
      'could not be pulled',
    ],
    [
      'ResourceInitializationError: unable to pull image or start container: no such image',
      'could not be pulled',
    ],
    [
      'circuit breaker was triggered after three unsuccessful image digest resolution attempts.',
      'could not be pulled',
    ],
    [
      'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: AccessDeniedException: secretsmanager',
      'execution role must be able to read',
    ],
    [
      'ResourceInitializationError: failed to validate logger args: create stream has been retried',
      'could not prepare the task',
    ],
    ['OutOfMemoryError: Container killed due to memory usage', 'lack of memory'],
    [
      'Essential container in task exited: container web exited with code 137: exit code 137',
      'lack of memory',
    ],
    ['CannotStartContainerError: exec /app/server: exec format error', 'CPU architecture'],
    [
      'CannotPullContainerError: image Manifest does not contain descriptor matching platform linux/amd64',
      'CPU architecture',
    ],
    [
      'Unexpected EC2 error while attempting to Create Network Interface: InsufficientFreeAddressesInSubnet',
      'no free IP addresses',
    ],
    ['Your Spot Task was interrupted. (SpotInterruption)', 'taken back'],
    [
      'Capacity is unavailable at this time. Please try again later or in a different availability zone',
      'no capacity',
    ],
    ['Task failed ELB health checks in (target-group arn)', 'health check fails'],
    ['Task failed container health checks', 'health check fails'],
    ['CannotStartContainerError: exec: "bin/rails": executable file not found in $PATH', 'file in the image'],
    ['Essential container in task exited: container web exited with code 127', 'not found in the image'],
    ['Essential container in task exited: container web exited with code 126', 'not executable'],
  ])('%s', (reason, part) => {
    expect(hintForStopReason(reason)).toContain(part);
  });

  it('says nothing where the reason says it all', () => {
    expect(
      hintForStopReason('Essential container in task exited: container web exited with code 3'),
    ).toBeUndefined();
  });
});

describe('what a text is taken for', () => {
  it.each<[text: string, name: string | undefined, why: string]>([
    ['CannotPullContainerError: no space left on device', 'disk-full', 'the disk, not the registry'],
    ['CannotPullContainerError: toomanyrequests: pull rate limit', 'pull-rate-limit', 'Docker Hub'],
    [
      'CannotPullContainerError: dial tcp 10.0.0.1:443: i/o timeout',
      'registry-unreachable',
      'no route, while the image may be there',
    ],
    [
      'CannotPullContainerError: ref pull has been retried 5 time(s): failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://prod-ap-northeast-1-starport-layer-bucket.s3.ap-northeast-1.amazonaws.com": context deadline exceeded',
      'registry-unreachable',
      'no route to S3, where ECR keeps layers',
    ],
    [
      'ResourceInitializationError: failed to validate logger args: The specified log group does not exist.',
      'log-not-writable',
      'the log group',
    ],
    [
      'ResourceInitializationError: unable to pull secrets or registry auth: pull command failed: unable to get registry auth: RequestError: dial tcp: i/o timeout',
      'secrets-unreadable',
      'ECS says no more than that',
    ],
    [
      'ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: mount.nfs4: timed out',
      'volume-not-mounted',
      'the file system',
    ],
    ['ResourceInitializationError: something new', 'not-prepared', 'anything else of the kind'],
    ['Timeout waiting for network interface provisioning to complete.', 'network-interface', 'the interface'],
    ['Host EC2 (instance i-0123) terminated.', 'host-gone', 'the instance'],
    [
      'ECS is performing maintenance on the underlying infrastructure hosting the task.',
      'host-gone',
      'Fargate retires a task',
    ],
    ['RESOURCE:PORTS', 'port-taken', 'a host port is taken'],
    ['RESOURCE:MEMORY', 'no-capacity', 'an instance is full'],
    [
      'InvalidParameterException: The container web did not have a container port 3000 defined.',
      'port-mismatch',
      'the mapping is missing',
    ],
    [
      '(port 3000) is unhealthy in (target-group tg) due to (reason Health checks failed)',
      'port-mismatch',
      'the connection is refused',
    ],
    [
      '(port 3000) is unhealthy in (target-group tg) due to (reason Request timed out)',
      'port-mismatch',
      'a closed security group, or nobody listens',
    ],
    [
      '(port 3000) is unhealthy in (target-group tg) due to (reason Health checks failed with these codes: [404])',
      'health-check-answer',
      'somebody listens',
    ],
    ['container web exited with code 1', undefined, 'the log says why'],
    ['container classmate exited with code 1', undefined, 'letters inside of a word mean nothing'],
    ['(service web) has reached a steady state.', undefined, 'an event of good order'],
    ['(service web) registered 1 targets in (target-group tg)', undefined, 'an event of good order'],
  ])('%s is %s: %s', (text, name) => {
    expect(stopReasonOf(text)?.name).toBe(name);
  });
});

describe('groups of stopped tasks', () => {
  const crash = (taskArn: string) => ({
    taskArn,
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    containers: [
      { name: 'datadog', exitCode: 0 },
      { name: 'web', exitCode: 3 },
    ],
  });

  it('count equal reasons once, the most frequent first, and name the container that failed', () => {
    const pull = {
      taskArn: 'c',
      stopCode: 'TaskFailedToStart',
      stoppedReason: 'CannotPullContainerError: not found',
    };
    expect(groupStopReasons([pull, crash('a'), crash('b')])).toEqual([
      {
        reason: 'Essential container in task exited: container web exited with code 3',
        count: 2,
        taskArn: 'a',
        container: 'web',
      },
      {
        reason: 'CannotPullContainerError: not found',
        count: 1,
        taskArn: 'c',
        hint: expect.stringContaining('could not be pulled') as string,
      },
    ]);
  });

  it('leave out tasks that ECS replaced in good order, but not those that failed a health check', () => {
    const scaledIn = {
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: 'Scaling activity initiated by (deployment ecs-svc/1)',
    };
    const unhealthy = {
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: 'Task failed ELB health checks in (target-group tg)',
    };
    expect(groupStopReasons([scaledIn, unhealthy]).map(({ reason }) => reason)).toEqual([
      'Task failed ELB health checks in (target-group tg)',
    ]);
  });
});
