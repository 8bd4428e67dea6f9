import type { RunTaskPlan, ServicePlan } from '../plan.ts';
import { report, type Draft } from './draft.ts';

const AN_HOUR = 60 * 60;

/** A task for a person: nobody waits behind it, so a cancel stops it. */
export function runTaskOf(
  { inputs, isGiven, ...draft }: Draft,
  [service]: ServicePlan[],
): RunTaskPlan | undefined {
  const command = inputs['run-command'];
  if (command === undefined && !isGiven('run-command')) {
    report({ inputs, isGiven, ...draft, file: undefined }, '`run-command` is missing', {
      at: [],
      hint: 'Give the command to run: --run-command "bin/report --day 1".',
    });
  }
  if (command === undefined || service === undefined) return undefined;
  return {
    service: service.name,
    ...(service.container === undefined ? {} : { container: service.container }),
    command,
    timeoutSeconds: inputs.timeout ?? AN_HOUR,
    onCancel: 'stop',
    count: inputs['run-count'] ?? 1,
    retries: inputs['run-retries'] ?? 0,
    overrides: {
      ...(inputs['run-cpu'] === undefined ? {} : { cpu: String(inputs['run-cpu']) }),
      ...(inputs['run-memory'] === undefined ? {} : { memory: String(inputs['run-memory']) }),
      ...(inputs['run-task-role'] === undefined ? {} : { taskRole: inputs['run-task-role'] }),
      ...(inputs['run-environment'] === undefined ? {} : { environment: inputs['run-environment'] }),
    },
  };
}
