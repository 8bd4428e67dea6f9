import type { Agenda } from './agenda.ts';
import { describeBuild, type FakeBuild, PHASES, type PhaseName, type Variable } from './codebuild-builds.ts';
import { checkLimits } from './codebuild-limits.ts';
import type { FakeEcr } from './ecr.ts';
import type { FakeLogs } from './logs.ts';
import type { Names } from './names.ts';
import { AwsException, defined, type Operations, seconds } from './wire.ts';

/** How the next build goes; without a script it takes 20 s, prints a line and pushes its image. */
export interface BuildScript {
  /** How long each phase takes, in seconds; Infinity never ends. */
  seconds?: Partial<Record<PhaseName, number>>;
  /** Printed so long after the phase BUILD has begun; `lateSeconds` until CloudWatch shows it. */
  logLines?: readonly { afterSeconds: number; message: string; lateSeconds?: number }[];
  /** The phase that goes wrong; those after it that still run, run. */
  fails?: {
    phase: PhaseName;
    status?: 'FAILED' | 'FAULT' | 'TIMED_OUT';
    statusCode?: string;
    message?: string;
  };
  /** What it pushes; by default an image of its own under IMAGE_TAG. */
  pushes?: 'image' | 'nothing';
  /** So long after its start nobody finds it. */
  missingFor?: number;
}

export interface ProjectSettings {
  source?: { type: string; location?: string; buildspec?: string };
  concurrentBuildLimit?: number;
  privilegedMode?: boolean;
  /** Does it write a log to CloudWatch Logs? */
  cloudWatchLogs?: boolean;
}

interface Project extends ProjectSettings {
  name: string;
  count: number;
}

interface StartBuildInput {
  projectName?: string;
  sourceVersion?: string;
  sourceTypeOverride?: string;
  sourceLocationOverride?: string;
  buildspecOverride?: string;
  imageOverride?: string;
  computeTypeOverride?: string;
  serviceRoleOverride?: string;
  privilegedModeOverride?: boolean;
  environmentVariablesOverride?: Variable[];
  idempotencyToken?: string;
}

const TOKEN_LIFE_MS = 5 * 60_000;
const PAGE = 100;
const SECONDS: Record<PhaseName, number> = {
  SUBMITTED: 0,
  QUEUED: 1,
  PROVISIONING: 6,
  DOWNLOAD_SOURCE: 1,
  INSTALL: 0,
  PRE_BUILD: 1,
  BUILD: 8,
  POST_BUILD: 2,
  UPLOAD_ARTIFACTS: 0,
  FINALIZING: 1,
  COMPLETED: 0,
};
/** These run after a phase that failed, as long as the container is there (AWS CodeBuild user guide, build phase transitions). */
const RUNS_ALL_THE_SAME: readonly PhaseName[] = ['FINALIZING', 'COMPLETED'];

/** AWS CodeBuild: projects, builds that go through their phases with the clock, a queue and limits. */
export class FakeCodeBuild {
  readonly #names: Names;
  readonly #agenda: Agenda;
  readonly #logs: FakeLogs;
  readonly #ecr: FakeEcr;
  readonly #projects: Project[] = [];
  readonly #scripts: { project: string; script: BuildScript }[] = [];
  readonly #tokens = new Map<string, { build: FakeBuild; input: string; until: number }>();
  readonly builds: FakeBuild[] = [];
  /** How many builds of the account run at the same time; more are queued. */
  concurrentBuilds = 60;
  /** False: the token of a start is forgotten at once, so only a look back finds the build. */
  keepsTokens = true;
  #pushes = 0;

  constructor(names: Names, agenda: Agenda, { logs, ecr }: { logs: FakeLogs; ecr: FakeEcr }) {
    this.#names = names;
    this.#agenda = agenda;
    this.#logs = logs;
    this.#ecr = ecr;
  }

  addProject(name: string, settings: ProjectSettings = {}): void {
    this.#projects.push({ name, count: 0, ...settings });
  }

  /** Scripts are used up in their order. */
  nextBuild(project: string, script: BuildScript): void {
    this.#scripts.push({ project, script });
  }

  /** What somebody else does in the console. */
  stop(id: string): void {
    const build = this.#existing(id);
    if (build.status === 'IN_PROGRESS') this.#end(build, 'STOPPED');
  }

