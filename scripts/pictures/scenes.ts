import { deployPush, pushAndDeploy } from '../../__tests__/e2e/support/deploy-push.ts';
import { githubRepository, type ActionRequest } from '../../__tests__/e2e/support/runner.ts';
import { sampleApp, type FileTexts } from '../../__tests__/e2e/support/sample-app.ts';
import { deployFiles, version, type Shop } from '../../__tests__/e2e/support/shop.ts';
import { typedByAPerson } from './person.ts';

/** What a run showed: what a terminal was sent, or Markdown that GitHub renders. */
export type Shown = { kind: 'terminal'; bytes: string } | { kind: 'markdown'; text: string };

/** Where a picture is kept. */
export function pictureFile(name: string): string {
  return `docs/pictures/${name}.png`;
}

export interface Scene {
  /** That of its picture. */
  name: string;
  /** Plays on from where the scene before left the shop. Throws where the run did not end as the picture says. */
  play: (shop: Shop) => Promise<Shown>;
}

const region = { AWS_REGION: 'ap-northeast-1' };

const jobThatDeploys: Scene = {
  name: 'job-summary-completed',
  async play(shop) {
    await shop.git.checkout('develop');
    await shop.git.commit({ ...sampleApp(), ...deployFiles() }, 'Take orders, and deploy on push');
    const run = await pushAndDeploy(shop, onGitHub(shop));
    mustEnd(run.outputs['outcome'], 'completed', run.stdout);
    return { kind: 'markdown', text: run.summary };
  },
};

const pullRequest: Scene = {
  name: 'plan-comment',
  async play(shop) {
    await shop.git.checkout('prices');
    await shop.git.commit(prices(), 'Give every order a price');
    const push = await shop.git.push();
    const { number } = await shop.github.state.openBy('ada', {
      head: 'prices',
      base: 'develop',
      title: 'Give every order a price',
    });
    await deployPush(shop, push, {
      ...onGitHub(shop),
      inputs: { ...shop.inputs, command: 'plan', 'github-token': 'ghs_bot' },
      event: {
        name: 'pull_request',
        ref: `refs/pull/${number}/merge`,
        sha: push.after,
        payload: {
          number,
          pull_request: {
            number,
            base: { ref: 'develop' },
            head: { ref: 'prices', repo: { full_name: githubRepository } },
          },
        },
      },
    });
    const [comment] = shop.github.state.pull(number).comments;
    if (comment === undefined) throw new Error('the plan left no comment');
    return { kind: 'markdown', text: comment.body };
  },
};

/** What staging has shown to work goes to production: the image of the same content is there. */
const personWhoPromotes: Scene = {
  name: 'terminal-completed',
  async play(shop) {
    await shop.git.checkout('master');
    await shop.git.merge('develop');
    return inATerminal(shop, 'completed');
  },
};

const jobThatCrashes: Scene = {
  name: 'job-summary-rolled-back',
  async play(shop) {
    await shop.git.checkout('develop');
    await shop.git.merge('prices');
    await shop.git.commit(crash(), 'Take payments');
    const run = await pushAndDeploy(shop, onGitHub(shop));
    mustEnd(run.outputs['outcome'], 'rolled-back', run.stdout);
    return { kind: 'markdown', text: run.summary };
  },
};

const personWhoseDeployCrashes: Scene = {
  name: 'terminal-rolled-back',
  async play(shop) {
    const commit = await shop.git.commit({ ...crash(), ...version('1.1.1') }, 'Take payments in euros');
    // The output of a build is long, and not what this picture is about.
    const built = await typedByAPerson(shop, 'deploy-action build', region);
    mustEnd(built.exitCode, 0, built.shown);
    return inATerminal(shop, 'rolled-back', `deploy-action deploy --image sha-${commit}`);
  },
};

/** In this order, on one shop. */
export const scenes: readonly Scene[] = [
  jobThatDeploys,
  pullRequest,
  personWhoPromotes,
  jobThatCrashes,
  personWhoseDeployCrashes,
];

/** What the runner tells an action of itself: the links into the documentation are made of it. */
function onGitHub(shop: Shop): Pick<ActionRequest, 'environment'> {
  return {
    environment: {
      ...shop.jobEnvironment,
      GITHUB_ACTION_REPOSITORY: 'org/deploy-action',
      GITHUB_ACTION_REF: 'v1',
    },
  };
}

async function inATerminal(shop: Shop, outcome: string, command = 'deploy-action deploy'): Promise<Shown> {
  const { shown, exitCode } = await typedByAPerson(shop, command, region);
  mustEnd(exitCode, outcome === 'completed' ? 0 : 1, shown);
  if (!shown.includes(outcome)) throw new Error(`the terminal does not say ${outcome}:\n${shown}`);
  return { kind: 'terminal', bytes: shown };
}

function mustEnd(seen: unknown, wanted: unknown, log: string): void {
  if (seen === wanted) return;
  // On a busy machine a crash may come after the stage has counted the task as running: then nothing is rolled back.
  throw new Error(
    `${log}\nThis run ended ${String(seen)}, not ${String(wanted)}. Try again on a quiet machine.`,
  );
}

function prices(): FileTexts {
  return {
    ...version('1.1.0'),
    'migrations/0002_add_price.sql': 'ALTER TABLE orders ADD COLUMN price integer NOT NULL DEFAULT 0;\n',
  };
}

/** A web server that asks for a setting that nobody made. */
function crash(): FileTexts {
  const lines = (sampleApp()['server.js'] ?? '').replace(
    '\nconst ',
    "\nif (!process.env.PAYMENT_URL) throw new Error('PAYMENT_URL is not set');\n\nconst ",
  );
  return { 'server.js': lines };
}
