import { createGitRepository, type GitRepository, type PushFacts } from '../stage/git.ts';
import { checkOut, pushEvent } from '../e2e/support/checkout.ts';
import { githubRepository, runAction, type ActionRequest, type ActionRun } from '../e2e/support/runner.ts';
import { startGitHub, type FakeGitHub } from '../fakes/github/server.ts';

/** A repository of cookbooks with GitHub's API over it, and jobs of pushes to master. */
export interface FakeInfrastructure {
  git: GitRepository;
  github: FakeGitHub;
  environment: Record<string, string>;
  /** Commits and pushes to master. */
  push(files: Record<string, string | null>, message?: string): Promise<PushFacts>;
  /** The job of a push: `bump`, unless told otherwise. */
  run(push: PushFacts, more?: Partial<ActionRequest>): Promise<ActionRun>;
  /** The commit of the last infrastructure deploy. */
  record(): Promise<string | undefined>;
  close(): Promise<void>;
}

export const BUMP_BRANCH = 'deploy-action/cookbook-bump/master';
export const TOKEN = 'ghs_bot';

/** metadata.rb of nginx in a version. */
export function nginx(version: string): Record<string, string> {
  return { 'cookbooks/nginx/metadata.rb': `name 'nginx'\nversion '${version}'\n` };
}

export async function openFakeInfrastructure(files: Record<string, string>): Promise<FakeInfrastructure> {
  const git = await createGitRepository({
    ...nginx('1.2.3'),
    'cookbooks/nginx/recipes/default.rb': "package 'nginx'\n",
    ...files,
  });
  await git.checkout('master');
  const github = await startGitHub({ repository: githubRepository, origin: git.origin });
  const environment = { PATH: process.env['PATH']!, GITHUB_API_URL: github.url };
  return {
    git,
    github,
    environment,
    push: async (changes, message = 'Change') => {
      await git.commit(changes, message);
      return git.push();
    },
    run: async (push, more = {}) => {
      const checkout = await checkOut(git, push);
      try {
        return await runAction({
          workspace: checkout.folder,
          event: pushEvent(push),
          inputs: { command: 'bump', 'github-token': TOKEN },
          ...more,
          environment: { ...environment, ...more.environment },
        });
      } finally {
        checkout.remove();
      }
    },
    record: () => github.state.refCommit('refs/deploy-action/production/infra'),
    close: async () => {
      await github.stop();
      git.remove();
    },
  };
}
