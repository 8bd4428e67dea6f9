import { readChain } from '../../../src/rules/init/read-chain.ts';
import type { InitDraft } from '../../../src/rules/init/draft.ts';

function read(path: string, text: string): InitDraft {
  const chain = readChain(path, text);
  if (chain === undefined) throw new Error(`${path} is not known`);
  return chain.draft;
}

describe('a workflow with its values in env, as the starter of GitHub has them', () => {
  const draft = read(
    '.github/workflows/aws.yml',
    `
name: Deploy to Amazon ECS
on: { push: { branches: [main] } }
env:
  AWS_REGION: eu-west-1
  ECR_REPOSITORY: shop
  ECS_SERVICE: web
  ECS_CLUSTER: shop-prod
  ECS_TASK_DEFINITION: .aws/task.json
  CONTAINER_NAME: app
jobs:
  deploy:
    runs-on: ubuntu-latest
    environment: production
    steps:
      - uses: actions/checkout@v4
      - uses: aws-actions/configure-aws-credentials@v4
        with:
          role-to-assume: arn:aws:iam::111111111111:role/deploy
          aws-region: \${{ env.AWS_REGION }}
      - id: login
        uses: aws-actions/amazon-ecr-login@v2
      - id: build
        env: { ECR_REGISTRY: '\${{ steps.login.outputs.registry }}', IMAGE_TAG: '\${{ github.sha }}' }
        run: |
          docker build -t $ECR_REGISTRY/$ECR_REPOSITORY:$IMAGE_TAG .
          docker push $ECR_REGISTRY/$ECR_REPOSITORY:$IMAGE_TAG
      - id: render
        uses: aws-actions/amazon-ecs-render-task-definition@v1
        with:
          task-definition: \${{ env.ECS_TASK_DEFINITION }}
          container-name: \${{ env.CONTAINER_NAME }}
          image: \${{ steps.build.outputs.image }}
      - uses: aws-actions/amazon-ecs-deploy-task-definition@v2
        with:
          task-definition: \${{ steps.render.outputs.task-definition }}
          service: \${{ env.ECS_SERVICE }}
          cluster: \${{ env.ECS_CLUSTER }}
          wait-for-service-stability: true
`,
  );

  it('is read as if they stood in their places', () => {
    expect(draft).toMatchObject({
      repository: 'shop',
      services: [{ name: 'web', container: 'app', taskDefinition: '.aws/task.json' }],
      environments: [
        {
          name: 'production',
          branches: ['main'],
          region: 'eu-west-1',
          role: 'arn:aws:iam::111111111111:role/deploy',
          cluster: 'shop-prod',
        },
      ],
      notes: [],
    });
  });
});

describe('a workflow with a matrix, and a job for each environment', () => {
  const deploy = (cluster: string, role: string) => `
    strategy:
      matrix:
        service: [web, worker]
        include:
          - { service: cron, memory: 512 }
    steps:
      - uses: aws-actions/configure-aws-credentials@v4
        with: { role-to-assume: '${role}', aws-region: us-east-1 }
      - uses: aws-actions/amazon-ecs-deploy-task-definition@v2
        with: { service: '\${{ matrix.service }}', cluster: ${cluster}, task-definition: 'ecs/\${{ matrix.service }}.json' }`;
  const draft = read(
    '.github/workflows/deploy.yml',
    `
on: { push: { branches: [develop, master] } }
jobs:
  test:
    runs-on: ubuntu-latest
    steps: [{ uses: actions/checkout@v4 }, { run: npm test }]
  e2e:
    uses: ./.github/workflows/e2e.yml
  staging:
    if: github.ref == 'refs/heads/develop'
    runs-on: ubuntu-latest
    environment: staging${deploy('shop-stg', 'arn:aws:iam::111111111111:role/deploy')}
  production:
    if: github.ref_name == 'master'
    runs-on: ubuntu-latest
    environment: { name: production }${deploy('shop-prd', 'arn:aws:iam::222222222222:role/deploy')}
`,
  );

  it('has each service of the matrix, with the file of each', () => {
    expect(draft.services).toEqual(
      ['web', 'worker', 'cron'].map((name) => ({ name, taskDefinition: `ecs/${name}.json` })),
    );
  });

  it('has each environment with its own cluster and role, for the branch of its job', () => {
    expect(draft.environments).toEqual([
      {
        name: 'staging',
        branches: ['develop'],
        region: 'us-east-1',
        role: 'arn:aws:iam::111111111111:role/deploy',
        cluster: 'shop-stg',
      },
      {
        name: 'production',
        branches: ['master'],
        region: 'us-east-1',
        role: 'arn:aws:iam::222222222222:role/deploy',
        cluster: 'shop-prd',
      },
    ]);
  });

  it('tells of the workflow that it calls, which is not read', () => {
    expect(draft.notes).toEqual([
      'The job e2e is the workflow `./.github/workflows/e2e.yml`: where that deploys, run `init --from` on its file too.',
    ]);
  });
});

