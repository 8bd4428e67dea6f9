import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { packOrb } from '../../scripts/orb/pack.ts';
import { VERSION } from '../../src/version.ts';
import { expand, runSteps, type CircleConfig } from '../bundle/circleci-config.ts';
import { checkOut } from './support/checkout.ts';
import { example, sampleApp } from './support/sample-app.ts';
import { runningDigests, settledFactsOf, type Facts } from './support/shop-facts.ts';
import { openShop, type Shop } from './support/shop.ts';

const limit = 300_000;
const ORGANIZATION = 'e7b0c9a2-4f8e-4d0e-9d55-0d8f1b1e6c11';

/** The packed orb's example `deploy`, as CircleCI would run it: the package installed, the image built, the shop deployed. */
describe('the orb on the stage', () => {
  let shop: Shop;
  let home: string;
  let result: { exitCode: number | null; output: string };
  let staging: Facts;
  let outputs: string;

  beforeAll(async () => {
    shop = await openShop();
    home = mkdtempSync(join(tmpdir(), 'circleci-'));
    const { git, jobEnvironment, inputs } = shop;
    await git.commit(
      { ...sampleApp(), '.circleci/deploy.yml': example('web-and-worker')['deploy.yml']! },
      'Take orders',
    );
    const push = await git.push();
    const checkout = await checkOut(git, push);
    const job = {
      ...withoutGitHub(jobEnvironment),
      HOME: home,
      PATH: [npmFor(home), dirname(process.execPath), jobEnvironment['PATH']].join(delimiter),
      CIRCLECI: 'true',
      CIRCLE_BRANCH: 'develop',
      CIRCLE_SHA1: push.after,
      CIRCLE_PIPELINE_ID: 'pipeline-1',
      CIRCLE_BUILD_NUM: '42',
      CIRCLE_ORGANIZATION_ID: ORGANIZATION,
      CIRCLE_OIDC_TOKEN_V2: token(),
      // Of the context that the example names.
      DEPLOY_ROLE: inputs['role']!,
      DEPLOY_OUTPUT_FILE: join(home, 'outputs.env'),
      DEPLOY_SUMMARY_FILE: join(home, 'summary.md'),
    };
    try {
      const orb = packOrb('orb/src');
      const [deploy] = expand(orb.examples['deploy']!.usage as CircleConfig, orb);
      result = await runSteps(deploy!, { folder: checkout.folder, environment: job });
      outputs = readFileSync(job.DEPLOY_OUTPUT_FILE, 'utf8');
      staging = await settledFactsOf(shop, 'staging');
    } finally {
      checkout.remove();
    }
  }, limit);

  afterAll(async () => {
    rmSync(home, { recursive: true, force: true });
    await shop.close();
  }, limit);

  it('installs the package of its own version and deploys the branch, with the token of the job', () => {
    expect(result).toMatchObject({ exitCode: 0 });
    expect(result.output).not.toContain(token());
  });

  it('both services run the image that was built, on the migrated database', () => {
    const digest = /^DEPLOYED_IMAGE_DIGEST='?(sha256:[0-9a-f]{64})'?$/mu.exec(outputs)?.[1];
    expect(digest).toBeDefined();
    expect(runningDigests(staging)).toEqual({ web: [digest], worker: [digest] });
    expect(staging.migrations).toEqual(['0001_create_orders.sql']);
  });
});

/** A folder with an `npm` that installs, in the place of a download, what we would publish. */
function npmFor(home: string): string {
  execFileSync(process.execPath, ['scripts/release.mjs', 'pack', home]);
  const folder = join(home, 'bin');
  mkdirSync(folder);
  const asked = `deploy-action@${VERSION}`;
  writeFileSync(
    join(folder, 'npm'),
    `#!/bin/bash
[[ "\${*: -1}" == '${asked}' ]] || { echo "asked for \${*: -1}" >&2; exit 64; }
# The folder of this file is the first; behind it is the real one.
PATH="\${PATH#*:}"
exec npm "\${@:1:$#-1}" --offline '${join(home, `deploy-action-${VERSION}.tgz`)}'
`,
  );
  chmodSync(join(folder, 'npm'), 0o755);
  return folder;
}

/** A job of CircleCI has nothing of GitHub's. */
function withoutGitHub(environment: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(?:ACTIONS|GITHUB|RUNNER)_/u.test(name)),
  );
}

/** Of the right shape (CircleCI documentation, "Using OpenID Connect tokens in jobs"); the stage believes every signature. */
function token(): string {
  const claims = {
    iss: `https://oidc.circleci.com/org/${ORGANIZATION}`,
    sub: `org/${ORGANIZATION}/project/1/user/1/vcs-origin/github.com/acme/shop/vcs-ref/refs/heads/develop`,
    aud: ORGANIZATION,
    exp: 4_000_000_000,
  };
  const parts = [{ alg: 'RS256', typ: 'JWT' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  return [...parts, 'c2lnbmVk'].join('.');
}
