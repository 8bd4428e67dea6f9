import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { inputs, startFakeAws } from '../../__tests__/bundle/fake-shop.ts';
import { actionPrograms, inputVariables } from '../../__tests__/e2e/support/action-definition.ts';
import type { RecordedCall, RolloutScript } from '../../__tests__/fakes/aws/fake-aws.ts';

/** One deploy by the bundle, as GitHub's runner starts it, against an AWS that answers at once. Times in milliseconds. */
export interface BundleRun {
  startedAt: number;
  endedAt: number;
  calls: readonly RecordedCall[];
  /** The most memory it ever had resident, in bytes; undefined where the system does not tell (Linux does). */
  peakBytes: number | undefined;
}

const MEMORY_LOOK_MS = 10;

/** Deploys an image that is in the registry as a new revision of one service. */
export async function deployWithBundle(rollout: RolloutScript): Promise<BundleRun> {
  const { aws, environment, close } = await startFakeAws(rollout);
  const workspace = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const startedAt = Date.now();
    const child = spawn(process.execPath, [actionPrograms().main], {
      cwd: workspace,
      env: { ...environment, ...runnerVariables(workspace), ...inputVariables(inputs) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const memory = watchPeakMemory(child.pid);
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const [output, exitCode] = await Promise.all([text(child.stdout), ended]);
    const endedAt = Date.now();
    const peakBytes = memory.stop();
    if (exitCode !== 0) throw new Error(`the bundle ended with ${exitCode}:\n${output}`);
    return { startedAt, endedAt, calls: aws.calls, peakBytes };
  } finally {
    rmSync(workspace, { recursive: true });
    await close();
  }
}

/** What a job on GitHub's runner finds in its environment. */
export function runnerVariables(workspace: string): Record<string, string> {
  return {
    HOME: workspace,
    RUNNER_TEMP: workspace,
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTOR: 'ada',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_REF: 'refs/heads/develop',
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_RUN_ID: String(randomInt(1e9, 1e10)),
    GITHUB_SHA: 'a'.repeat(40),
    GITHUB_WORKSPACE: workspace,
  };
}

/** The system keeps the peak itself, but only as long as the process lives. */
function watchPeakMemory(pid: number | undefined): { stop: () => number | undefined } {
  let kilobytes: number | undefined;
  const timer = setInterval(() => {
    const peak = /^VmHWM:\s+(\d+) kB$/mu.exec(statusOf(pid))?.[1];
    if (peak !== undefined) kilobytes = Number(peak);
  }, MEMORY_LOOK_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return kilobytes === undefined ? undefined : kilobytes * 1024;
    },
  };
}

function statusOf(pid: number | undefined): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}
