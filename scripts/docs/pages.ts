import { extname } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { commandHelp, overview, type CommandHelp } from '../../src/adapters/command-line/help.ts';
import { COMMAND_TEXTS } from '../../src/config/command-texts.ts';
import { inputsOf } from '../../src/config/input-commands.ts';
import { COMMANDS } from '../../src/config/plan.ts';
import { POLICIES } from '../../src/rules/aws/policies.ts';
import { policyOf } from '../../src/rules/init/permission-policy.ts';
import { codeBlock, fillBlocks } from './blocks.ts';
import { configurationReference } from './configuration.ts';
import { editorSchema } from './editor-schema.ts';
import { EXAMPLE_RESOURCES } from './example-resources.ts';
import { actionMetadata, inputsTable, outputsTable } from './interface-tables.ts';
import { orbComponents } from './orb.ts';
import { policyTables } from './policies.ts';
import { jobSummaries } from './job-summaries.ts';

const commands: CommandHelp[] = COMMANDS.map((name) => ({
  name,
  ...COMMAND_TEXTS[name],
  inputs: inputsOf(name),
}));

export interface Page {
  path: string;
  text: string;
}

const LANGUAGES: Readonly<Record<string, string>> = { '.yml': 'yaml', '.json': 'json', '.sh': 'bash' };

/** Every file that holds something generated, as it should be. `textOf` gives a file of the repository as it is. */
export async function renderPages(textOf: (path: string) => string): Promise<Page[]> {
  const policies = await Promise.all(
    Object.entries(POLICIES).map(([name, sections]) =>
      pretty(`docs/iam/${name}-policy.json`, JSON.stringify(policyOf(sections, EXAMPLE_RESOURCES))),
    ),
  );
  const [deployPolicy = { text: '' }] = policies;
  const page = (path: string, blocks: Readonly<Record<string, string>>) =>
    pretty(path, fillBlocks(textOf(path), path, blocks));
  const file = (path: string) => codeBlock(LANGUAGES[extname(path)] ?? 'text', textOf(path));
  const infrastructure = {
    'infrastructure-config': file('examples/infrastructure/deploy.yml'),
    'infrastructure-workflow': file('examples/infrastructure/workflow.yml'),
  };
  return Promise.all([
    page('README.md', {
      'quick-start': file('examples/simple/deploy-workflow.yml'),
      'quick-start-config': file('examples/web-and-worker/deploy.yml'),
      'infrastructure-config': infrastructure['infrastructure-config'],
    }),
    page('docs/inputs.md', { inputs: inputsTable(), outputs: outputsTable() }),
    page('docs/permissions.md', {
      'trust-policy': file('docs/iam/trust-policy.json'),
      'deploy-policy': codeBlock('json', deployPolicy.text),
      'policies-of-commands': policyTables().commands,
      'policies-of-features': policyTables().features,
    }),
    page('docs/command-line.md', {
      overview: codeBlock('text', overview(commands)),
      help: helpOfEach(),
    }),
    page('docs/infrastructure.md', {
      ...infrastructure,
      'ec2-codedeploy': file('examples/ec2-codedeploy/infra/deploy.sh'),
      'ec2-codedeploy-workflow': file('examples/ec2-codedeploy/workflow.yml'),
    }),
    ...policies.map((policy) => Promise.resolve(policy)),
    page('docs/other-ci.md', {
      gitlab: file('examples/gitlab/.gitlab-ci.yml'),
      bitbucket: file('examples/bitbucket/bitbucket-pipelines.yml'),
      buildkite: file('examples/buildkite/pipeline.yml'),
    }),
    page('docs/configuration.md', { reference: configurationReference() }),
    page('docs/job-summary.md', await jobSummaries()),
    ...orbComponents().map(({ path, text }) => pretty(path, text)),
    pretty('schema/deploy.schema.json', JSON.stringify(editorSchema(), null, 2)),
    pretty('action.yml', actionMetadata(textOf('action.yml'))),
  ]);
}

function helpOfEach(): string {
  return commands
    .map((command) => `## ${command.name}\n\n${codeBlock('text', commandHelp(command))}`)
    .join('\n\n');
}

/** As `npm run format` would leave it, so that the two never disagree. */
async function pretty(path: string, text: string): Promise<Page> {
  return { path, text: await format(text, { ...(await resolveConfig(path)), filepath: path }) };
}
