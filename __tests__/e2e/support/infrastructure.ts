import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deployFiles, type Shop } from './shop.ts';
import type { FileTexts } from './sample-app.ts';

/** What one run of the infrastructure deploy was told. */
export interface InfraDeploy {
  cookbooks: string;
  versions: Record<string, string>;
  environment: string;
  commit: string;
  currentImage: string;
  currentCommit: string;
}

/** Two cookbooks beside the application, and a deploy command that writes down what it is told. */
export function infrastructureFiles(): FileTexts {
  const { '.github/deploy.yml': configuration } = deployFiles();
  return {
    '.github/deploy.yml': `${configuration!}cookbooks:\n  paths: [cookbooks/*]\n  deploy: [node, infra/deploy.js]\n`,
    'infra/deploy.js': DEPLOY,
    ...cookbook('base', '0.9.1'),
    ...cookbook('nginx', '1.2.3'),
  };
}

const DEPLOY = `import { appendFileSync } from 'node:fs';

const { COOKBOOKS, COOKBOOK_VERSIONS, DEPLOY_ENVIRONMENT, DEPLOY_COMMIT, CURRENT_IMAGE, CURRENT_COMMIT } = process.env;
const told = {
  cookbooks: COOKBOOKS,
  versions: JSON.parse(COOKBOOK_VERSIONS),
  environment: DEPLOY_ENVIRONMENT,
  commit: DEPLOY_COMMIT,
  currentImage: CURRENT_IMAGE,
  currentCommit: CURRENT_COMMIT,
};
console.log('Converging servers with', COOKBOOKS);
appendFileSync(process.env.INFRA_DEPLOYS, JSON.stringify(told) + '\\n');
`;

function cookbook(name: string, version: string): FileTexts {
  return {
    [`cookbooks/${name}/metadata.rb`]: `name '${name}'\nversion '${version}'\n`,
    [recipe(name)]: `package '${name}'\n`,
  };
}

export function recipe(name: string): string {
  return `cookbooks/${name}/recipes/default.rb`;
}

/** `with:` and the environment of a job that keeps the cookbooks too. */
export function infrastructureJob(shop: Shop) {
  return {
    inputs: { ...shop.inputs, 'github-token': 'ghs_bot' },
    environment: { ...shop.jobEnvironment, INFRA_DEPLOYS: deploysFile(shop) },
  };
}

/** The infrastructure deploys that ran so far. */
export function infraDeploys(shop: Shop): InfraDeploy[] {
  if (!existsSync(deploysFile(shop))) return [];
  return readFileSync(deploysFile(shop), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as InfraDeploy);
}

/** Goes when the shop closes. */
function deploysFile({ git }: Shop): string {
  return join(git.origin, '..', 'infra-deploys');
}