  readonly operations: Operations = {
    BatchGetProjects: ({ names = [] }: { names?: string[] }) => {
      const found = this.#projects.filter(({ name }) => names.includes(name));
      return {
        projects: found.map((project) => this.#describeProject(project)),
        projectsNotFound: names.filter((name) => found.every((project) => project.name !== name)),
      };
    },

    StartBuild: (input: StartBuildInput) => this.#start(input),

    BatchGetBuilds: ({ ids = [] }: { ids?: string[] }) => {
      if (ids.length === 0 || ids.length > PAGE)
        throw new AwsException('InvalidInputException', `Invalid length of ids: 1 to ${PAGE}`);
      const found = ids.flatMap((id) => this.builds.find((build) => build.id === id) ?? []);
      const visible = found.filter(({ visibleAt }) => visibleAt <= this.#agenda.now);
      return {
        builds: visible.map((build) => this.#describe(build)),
        buildsNotFound: ids.filter((id) => visible.every((build) => build.id !== id)),
      };
    },

    ListBuildsForProject: ({
      projectName = '',
      sortOrder = 'DESCENDING',
      nextToken = '0',
    }: {
      projectName?: string;
      sortOrder?: string;
      nextToken?: string;
    }) => {
      this.#project(projectName);
      const ids = this.builds
        .filter(({ project, visibleAt }) => project === projectName && visibleAt <= this.#agenda.now)
        .map(({ id }) => id);
      if (sortOrder === 'DESCENDING') ids.reverse();
      const from = Number(nextToken);
      return defined({
        ids: ids.slice(from, from + PAGE),
        nextToken: ids.length > from + PAGE ? String(from + PAGE) : undefined,
      });
    },

    StopBuild: ({ id = '' }: { id?: string }) => {
      const build = this.#existing(id);
      if (build.status === 'IN_PROGRESS') this.#end(build, 'STOPPED');
      return { build: this.#describe(build) };
    },
  };

  #start(input: StartBuildInput): object {
    const { idempotencyToken, ...rest } = input;
    const project = this.#project(input.projectName ?? '');
    const asked = JSON.stringify(rest);
    const known = idempotencyToken === undefined ? undefined : this.#tokens.get(idempotencyToken);
    if (this.keepsTokens && known !== undefined && known.until > this.#agenda.now) {
      if (known.input !== asked)
        throw new AwsException('InvalidInputException', 'Parameter mismatch for the idempotency token');
      return { build: this.#describe(known.build) };
    }
    const type = input.sourceTypeOverride ?? project.source?.type ?? 'GITHUB';
    if (type === 'NO_SOURCE' && input.sourceVersion !== undefined)
      throw new AwsException(
        'InvalidInputException',
        'Source version is not supported for source type NO_SOURCE',
      );
    this.#checkLimits(project);
    project.count += 1;
    const script = this.#takeScript(project.name);
    const build: FakeBuild = {
      project: project.name,
      id: `${project.name}:${this.#names.uuid()}`,
      number: project.count,
      startedAt: this.#agenda.now,
      visibleAt: this.#agenda.now + (script.missingFor ?? 0) * 1000,
      status: 'IN_PROGRESS',
      phases: [],
      variables: input.environmentVariablesOverride ?? [],
      input: rest,
      source: defined({
        type,
        location: input.sourceLocationOverride ?? project.source?.location,
        buildspec: input.buildspecOverride ?? project.source?.buildspec,
      }),
      script,
      writesLog: project.cloudWatchLogs ?? true,
    };
    this.builds.push(build);
    if (idempotencyToken !== undefined)
      this.#tokens.set(idempotencyToken, { build, input: asked, until: this.#agenda.now + TOKEN_LIFE_MS });
    this.#enter(build, 'SUBMITTED');
    return { build: this.#describe(build) };
  }

  #checkLimits({ name, concurrentBuildLimit: most }: Project): void {
    const open = this.builds.filter(({ status }) => status === 'IN_PROGRESS');
    checkLimits({
      ofProject: { open: open.filter(({ project }) => project === name).length, most },
      ofAccount: { open: open.length, most: this.concurrentBuilds },
    });
  }

  #takeScript(project: string): BuildScript {
    const index = this.#scripts.findIndex((entry) => entry.project === project);
    return index < 0 ? {} : this.#scripts.splice(index, 1)[0]!.script;
  }

  #enter(build: FakeBuild, phase: PhaseName): void {
    if (build.status !== 'IN_PROGRESS') return;
    if (phase === 'PROVISIONING' && this.#running() >= this.concurrentBuilds) {
      // It stays in the queue until another build makes room.
      build.awaitsRoom = true;
      return;
    }
    build.awaitsRoom = false;
    const entered = { name: phase, status: 'IN_PROGRESS', startedAt: this.#agenda.now };
    const last = build.phases.at(-1);
    if (last !== undefined && last.endedAt === undefined)
      Object.assign(last, { status: 'SUCCEEDED', endedAt: this.#agenda.now });
    build.phases.push(entered);
    if (phase === 'COMPLETED') {
      this.#end(build, build.failedAs ?? 'SUCCEEDED');
      return;
    }
    if (phase === 'PROVISIONING' && build.writesLog) this.#print(build, '[Container] Waiting for agent ping');
    if (phase === 'BUILD') this.#printAll(build);
    if (phase === 'POST_BUILD' && build.failedAs === undefined) this.#push(build);
    this.#agenda.after(build.script.seconds?.[phase] ?? SECONDS[phase], () => this.#leave(build, phase));
  }

  #leave(build: FakeBuild, phase: PhaseName): void {
    if (build.status !== 'IN_PROGRESS') return;
    const { fails } = build.script;
    if (fails?.phase === phase && build.failedAs === undefined) {
      build.failedAs = fails.status ?? 'FAILED';
      Object.assign(build.phases.at(-1)!, {
        status: build.failedAs,
        endedAt: this.#agenda.now,
        context: {
          statusCode: fails.statusCode ?? 'COMMAND_EXECUTION_ERROR',
          message: fails.message ?? 'Error while executing command: make. Reason: exit status 2',
        },
      });
    }
    const next = PHASES.slice(PHASES.indexOf(phase) + 1).find(
      (name) => build.failedAs === undefined || RUNS_ALL_THE_SAME.includes(name),
    );
    if (next !== undefined) this.#enter(build, next);
  }

  #end(build: FakeBuild, status: FakeBuild['status']): void {
    const now = this.#agenda.now;
    const last = build.phases.at(-1);
    if (last !== undefined && last.endedAt === undefined) {
      last.endedAt = now;
      if (last.name !== 'COMPLETED') last.status = status;
    }
    if (last?.name === 'COMPLETED') delete last.endedAt;
    else build.phases.push({ name: 'COMPLETED', status: 'IN_PROGRESS', startedAt: now });
    build.phases.at(-1)!.status = undefined;
    build.status = status;
    build.endedAt = now;
    const waiting = this.builds.find(
      ({ awaitsRoom, status: open }) => awaitsRoom === true && open === 'IN_PROGRESS',
    );
    if (waiting !== undefined) this.#enter(waiting, 'PROVISIONING');
  }

  #running(): number {
    return this.builds.filter(
      ({ status, phases }) => status === 'IN_PROGRESS' && phases.some(({ name }) => name === 'PROVISIONING'),
    ).length;
  }

  #printAll(build: FakeBuild): void {
    const { logLines = [{ afterSeconds: 1, message: `building ${build.id}` }] } = build.script;
    for (const { afterSeconds, message, lateSeconds } of logLines)
      this.#agenda.after(afterSeconds, () => {
        if (build.status === 'IN_PROGRESS') this.#print(build, message, lateSeconds);
      });
  }

