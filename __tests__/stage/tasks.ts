import { DescribeTasksCommand, RunTaskCommand, type Task } from '@aws-sdk/client-ecs';
import { awsClients } from './aws.ts';
import type { Stage } from './stage.ts';
import { until } from './until.ts';

/** Runs a one-off task on a revision with another command, and waits for its end. */
export async function runTask(
  stage: Stage,
  {
    cluster,
    revision,
    container,
    command,
  }: { cluster: string; revision: string; container: string; command: string[] },
): Promise<Task> {
  const { ecs } = awsClients(stage);
  const { tasks: started } = await ecs.send(
    new RunTaskCommand({
      cluster,
      taskDefinition: revision,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0123456789abcdef0'] } },
      overrides: { containerOverrides: [{ name: container, command }] },
    }),
  );
  const taskArn = started![0]!.taskArn!;
  return until(
    `task ${taskArn} stopped`,
    async () => {
      const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [taskArn] }));
      return tasks![0]!;
    },
    ({ lastStatus }) => lastStatus === 'STOPPED',
  );
}
