import { OUTCOMES, type Outcome } from '../../errors.ts';
import type { ScheduleName } from '../schedule/schedule-name.ts';
import type { JsonObject } from '../text/json.ts';

// What a run writes down for whoever finishes it: the post step of a main step that was killed or cancelled.

/** Where AWS was reached. */
export interface ConnectionState {
  region: string;
  role?: string;
}

/**
 * A one-off task that may run. The ARN is absent between asking ECS for the task and its answer; `startedBy` finds the
 * task then.
 */
export interface TaskState {
  cluster: string;
  startedBy: string;
  onCancel: 'keep' | 'stop';
  arn?: string;
}

/** A service that was pointed at a revision. The deployment's id is absent until UpdateService has answered. */
export interface RolloutState {
  cluster: string;
  service: string;
  /** ARN of the revision it was pointed at. */
  taskDefinition: string;
  onCancel: 'keep' | 'rollback';
  deploymentId?: string;
  /** Where UpdateService named it, or where an existing one was continued. */
  serviceDeploymentArn?: string;
  /** The deployment that was PRIMARY before. */
  earlierDeploymentId?: string;
  /** ARN of the revision to go back to. */
  previousTaskDefinition?: string;
}

/** A build that may run. The id is absent until StartBuild has answered; the key finds the build then. */
export interface BuildState {
  project: string;
  key: string;
  id?: string;
}

/** A rule or schedule some of whose targets were moved to another revision. */
export interface ScheduleState {
  schedule: ScheduleName;
  /** Revisions as ARN; the id of a schedule's one target is "". */
  moves: { target: string; from: string; to: string }[];
  onCancel: 'keep' | 'rollback';
}

export interface SavedState {
  connection?: ConnectionState;
  /** How the main step ended; absent where it was killed. */
  ended?: Outcome;
  tasks: TaskState[];
  rollouts: RolloutState[];
  builds: BuildState[];
  schedules: ScheduleState[];
  /** Folders that hold a credential. */
  folders: string[];
}

export const CONNECTION_STATE = 'connection';
export const ENDED_STATE = 'ended';

const TASK = 'task-';
const ROLLOUT = 'rollout-';
const BUILD = 'build-';
const SCHEDULE = 'schedule-';
const FOLDER = 'folder-';

/** One entry for each task, of which several may run side by side. */
export function taskStateName({ startedBy }: Pick<TaskState, 'startedBy'>): string {
  return `${TASK}${startedBy.slice(startedBy.lastIndexOf('/') + 1)}`;
}

export function rolloutStateName(service: string): string {
  return `${ROLLOUT}${service}`;
}

export function buildStateName({ key }: Pick<BuildState, 'key'>): string {
  return `${BUILD}${key}`;
}

/** By its place among the schedules of the run: their own names may have any length and sign. */
export function scheduleStateName(index: number): string {
  return `${SCHEDULE}${index}`;
}

export function folderStateName(folder: string): string {
  return `${FOLDER}${folder.slice(folder.lastIndexOf('-') + 1)}`;
}

/** The entries that are not taken back. An entry that cannot be read is passed over: finishing does what it can. */
export function readSavedState(entries: Readonly<Record<string, string>>): SavedState {
  const texts = (prefix: string) =>
    Object.entries(entries).flatMap(([name, text]) => (name.startsWith(prefix) && text !== '' ? [text] : []));
  const connection = objectOf(entries[CONNECTION_STATE]);
  const ended = OUTCOMES.find((outcome) => outcome === entries[ENDED_STATE]);
  return {
    ...(isConnection(connection) ? { connection } : {}),
    ...(ended === undefined ? {} : { ended }),
    tasks: texts(TASK).map(objectOf).filter(isTask),
    rollouts: texts(ROLLOUT).map(objectOf).filter(isRollout),
    builds: texts(BUILD).map(objectOf).filter(isBuild),
    schedules: texts(SCHEDULE).map(objectOf).filter(isSchedule),
    folders: texts(FOLDER),
  };
}

/** What a cancelled run has not dealt with itself. What it kept on purpose it has named already. */
export function unfinishedPart(state: SavedState): SavedState {
  return {
    ...state,
    tasks: state.tasks.filter(({ arn, onCancel }) => arn === undefined || onCancel === 'stop'),
    rollouts: state.rollouts.filter(
      ({ deploymentId, onCancel }) => deploymentId === undefined || onCancel === 'rollback',
    ),
    schedules: state.schedules.filter(({ onCancel }) => onCancel === 'rollback'),
  };
}

function objectOf(text: string | undefined): unknown {
  try {
    return text === undefined || text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function isConnection(value: unknown): value is ConnectionState {
  return hasTexts(value, ['region']);
}

function isTask(value: unknown): value is TaskState {
  return hasTexts(value, ['cluster', 'startedBy', 'onCancel']);
}

function isRollout(value: unknown): value is RolloutState {
  return hasTexts(value, ['cluster', 'service', 'taskDefinition', 'onCancel']);
}

function isBuild(value: unknown): value is BuildState {
  return hasTexts(value, ['project', 'key']);
}

function isSchedule(value: unknown): value is ScheduleState {
  if (!hasTexts(value, ['onCancel'])) return false;
  const { schedule, moves } = value as JsonObject;
  const place = (schedule as JsonObject | undefined)?.['kind'] === 'rule' ? 'bus' : 'group';
  return (
    hasTexts(schedule, ['kind', 'name', place]) &&
    Array.isArray(moves) &&
    moves.every((move) => hasTexts(move, ['target', 'from', 'to']))
  );
}

function hasTexts(value: unknown, names: readonly string[]): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => typeof (value as JsonObject)[name] === 'string')
  );
}
