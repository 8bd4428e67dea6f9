import type { DeployError } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import { errorAnnotations } from './annotations.ts';
import { errorReport, errorText } from './error-text.ts';
import { OUTPUTS } from './output-names.ts';
import { outputsOf } from './outputs.ts';
import { resultJson } from './result-json.ts';
import type { RunReport } from './run-report.ts';
import { headline, jobSummary } from './summary.ts';

/**
 * Shows the result in every form the host has: the error in the log and as annotations, outputs, job summary, result
 * object, last line. What cannot be written is said and changes nothing about how the run ended.
 */
export async function publish(host: Host, known: RunReport, error?: DeployError): Promise<void> {
  const told = error === undefined ? known : { ...known, error: errorReport(error) };
  const report = host.docs === undefined ? told : { ...told, docs: host.docs };
  if (error !== undefined) showError(host, error);
  await attempt(host, 'the outputs', () => {
    const outputs = outputsOf(report);
    for (const { name } of OUTPUTS) {
      const value = outputs[name];
      if (value !== undefined) host.setOutput(name, value);
    }
  });
  await attempt(host, 'the job summary', () => host.writeSummary(jobSummary(report)));
  host.info(headline(report));
  host.result(resultJson(report));
}

function showError(host: Host, error: DeployError): void {
  const { before, details, after } = errorText(error, host.docs);
  for (const line of before) host.info(line);
  if (details.length > 0) host.outside(details);
  for (const line of after) host.info(line);
  if (error.code === 'INTERNAL') {
    const { cause } = error;
    host.debug((cause instanceof Error ? cause.stack : undefined) ?? error.stack ?? '');
  }
  // Where annotations are lines of the log, they would only be the same again.
  if (host.kind !== 'github') return;
  for (const annotation of errorAnnotations(error)) host.annotate(annotation);
}

async function attempt(host: Host, what: string, write: () => void | Promise<void>): Promise<void> {
  try {
    await write();
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    host.annotate({ level: 'warning', title: `${what} could not be written`, message: reason });
  }
}
