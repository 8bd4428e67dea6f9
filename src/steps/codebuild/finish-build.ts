import type { Build } from '../../ports/codebuild.ts';
import { stopBuildCommand } from '../../rules/aws/aws-commands.ts';
import { hasKey } from '../../rules/codebuild/build-key.ts';
import { isBuildOver } from '../../rules/codebuild/build-verdict.ts';
import type { BuildState } from '../../rules/record/saved-state.ts';
import type { StepContext } from '../context.ts';

type Context = Pick<StepContext, 'codebuild' | 'log' | 'region'>;

/** Stops the build of a run that was cut short (`mayAct`), else names it, where it runs on, with the command that ends it. */
export async function finishBuild(
  { codebuild, log, region }: Context,
  state: BuildState,
  { mayAct }: { mayAct: boolean },
): Promise<void> {
  for (const build of await buildsOf({ codebuild }, state)) {
    const { id = '' } = build;
    if (isBuildOver(build)) {
      log.info(`Build ${id} has ended`);
    } else if (mayAct) {
      await codebuild.stopBuild(id);
      log.info(`Build ${id} was told to stop`);
    } else {
      log.warn(
        'A build still runs',
        `Build ${id} still runs. End it with: ${stopBuildCommand(id)} --region ${region}`,
      );
    }
  }
}

/** The id is unknown where the run was cut short while CodeBuild was asked for the build: its key finds it. */
async function buildsOf(
  { codebuild }: Pick<Context, 'codebuild'>,
  { project, key, id }: BuildState,
): Promise<Build[]> {
  const ids = id === undefined ? await codebuild.listBuildsForProject(project) : [id];
  if (ids.length === 0) return [];
  const { builds } = await codebuild.batchGetBuilds(ids);
  return id === undefined ? builds.filter((build) => hasKey(build, key) && !isBuildOver(build)) : builds;
}

/** A build that could not be looked at. */
export function tellBuild(
  { log, region }: Pick<Context, 'log' | 'region'>,
  { project, id }: BuildState,
  reason: string,
): void {
  const end =
    id === undefined
      ? `Look for it: aws codebuild list-builds-for-project --project-name ${project} --region ${region}`
      : `End it with: ${stopBuildCommand(id)} --region ${region}`;
  log.warn('Not finished', `a build of ${project} may still run: ${reason}. ${end}`);
}
