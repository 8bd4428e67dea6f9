/** The part of a task that says whether and how it ended. */
export interface EndedTask {
  lastStatus?: string | undefined;
  /** When its containers had ended; the network is taken apart after that. */
  executionStoppedAt?: Date | undefined;
  stopCode?: string | undefined;
  stoppedReason?: string | undefined;
  containers?:
    | readonly { name?: string | undefined; exitCode?: number | undefined; reason?: string | undefined }[]
    | undefined;
}

export type TaskVerdict =
  | { succeeded: true; exitCode: 0 }
  | {
      succeeded: false;
      exitCode?: number;
      /** A sentence without its subject: "exited with code 3". */ reason: string;
    };

/** The one stop code of a task that came to its own end; emulators leave it out. */
const OWN_END = 'EssentialContainerExited';

/**
 * Did the container of a stopped task do its work? Its own exit code decides; sidecars do not count. No exit code
 * means that it never ran or was lost, and 0 after somebody stopped the task (a polite answer to SIGTERM) means that
 * it did not come to its end: both are failures.
 */
export function taskVerdict(task: EndedTask, containerName: string): TaskVerdict {
  const container = containerOf(task, containerName);
  const exitCode = container?.exitCode;
  const why = [task.stopCode, task.stoppedReason, container?.reason].filter(isSaid);
  if (exitCode === undefined) return { succeeded: false, reason: sentence('never ran to an exit code', why) };
  if (exitCode !== 0)
    return { succeeded: false, exitCode, reason: sentence(`exited with code ${exitCode}`, unusual(why)) };
  const isOwnEnd = !isSaid(task.stopCode) || task.stopCode === OWN_END;
  if (!isOwnEnd) return { succeeded: false, exitCode, reason: sentence('was stopped before its end', why) };
  return { succeeded: true, exitCode };
}

/**
 * Is there nothing left to learn? When the task has stopped, or when its containers have ended and ours has its exit
 * code: on Fargate the network is taken apart for many seconds after that.
 */
export function isOver(task: EndedTask, containerName: string): boolean {
  if (task.lastStatus === 'STOPPED') return true;
  const hasEnded = task.executionStoppedAt !== undefined && isSaid(task.stopCode);
  return hasEnded && containerOf(task, containerName)?.exitCode !== undefined;
}

/** A container of a stopped task has exited, but ours has no exit code: ECS may be about to learn it. */
export function awaitsExitCode(task: EndedTask, containerName: string): boolean {
  return task.stopCode === OWN_END && containerOf(task, containerName)?.exitCode === undefined;
}

function containerOf(task: EndedTask, name: string) {
  return task.containers?.find((container) => container.name === name);
}

/** That an essential container exited says nothing that the exit code does not say. */
function unusual(why: readonly string[]): string[] {
  return why.filter((text) => text !== OWN_END && !/^essential container in task exited$/i.test(text));
}

function sentence(what: string, why: readonly string[]): string {
  return why.length === 0 ? what : `${what}: ${why.join(': ')}`;
}

function isSaid(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}
