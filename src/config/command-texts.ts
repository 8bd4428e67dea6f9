import type { Command } from './plan.ts';

export interface CommandText {
  /** One line: what it does. */
  summary: string;
  /** What a person should know before, in sentences. */
  details: string;
  /** Command lines without the program's name, each with what it is for. */
  examples: readonly [first: Example, ...rest: Example[]];
}

type Example = readonly [line: string, purpose: string];

/** What help, completion, the orb and the reference say of each command. */
export const COMMAND_TEXTS: Readonly<Record<Command, CommandText>> = {
  deploy: {
    summary: 'Deploy the environment of the branch: image, migration, services, cookbooks.',
    details:
      'Builds the image or reuses the one of the same content, registers revisions with it, runs the migration as a gate, updates all services and follows each to its end. On a failure the whole release goes back. Done when no command is given.',
    examples: [
      ['deploy', 'the environment that the branch belongs to, as deploy.yml says'],
      ['deploy --environment staging --image current', 'the image that runs, with what else has changed'],
      [
        'deploy --cluster staging --services web,worker --repository shop --migrate "bin/rails db:migrate"',
        'without a deploy.yml',
      ],
    ],
  },
  plan: {
    summary: 'Show what a deploy would do, and check what it needs.',
    details:
      'Reads what a deploy would read and writes nothing to AWS: whether the image would be built, a diff of each task definition, migration, services, cookbooks, and checks of image, roles, secrets, log groups, target groups and network. Exit code 1 when a check fails. On a pull request it keeps one comment up to date. Needs no Docker.',
    examples: [
      ['plan --environment staging', 'what a deploy of this checkout would do to staging'],
      ['plan --environment production --image current', 'the checks alone, for the image that runs'],
      ['plan --environment production --json', 'all of it for a program'],
    ],
  },
  status: {
    summary: 'Show what each service runs now, and what is in flight.',
    details:
      'Changes nothing. Commit, person and time come from the tags that a deploy leaves on its revisions.',
    examples: [
      ['status --environment production', 'revision, image, commit, who and when'],
      ['status --environment production --json', 'the same for a program'],
    ],
  },
  history: {
    summary: 'Show the releases of an environment, newest first.',
    details: 'Changes nothing.',
    examples: [['history --environment production', 'which commits were released, when, and by whom']],
  },
  inventory: {
    summary: 'List every service, schedule and image of an environment, with the revisions they pin.',
    details:
      'Changes nothing. Looks at all services of the cluster, and at all EventBridge rules and schedules that start tasks there or a task definition of its services, whoever made them.',
    examples: [
      ['inventory --environment production', 'what runs and what is going to start, and what lags behind'],
      ['inventory --environment production --json', 'the same for a program'],
    ],
  },
  wait: {
    summary: 'Follow the deployment in flight to its end, and tell how it ended.',
    details:
      'For after a cancelled job, a time-out or a pause. Changes nothing: a deployment that fails is left to ECS.',
    examples: [
      ['wait --environment staging', 'exit code 0 when it has completed'],
      ['wait --environment production --timeout 2h', 'for a long bake time'],
    ],
  },
  rollback: {
    summary: 'Stop the deployment in flight, or put the release before back.',
    details:
      'A deployment in flight is stopped with a rollback; otherwise every service gets the revision of the release before, or the one named. Waits until it serves. A migration is not undone.',
    examples: [
      ['rollback --environment production', 'the release before the one that runs'],
      ['rollback --environment production --revision 41', 'this revision'],
      ['rollback --environment production --services web --revision web:41', 'one service alone'],
    ],
  },
  continue: {
    summary: 'Continue a deployment that is paused at a lifecycle hook, or end it.',
    details: 'Acts on every hook at which one of the services waits, or on the one that is named.',
    examples: [
      ['continue --environment production', 'go on'],
      ['continue --environment production --rollback', 'go back instead'],
    ],
  },
  redeploy: {
    summary: 'Start new tasks of the same revision.',
    details:
      'A new deployment of what runs, for secrets or settings that tasks read when they start. Waits for its end.',
    examples: [['redeploy --environment staging --services worker', 'one service alone']],
  },
  run: {
    summary: 'Run a command in a one-off task.',
    details:
      "With a service's revision, network and roles. Its log is followed, and its exit code becomes that of deploy-action.",
    examples: [
      ['run --environment staging --run-command "bin/rails runner Report.send"', 'once'],
      [
        'run --environment staging --service worker --run-count 4 --run-command "bin/reindex"',
        'four tasks side by side',
      ],
    ],
  },
  build: {
    summary: 'Build and push the image, or reuse the one of the same content.',
    details: 'Deploys nothing.',
    examples: [['build --environment staging', 'so that the deploy finds it there']],
  },
  bump: {
    summary:
      'Do the cookbook part alone: the pull request that raises versions, and the infrastructure deploy.',
    details:
      'Needs the section `cookbooks` of deploy.yml, and a token that may open pull requests, unless it only shows what it would do.',
    examples: [
      ['bump --dry-run', 'the diff and the pull request that it would open'],
      ['bump', 'with the token in DEPLOY_GITHUB_TOKEN'],
    ],
  },
  init: {
    summary: 'Write deploy.yml, the pipeline and the role for services that run already.',
    details: 'Reads AWS and the file that is named; writes only local files, and none that exists.',
    examples: [
      ['init --cluster staging --services web,worker', 'from what runs'],
      ['init --from .github/workflows/deploy.yml', 'from the workflow of another tool'],
    ],
  },
};
