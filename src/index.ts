import { tmpdir } from 'node:os';
import { credentialsFor } from './adapters/aws-credentials.ts';
import { connectAws } from './adapters/aws-connect.ts';
import { cancellation } from './adapters/cancellation.ts';
import { systemClock } from './adapters/clock.ts';
import { createDocker } from './adapters/docker.ts';
import { createFiles } from './adapters/files.ts';
import { createHistory } from './adapters/git-history.ts';
import { gitCheckout } from './adapters/git.ts';
import { githubHost } from './adapters/host-github.ts';
import { terminalHost } from './adapters/host-terminal.ts';
import { createRunCommand } from './adapters/run-command.ts';
import { finish } from './commands/finish.ts';
import { INPUTS } from './config/inputs.ts';
import { main } from './main.ts';
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
  const host = isGitHub ? githubHost({ environment }) : terminal(git);
  if (host === undefined) return 0;

  const clock = systemClock();
  const signal = cancellation();
  const world: World = {
    host,
    clock,
    git,
    signal,
    files: createFiles(root),
    builder: createDocker({
      root,
      environment,
      clock,
      signal,
      temporaryFolder: environment['RUNNER_TEMP'] ?? tmpdir(),
      debug: (line) => host.debug(line),
      saveState: (name, value) => host.saveState(name, value),
    }),
    hasEnvironmentVariable: (name) => (environment[name] ?? '') !== '',
    connectAws: ({ region, role }) => {
      const at = region ?? environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'];
      const credentials = credentialsFor({ role, host, region: at, signal });
      const aws = connectAws({
        environment,
        userAgent: `deploy-action/${VERSION}`,
        mask: (secret) => host.mask(secret),
        signal,
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
      const { createGitHub } = await import('./adapters/github-api.ts');
      return { ...local, github: createGitHub({ token, repository, apiUrl, serverUrl, clock, signal }) };
    },
  };
  if (isPostStep) return finish(world).then(() => 0);
  host.saveState('started', 'true');
  return main(world);
}

/** Undefined when `--help` or `--version` was asked for and answered. */
function terminal(git: World['git']): Host | undefined {
  const { stdout, stderr, argv } = process;
  const host = terminalHost({
    argv: argv.slice(2),
    environment,
    stdout,
    stderr,
    git,
    inputs: INPUTS,
    version: VERSION,
  });
  if (host.answer === undefined) return host;
  stdout.write(host.answer);
  return undefined;
}
