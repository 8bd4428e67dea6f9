import { DeployError } from '../../src/errors.ts';
import { publish } from '../../src/report/publish.ts';
import { newRunReport } from '../../src/report/run-report.ts';
import { FakeHost } from '../fakes/host.ts';
import { completedReport } from './example-reports.ts';

describe('publishing the result', () => {
  it('sets the outputs, writes the summary and the result object, and ends with the outcome', async () => {
    const host = new FakeHost();
    await publish(host, completedReport());
    expect(host.outputs).toMatchObject({ outcome: 'completed', environment: 'staging' });
    expect(host.summaries).toHaveLength(1);
    expect(JSON.parse(host.results[0]!)).toMatchObject({ outcome: 'completed' });
    expect(host.lines).toEqual(['✅ staging: completed']);
    expect(host.annotations).toEqual([]);
  });

  it('shows an error in the log, as an annotation, in the summary and in the result', async () => {
    const host = new FakeHost();
    const error = new DeployError('BUILD_FAILED', 'build: exit 1', {
      hint: 'Read it.',
      details: ['::error::no'],
    });
    await publish(host, { ...newRunReport('deploy'), outcome: 'failed' }, error);
    expect(host.lines).toEqual([
      '✗ BUILD_FAILED: build: exit 1',
      '| ::error::no',
      '  What to do: Read it.',
      '  More about it: docs/errors.md#build_failed',
      'ERROR BUILD_FAILED: build: exit 1\nRead it.',
      '❌ deploy: failed',
    ]);
    expect(host.summaries[0]).toContain('BUILD\\_FAILED');
    expect(JSON.parse(host.results[0]!)).toMatchObject({
      error: { code: 'BUILD_FAILED', details: ['::error::no'] },
    });
  });

  it('does not say an error twice in a terminal', async () => {
    const host = Object.assign(new FakeHost(), { kind: 'terminal' as const });
    await publish(host, newRunReport('deploy'), new DeployError('BUILD_FAILED', 'build: exit 1'));
    expect(host.lines.filter((line) => line.includes('build: exit 1'))).toEqual([
      '✗ BUILD_FAILED: build: exit 1',
    ]);
  });

  it('has the stack of a defect for who debugs it, and for nobody else', async () => {
    const host = new FakeHost();
    const cause = new TypeError('x is not a function');
    await publish(host, newRunReport('deploy'), new DeployError('INTERNAL', cause.message, { cause }));
    expect(host.debugLines).toEqual([cause.stack]);
    expect(host.lines.join('\n')).not.toContain('    at ');
  });

  it('still sets the outputs and ends when the summary cannot be written', async () => {
    class FullDisk extends FakeHost {
      override writeSummary(): Promise<void> {
        return Promise.reject(new Error('ENOSPC'));
      }
    }
    const host = new FullDisk();
    await publish(host, completedReport());
    expect(host.outputs['outcome']).toBe('completed');
    expect(host.lines).toEqual([
      'WARNING the job summary could not be written: ENOSPC',
      '✅ staging: completed',
    ]);
  });

  it('still writes the summary when the outputs cannot be written', async () => {
    class NoOutputs extends FakeHost {
      override setOutput(): void {
        throw new Error('no file');
      }
    }
    const host = new NoOutputs();
    await publish(host, completedReport());
    expect(host.summaries).toHaveLength(1);
    expect(host.results).toHaveLength(1);
  });
});
