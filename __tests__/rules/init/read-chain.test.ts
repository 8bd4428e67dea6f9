import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { parseConfigFile } from '../../../src/config/file.ts';
import { deployConfigText } from '../../../src/rules/init/deploy-config.ts';
import { finished } from '../../../src/rules/init/merge-drafts.ts';
import { circleciConfigText, githubWorkflowText } from '../../../src/rules/init/pipeline.ts';
import { readChain } from '../../../src/rules/init/read-chain.ts';

/** What `init` would write for a file of another tool. */
function carriedOver(path: string, text: string) {
  const read = readChain(path, text);
  if (read === undefined) throw new Error(`${path} was not read`);
  const draft = finished(read.draft);
  const config = deployConfigText(draft, '.github/deploy.yml');
  return { kind: read.kind, notes: draft.notes, config, content: parse(config) as object, draft };
}

const example = (name: string) =>
  carriedOver('before.yml', readFileSync(`examples/migrate/${name}/before.yml`, 'utf8'));

describe('the examples of the guides', () => {
  it('the official actions: image, both environments, the service with its file, the migration, the time-out', () => {
    expect(example('aws-actions').content).toEqual({
      version: 1,
      image: { repository: 'shop', target: 'runtime', 'build-args': { RAILS_ENV: 'production' } },
      environments: {
        staging: { branch: 'develop', region: 'ap-northeast-1', cluster: 'staging' },
        production: { branch: 'master', region: 'ap-northeast-1', cluster: 'production' },
      },
      services: [{ name: 'web', container: 'app', 'task-definition': 'ecs/web.json' }],
      migrate: { command: ['bin/rails', 'db:migrate'], container: 'app' },
      rollout: { timeout: '30m' },
    });
  });

  it('the official actions: what has no counterpart is told', () => {
    expect(example('aws-actions').notes).toEqual([
      '`provenance` of docker/build-push-action has no counterpart: see docs/migrate-from-aws-actions.md.',
    ]);
  });

  it('the orbs', () => {
    const { kind, content } = example('circleci-orbs');
    expect(kind).toBe('circleci');
    expect(content).toEqual({
      version: 1,
      image: { repository: 'shop', 'build-args': { RAILS_ENV: 'production' } },
      environments: { staging: { branch: 'develop', cluster: 'staging' } },
      services: [{ name: 'web', container: 'app' }],
      migrate: { command: ['bin/rails', 'db:migrate'], container: 'app' },
    });
  });

  it('command-line tools in a workflow: the scheduled task, its family, the repository in the environment', () => {
    const { content, notes } = example('command-line-tools');
    expect(content).toMatchObject({
      image: { repository: '111111111111.dkr.ecr.ap-northeast-1.amazonaws.com/shop' },
      families: ['nightly'],
      schedules: [{ rule: 'nightly' }],
      migrate: { command: ['bin/rails', 'db:migrate'] },
    });
    expect(notes).toContain(
      'ecspresso keeps its settings in ecspresso.yml: run `init --from` on that file too.',
    );
  });

  it.each(['aws-actions', 'circleci-orbs'])('%s: what is written is what the schema takes', (name) => {
    const { config } = example(name);
    expect(parseConfigFile('deploy.yml', config).problems).toEqual([]);
  });
});

describe('ecspresso.yml', () => {
  const file = (more = '') =>
    carriedOver(
      'ecspresso.yml',
      `region: ap-northeast-1\ncluster: shop-prod\nservice: web\nservice_definition: sv.json\ntask_definition: td.json\ntimeout: 10m\n${more}`,
    );

  it('is a service with its file', () => {
    expect(file().content).toEqual({
      version: 1,
      environments: { production: { branch: 'master', region: 'ap-northeast-1', cluster: 'shop-prod' } },
      services: [{ name: 'web', 'task-definition': 'td.json' }],
      rollout: { timeout: '10m' },
    });
  });

  it('keeps no template, and says which there were', () => {
    const { content, notes } = carriedOver(
      'ecspresso.yml',
      'cluster: "{{ must_env `CLUSTER` }}"\nservice: web\ntask_definition: td.jsonnet\nplugins: []\n',
    );
    expect(content).toMatchObject({ environments: { production: { branch: 'master' } }, services: ['web'] });
    expect(notes.join('\n')).toContain('`cluster` of ecspresso is a template');
    expect(notes.join('\n')).toContain('td.jsonnet is not plain JSON');
    expect(notes.join('\n')).toContain('`plugins` have no counterpart');
  });
});

describe('a script', () => {
  it.each([
    ['ecs deploy production web --tag 1 --timeout 600', { services: ['web'], rollout: { timeout: '10m' } }],
    ['./ecs-deploy -c staging -n worker -i shop:1', { services: ['worker'], image: { repository: 'shop' } }],
    [
      'ecs-task run -c staging --container app -d web --command "bin/rails db:migrate"',
      { migrate: { command: ['bin/rails', 'db:migrate'], container: 'app' } },
    ],
    ['ecs-goploy update scheduled-task --name nightly', { schedules: [{ rule: 'nightly' }] }],
    ['set -e && cd app && ecs deploy staging web --tag "$TAG"', { services: ['web'] }],
  ])('%s', (line, wanted) => {
    expect(carriedOver('deploy.sh', `#!/bin/sh\n${line}\n`).content).toMatchObject(wanted);
  });

  it('expands nothing: a variable is no name', () => {
    const { content } = carriedOver('deploy.sh', 'ecs deploy "$CLUSTER" "$SERVICE" --tag 1\n');
    expect(content).toMatchObject({ services: [] });
    expect(JSON.stringify(content)).not.toContain('$');
  });
});

