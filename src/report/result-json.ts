import type { RunReport } from './run-report.ts';
import { secondsOf, timingsOf } from './timings.ts';

/** The result object of `--json`: the report as it is, with times that people and programs can read. */
export function resultJson(report: RunReport): string {
  const { command, outcome, environment, error, failedStep, steps, ...facts } = report;
  return JSON.stringify(
    {
      command,
      outcome,
      environment,
      failedStep,
      error,
      ...facts,
      steps: steps.map((step) => ({
        id: step.id,
        title: step.title,
        state: step.state,
        result: step.result,
        startedAt: new Date(step.startedAt).toISOString(),
        seconds: secondsOf(step),
      })),
      timings: timingsOf(report),
    },
    null,
    2,
  );
}