  #print(build: FakeBuild, message: string, lateSeconds = 0): void {
    if (!build.writesLog) return;
    this.#logs.append(`/aws/codebuild/${build.project}`, streamOf(build), `${message}\n`, { lateSeconds });
  }

  /** What the commands of a buildspec do; a tag that is taken fails them. */
  #push(build: FakeBuild): void {
    const value = (name: string) => build.variables.find((variable) => variable.name === name)?.value;
    const uri = value('IMAGE_REPOSITORY');
    const tag = value('IMAGE_TAG');
    if (uri === undefined || tag === undefined || build.script.pushes === 'nothing') return;
    this.#pushes += 1;
    const digest = `sha256:${this.#pushes.toString(16).padStart(64, 'c')}`;
    try {
      this.#ecr.putImage(uri.slice(uri.indexOf('/') + 1), { digest, tags: [tag] });
      this.#print(build, `${tag}: digest: ${digest} size: 1234`);
    } catch (error) {
      this.#print(build, `tag invalid: The image tag '${tag}' already exists and is immutable.`);
      build.script = { ...build.script, fails: { phase: 'POST_BUILD', message: String(error) } };
    }
  }

  #describe(build: FakeBuild): object {
    return describeBuild(build, {
      arn: this.#names.arn('codebuild', `build/${build.id}`),
      stream: streamOf(build),
      region: this.#names.region,
      now: this.#agenda.now,
    });
  }

  #describeProject({ name, source, privilegedMode = true, concurrentBuildLimit }: Project): object {
    return defined({
      name,
      arn: this.#names.arn('codebuild', `project/${name}`),
      source: defined({
        type: source?.type ?? 'GITHUB',
        location: source === undefined ? 'https://github.com/acme/shop.git' : source.location,
        buildspec: source?.buildspec,
      }),
      artifacts: { type: 'NO_ARTIFACTS' },
      environment: {
        type: 'LINUX_CONTAINER',
        image: 'aws/codebuild/amazonlinux-x86_64-standard:5.0',
        computeType: 'BUILD_GENERAL1_SMALL',
        environmentVariables: [],
        privilegedMode,
      },
      serviceRole: 'arn:aws:iam::111111111111:role/codebuild',
      timeoutInMinutes: 60,
      queuedTimeoutInMinutes: 480,
      concurrentBuildLimit,
      created: seconds(this.#agenda.now),
    });
  }

  #project(name: string): Project {
    const found = this.#projects.find((project) => project.name === name);
    if (found === undefined)
      throw new AwsException(
        'ResourceNotFoundException',
        `Project cannot be found: ${this.#names.arn('codebuild', `project/${name}`)}`,
      );
    return found;
  }

  #existing(id: string): FakeBuild {
    const found = this.builds.find((build) => build.id === id);
    if (found === undefined)
      throw new AwsException('ResourceNotFoundException', `Build cannot be found: ${id}`);
    return found;
  }
}

function streamOf({ id }: FakeBuild): string {
  return id.slice(id.indexOf(':') + 1);
}