describe('a workflow', () => {
  const workflow = (step: string, head = 'on: { push: { branches: [main] } }') =>
    carriedOver('deploy.yml', `${head}\njobs:\n  deploy:\n    steps:\n${step}`);

  it('names the inputs that have no counterpart, and the steps that are not ours', () => {
    const { notes } = workflow(`      - uses: aws-actions/configure-aws-credentials@v6
        with: { role-to-assume: "arn:aws:iam::111111111111:role/ci", aws-region: us-east-1, role-external-id: x }
      - uses: acme/notify@v1
      - uses: aws-actions/amazon-ecs-deploy-task-definition@v2
        with: { service: web, cluster: main, desired-count: 3, run-task: true }
`);
    expect(notes).toEqual([
      '`role-external-id` of aws-actions/configure-aws-credentials has no counterpart: see docs/migrate-from-aws-actions.md.',
      'The step `acme/notify@v1` is not carried over; keep it if it is still needed.',
      'A task is run before the rollout, but its command could not be read: write it as `migrate.command`.',
      '`desired-count` of aws-actions/amazon-ecs-deploy-task-definition has no counterpart: see docs/migrate-from-aws-actions.md.',
    ]);
  });

  it('keeps a role that is written out, and the workflow then needs no variable', () => {
    const { draft } = workflow(`      - uses: aws-actions/configure-aws-credentials@v6
        with: { role-to-assume: "arn:aws:iam::111111111111:role/ci", aws-region: us-east-1 }
`);
    expect(draft.environments).toEqual([
      {
        name: 'production',
        branches: ['main'],
        region: 'us-east-1',
        role: 'arn:aws:iam::111111111111:role/ci',
      },
    ]);
    expect(githubWorkflowText(draft.environments)).not.toContain('DEPLOY_ROLE');
  });

  it('several services, each with its rendered file', () => {
    const render = (name: string) => `      - uses: aws-actions/amazon-ecs-render-task-definition@v1
        with: { task-definition: ./ecs/${name}.json, container-name: app, image: x }
      - uses: aws-actions/amazon-ecs-deploy-task-definition@v2
        with: { task-definition: "\${{ steps.render.outputs.task-definition }}", service: ${name}, cluster: main }
`;
    expect(workflow(render('web') + render('worker')).content).toMatchObject({
      services: [
        { name: 'web', container: 'app', 'task-definition': 'ecs/web.json' },
        { name: 'worker', container: 'app', 'task-definition': 'ecs/worker.json' },
      ],
    });
  });

  it('an expression that it cannot judge is left open', () => {
    const { content, notes } = workflow(`      - uses: aws-actions/amazon-ecs-deploy-task-definition@v2
        with: { service: "\${{ matrix.service }}", cluster: "\${{ inputs.cluster }}" }
`);
    expect(content).toMatchObject({ environments: { production: { branch: 'main' } }, services: [] });
    expect(notes).toEqual(['The service is filled in by the workflow: write its name under `services`.']);
  });

  it('a CodeBuild project', () => {
    const { content } = workflow(`      - uses: aws-actions/aws-codebuild-run-build@v1
        with: { project-name: shop-build }
`);
    expect(content).toMatchObject({ image: { builder: 'codebuild', codebuild: { project: 'shop-build' } } });
  });
});

it.each([
  ['notes.yml', 'just: text'],
  ['broken.yml', '{ not yaml'],
  ['list.yml', '- 1'],
])('%s is nothing that it reads', (path, text) => {
  expect(readChain(path, text)).toBeUndefined();
});

describe('the pipeline', () => {
  const environments = [
    { name: 'staging', branches: ['develop'] },
    { name: 'production', branches: ['master', 'main'] },
  ];

  it('on GitHub chooses the environment by branch, and has two steps', () => {
    const { on, jobs } = parse(githubWorkflowText(environments)) as {
      on: { push: { branches: string[] } };
      jobs: { deploy: { environment: string; steps: object[] } };
    };
    expect(on.push.branches).toEqual(['develop', 'master', 'main']);
    expect(jobs.deploy.environment).toBe(
      "${{ github.ref_name == 'master' && 'production' || github.ref_name == 'main' && 'production' || 'staging' }}",
    );
    expect(jobs.deploy.steps).toHaveLength(2);
  });

  it('on CircleCI is one job of the orb', () => {
    expect(parse(circleciConfigText(environments))).toMatchObject({
      workflows: {
        deploy: {
          jobs: [
            { 'deploy-action/deploy': { filters: { branches: { only: ['develop', 'master', 'main'] } } } },
          ],
        },
      },
    });
  });
});
