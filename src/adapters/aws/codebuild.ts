import { AwsError, isAwsError } from '../../errors.ts';
import type { CodeBuild } from '../../ports/codebuild.ts';
import { expectMember } from './answer.ts';
import { type AwsClientSettings, lazily, prepared } from './client-settings.ts';
import { sendOnce } from './send-once.ts';

/** Only builds on CodeBuild ask, so the SDK's client is read from disk only then. */
export function awsCodeBuild({ config, ...about }: AwsClientSettings): CodeBuild {
  const client = lazily(async () => {
    const { CodeBuildClient } = await import('@aws-sdk/client-codebuild');
    return prepared('codebuild', new CodeBuildClient(config), about);
  });
  return {
    async batchGetProjects(project) {
      const { BatchGetProjectsCommand } = await import('@aws-sdk/client-codebuild');
      const command = new BatchGetProjectsCommand({ names: [project] });
      const { projects } = await (await client()).send(expectMember(command, 'projects'));
      return projects?.find(({ name }) => name === project);
    },

    async startBuild(input) {
      const { StartBuildCommand } = await import('@aws-sdk/client-codebuild');
      const { build } = await (
        await client()
      ).send(sendOnce(expectMember(new StartBuildCommand(input), 'build')));
      if (build?.id !== undefined && build.id !== '') return { ...build, id: build.id };
      throw new AwsError('AWS_CALL_FAILED', {
        action: 'codebuild:StartBuild',
        awsCode: 'IncompleteAnswer',
        awsMessage: 'the answer names no build',
        retryable: true,
      });
    },

    async batchGetBuilds(ids) {
      const { BatchGetBuildsCommand } = await import('@aws-sdk/client-codebuild');
      const command = new BatchGetBuildsCommand({ ids: [...ids] });
      const { builds = [], buildsNotFound = [] } = await (
        await client()
      ).send(expectMember(command, 'builds'));
      return { builds, missing: buildsNotFound };
    },

    async listBuildsForProject(project) {
      const { ListBuildsForProjectCommand } = await import('@aws-sdk/client-codebuild');
      // No sort order: newest first is the default, and naming it is an error beyond a hundred builds.
      const command = new ListBuildsForProjectCommand({ projectName: project });
      const { ids = [] } = await (await client()).send(expectMember(command, 'ids'));
      return ids;
    },

    async stopBuild(id) {
      const { StopBuildCommand } = await import('@aws-sdk/client-codebuild');
      try {
        await (await client()).send(new StopBuildCommand({ id }));
      } catch (error) {
        // It is gone, and so is what would have to be stopped.
        if (!isAwsError(error, 'ResourceNotFoundException')) throw error;
      }
    },
  };
}
