import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { parseConfigFile } from '../../src/config/file.ts';

/** The fenced YAML of a page, with the path that its first line names. */
function blocksOf(page: string): { path: string; text: string }[] {
  return [...readFileSync(page, 'utf8').matchAll(/^```yaml\n# (\S+)\n([^]*?)^```$/gm)].map(
    ([, path = '', text = '']) => ({ path, text }),
  );
}

const blocks = ['docs/recipes.md', 'docs/targets.md'].flatMap(blocksOf);
const configs = blocks.filter(({ path }) => path.endsWith('deploy.yml') && !path.includes('workflows'));
const workflows = blocks.filter(({ path }) => path.includes('workflows'));

it('has recipes to look at', () => {
  expect(configs.length).toBeGreaterThan(5);
  expect(workflows.length).toBeGreaterThan(3);
});

it.each(configs.map(({ path, text }, index) => [index + 1, path, text]))(
  'recipe %i: %s is what the schema takes',
  (_: number, path: string, text: string) => {
    expect(parseConfigFile(path, text).problems).toEqual([]);
  },
);

it.each(workflows.map(({ text }, index) => [index + 1, text]))(
  'workflow %i uses the action with inputs that it has',
  (_: number, text: string) => {
    const { inputs } = parse(readFileSync('action.yml', 'utf8')) as { inputs: Record<string, unknown> };
    const { jobs } = parse(text) as {
      jobs: Record<string, { steps: { uses?: string; with?: Record<string, string> }[] }>;
    };
    const ours = Object.values(jobs)
      .flatMap(({ steps }) => steps)
      .filter(({ uses }) => uses === 'org/deploy-action@v1');
    expect(ours.length).toBeGreaterThan(0);
    const given = ours.flatMap((step) => Object.keys(step.with ?? {}));
    expect(given.filter((name) => !Object.hasOwn(inputs, name))).toEqual([]);
  },
);

// What teams asked for that is no work of ours, each with the words that say what does it.
it.each([
  [
    'R42 where the output of containers goes',
    ['Logs, kept and searched', 'subscription filter on the log group'],
  ],
  ['R43 tests before a deploy', ['## Tests before a deploy', 'needs: test', 'requires: [test]']],
  [
    'R48 how a new version of the deployer arrives',
    ['The version of deploy-action', '`@v1`', 'a full commit'],
  ],
  ['R53 the last metrics of a task', ['The last metrics of a task', '`dependsOn`', '`stopTimeout`']],
  [
    'R58 the configuration in another repository',
    ['## Configuration from another repository', 'repository: acme/deploy-settings'],
  ],
  ['R59 settings without scripts that replace them', ['Write `secrets` with a `valueFrom`', '`redeploy`']],
])('%s has a recipe', (_, words) => {
  const page = readFileSync('docs/recipes.md', 'utf8').replace(/\s+/g, ' ');
  expect(words.filter((each) => !page.includes(each))).toEqual([]);
});