it('a second cluster of the same environment is told of', () => {
  const step = (cluster: string) =>
    `{ uses: aws-actions/amazon-ecs-deploy-task-definition@v2, with: { service: web, cluster: ${cluster} } }`;
  const draft = read(
    'deploy.yml',
    `
on: { push: { branches: [master] } }
jobs:
  tokyo: { environment: production, steps: [${step('tokyo')}] }
  oregon: { environment: production, steps: [${step('oregon')}] }
`,
  );
  expect(draft.environments).toMatchObject([{ name: 'production', cluster: 'tokyo' }]);
  expect(draft.notes).toEqual([expect.stringContaining('The cluster oregon is deployed too')]);
});

it('the CircleCI orbs of old versions, with hyphens in their names', () => {
  const draft = read(
    '.circleci/config.yml',
    `
version: 2.1
orbs: { aws-ecr: circleci/aws-ecr@6.15.3, aws-ecs: circleci/aws-ecs@2.0.0 }
workflows:
  build-and-deploy:
    jobs:
      - aws-ecr/build-and-push-image:
          repo: shop
          extra-build-args: '--build-arg RAILS_ENV=production'
          create-repo: true
      - aws-ecs/deploy-service-update:
          requires: [aws-ecr/build-and-push-image]
          filters: { branches: { only: master } }
          aws-region: AWS_REGION
          family: shop-web
          service-name: web
          cluster-name: production
          container-image-name-updates: 'container=app,tag=\${CIRCLE_SHA1}'
          container-env-var-updates: 'container=app,name=COMMIT,value=\${CIRCLE_SHA1}'
`,
  );
  expect(draft).toMatchObject({
    repository: 'shop',
    image: { buildArguments: { RAILS_ENV: 'production' } },
    environments: [{ name: 'production', branches: ['master'], cluster: 'production' }],
    services: [{ name: 'web', container: 'app' }],
  });
  // It was the name of a variable.
  expect(draft.environments[0]).not.toHaveProperty('region');
  expect(draft.notes.filter((note) => note.includes('create_repo'))).toHaveLength(1);
  expect(draft.notes.filter((note) => note.includes('container_env_var_updates'))).toHaveLength(1);
});

describe('a script that calls ecs-deploy', () => {
  it('is read with the variables that it sets to plain text', () => {
    const draft = read(
      'bin/deploy.sh',
      `#!/bin/bash
set -e
CLUSTER="shop-production"
SERVICE=web
export AWS_DEFAULT_REGION=us-east-1
IMAGE=111111111111.dkr.ecr.us-east-1.amazonaws.com/shop
docker build -t "$IMAGE:$CIRCLE_SHA1" . && docker push "$IMAGE:$CIRCLE_SHA1"
./ecs-deploy -c "$CLUSTER" -n $SERVICE -i "\${IMAGE}:$CIRCLE_SHA1" -r us-east-1 -t 600
`,
    );
    expect(draft).toMatchObject({
      repository: expect.stringMatching(/shop$/u) as unknown,
      environments: [{ name: 'production', cluster: 'shop-production', region: 'us-east-1' }],
      services: [{ name: 'web' }],
      notes: [],
    });
  });

  it('tells of those that it does not', () => {
    const draft = read('deploy.sh', 'SERVICE=$1\necs-deploy -c "$CLUSTER" -n "$SERVICE" -i shop:latest\n');
    expect(draft).toMatchObject({ repository: 'shop', environments: [], services: [] });
    expect(draft.notes).toEqual([
      expect.stringContaining('The cluster is a variable of the script ($CLUSTER)'),
      expect.stringContaining('The service is a variable of the script ($SERVICE)'),
    ]);
  });
});

describe('ecspresso with Jsonnet', () => {
  it('has a task definition that is not taken as a file', () => {
    const draft = read(
      'ecspresso.yml',
      'region: us-east-1\ncluster: shop\nservice: web\ntask_definition: ecs-task-def.jsonnet\n',
    );
    expect(draft.services).toEqual([{ name: 'web' }]);
    expect(draft.notes).toEqual([expect.stringContaining('ecs-task-def.jsonnet is not plain JSON')]);
  });

  it('as a whole is told to be made JSON first', () => {
    expect(read('ecspresso.jsonnet', '{ cluster: "shop" }').notes).toEqual([
      expect.stringContaining('jsonnet ecspresso.jsonnet'),
    ]);
  });
});
