import type { BuildPlan, EcsPlan, Plan, PreviewPlan, RegisterPlan } from '../config/plan.ts';
import type { World } from '../ports/world.ts';
import type { Log } from '../report/log.ts';
import type { RunReport } from '../report/run-report.ts';
import { CONNECTION_STATE } from '../rules/record/saved-state.ts';
import { BuildLooks } from '../steps/codebuild/build-looks.ts';
import type { StepContext } from '../steps/context.ts';
import type { ImageTurns } from '../steps/image/image-turns.ts';
import type { BumpContext } from './bump.ts';

/** What is done in one place, or in each of several. */
export type PlacedPlan = EcsPlan | PreviewPlan | RegisterPlan;

/** What a run has of its own, beside the world. */
export interface Run {
  log: Log;
  report: RunReport;
  /** Of the input `github-token`; hidden from all output. */
  token: string | undefined;
  imageTurns: ImageTurns;
}

/** The world as steps see it that work on one target. */
export async function contextFor(
  plan: PlacedPlan | BuildPlan,
  world: World,
  { log, report, imageTurns }: Run,
): Promise<StepContext> {
  const { host, clock, files, git, builder, copyImage, signal, hasEnvironmentVariable, runCommand, httpGet } =
    world;
  const aws = await world.connectAws(plan.target);
  const { region } = aws;
  report.region = region;
  const { role } = plan.target;
  host.saveState(CONNECTION_STATE, JSON.stringify({ region, ...(role === undefined ? {} : { role }) }));
  return {
    ...aws,
    builds: new BuildLooks({ codebuild: aws.codebuild, clock }),
    builder,
    imageTurns,
    copyImage,
    files,
    git,
    runCommand,
    httpGet,
    clock,
    log,
    report,
    signal,
    hasEnvironmentVariable,
    environmentVariable: world.environmentVariable,
    saveState: (name, value) => host.saveState(name, value),
    setOutput: (name, value) => host.setOutput(name, value),
    shareable: (text) => host.shareable(text),
  };
}

/** AWS is no part of it: the cookbook part alone needs no account. */
export async function cookbookContextFor(
  { event: { repository } }: Plan,
  { host, clock, signal, connectRepository }: World,
  { log, report, token }: Run,
): Promise<BumpContext> {
  const connected = await connectRepository({
    ...(repository === undefined ? {} : { repository }),
    ...(token === undefined ? {} : { token }),
  });
  return { ...connected, clock, log, report, signal, annotate: (annotation) => host.annotate(annotation) };
}
