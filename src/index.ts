import { tmpdir } from 'node:os';
import { credentialsFor, type CredentialProvider } from './adapters/aws/credentials.ts';
import { connectAws } from './adapters/aws/connect.ts';
import { paces } from './adapters/aws/pace.ts';
import { cancellation } from './adapters/cancellation.ts';
import { systemClock } from './adapters/clock.ts';
import { createDocker } from './adapters/docker/docker.ts';
import { createFiles } from './adapters/files.ts';
import { createHistory } from './adapters/git/history.ts';
import { gitCheckout } from './adapters/git/git.ts';
import { circleciHost } from './adapters/host/circleci.ts';
import { createHttpGet } from './adapters/http.ts';
import { githubHost } from './adapters/host/github.ts';
import type { TextHost } from './adapters/host/text.ts';
import { terminalHost } from './adapters/host/terminal.ts';
import { createRunCommand } from './adapters/run-command.ts';
import { finish } from './commands/finish.ts';
import { COMMAND_TEXTS } from './config/command-texts.ts';
import { inputsOf } from './config/input-commands.ts';
import { createPostWebhook } from './adapters/webhook.ts';
import { INPUTS } from './config/inputs.ts';
import { COMMANDS } from './config/plan.ts';
import { main } from './main.ts';
import { OUTPUTS } from './report/output-names.ts';
import { privateHost } from './report/private-host.ts';
import type { Host } from './ports/host.ts';
import type { World } from './ports/world.ts';
import { VERSION } from './version.ts';

// The only file that acts on import: it finds out where it runs, wires the live ends, and leaves with main's exit code.

const environment = process.env;
const isGitHub = environment['GITHUB_ACTIONS'] === 'true';
/** The runner sets this for the post step, because the main step saved it (see `saveState` below). */
const isPostStep = isGitHub && environment['STATE_started'] === 'true';

process.exit(await run());

async function run(): Promise<number> {
  const root = (isGitHub ? environment['GITHUB_WORKSPACE'] : undefined) ?? process.cwd();
  const git = gitCheckout({ folder: root });
  const signal = cancellation();
  const plain = isGitHub ? githubHost({ environment }) : answering(hostOfText(git, signal));
  if (plain === undefined) return Number(process.exitCode ?? 0);
  // A value that is neither yes nor no is told as an error later; until then it hides.
  const host = (plain.input('mask-aws-account-id') ?? 'false') === 'false' ? plain : privateHost(plain);

  const clock = systemClock();
  // A cancelled run cleans up with the session that it has: a new one is no longer asked for.
  const once = memory<CredentialProvider | undefined>();
  const paceIn = paces(clock);
  const world: World = {
    host,
    clock,
    git,
    signal,
    files: createFiles(root),
    copyImage: async (request) => {
      // Few runs copy.
      const { copyImage } = await import('./adapters/registry/copy.ts');
      return copyImage(request, (ms) => clock.sleep(ms, signal));
    },
    builder: createDocker({
      root,
      environment,
      clock,
      signal,
      temporaryFolder: environment['RUNNER_TEMP'] ?? tmpdir(),
      debug: (line) => host.debug(line),
      saveState: (name, value) => host.saveState(name, value),
    }),
    runCommand: createRunCommand({ folder: root, environment }),
    httpGet: createHttpGet({ environment }),
    environmentVariable: (name) => environment[name],
    hasEnvironmentVariable: (name) => (environment[name] ?? '') !== '',
    postWebhook: createPostWebhook({ environment, mask: (secret) => host.mask(secret) }),
    connectAws: ({ region, role }) => {
      const at = region ?? environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'];
      const { AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile, AWS_ROLE_ARN: tokenRole } = environment;
      const ownRole = tokenFile ? tokenRole : undefined;
      const credentials = once(`${role} ${at}`, () =>
        credentialsFor({ role, ownRole, host, region: at, signal }),
      );
      const aws = connectAws({
        environment,
        userAgent: `deploy-action/${VERSION}`,
        command: host.arguments[0] ?? host.input('command') ?? 'deploy',
        mask: (secret) => host.mask(secret),
        signal,
        pace: paceIn({ role: role ?? ownRole, region: at }),
        ...(region === undefined ? {} : { region }),
        ...(credentials === undefined ? {} : { credentials }),
      });
      return Promise.resolve(aws);
    },
    connectRepository: async ({ repository, token }) => {
      const serverUrl = environment['GITHUB_SERVER_URL'] ?? 'https://github.com';
      const apiUrl = environment['GITHUB_API_URL'] ?? 'https://api.github.com';
      const local = {
        history: createHistory({ folder: root, environment, token, serverUrl }),
        runCommand: createRunCommand({ folder: root, environment }),
      };
      if (token === undefined || repository === undefined) return local;
      // Octokit is much to read, and most runs have no use for it.
      const { createGitHub } = await import('./adapters/github/github-api.ts');
      return { ...local, github: createGitHub({ token, repository, apiUrl, serverUrl, clock, signal }) };
    },
  };
  if (isPostStep) return finish(world).then(() => 0);
  host.saveState('started', 'true');
  return main(world);
}

function memory<T>(): (key: string, make: () => T) => T {
  const known = new Map<string, { value: T }>();
  return (key, make) => {
    const entry = known.get(key) ?? { value: make() };
    known.set(key, entry);
    return entry.value;
  };
}

function hostOfText(git: World['git'], signal: AbortSignal): TextHost {
  const { stdout, stderr, argv } = process;
  const commandLine = {
    argv: argv.slice(2),
    environment,
    stdout,
    stderr,
    inputs: INPUTS,
    commands: COMMANDS.map((name) => ({ name, ...COMMAND_TEXTS[name], inputs: inputsOf(name) })),
    version: VERSION,
    outputNames: OUTPUTS.map(({ name }) => name),
  };
  return environment['CIRCLECI'] === 'true'
    ? circleciHost({ ...commandLine, git, signal, temporaryFolder: tmpdir() })
    : terminalHost({ ...commandLine, git });
}

/** Undefined when the command line asked about the program itself, and was answered. */
function answering(host: TextHost): Host | undefined {
  const { answer } = host;
  if (answer === undefined) return host;
  if ('text' in answer) process.stdout.write(answer.text);
  else {
    process.stderr.write(`${answer.problem.message}\n${answer.problem.hint ?? ''}\n`);
    process.exitCode = 2;
  }
  return undefined;
}
