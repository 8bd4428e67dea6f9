import type { RunReport, StepId, StepReport } from '../../src/report/run-report.ts';

const START = Date.UTC(2026, 0, 5, 9, 0, 0);
const DIGEST = `sha256:${'ab'.repeat(32)}`;

/** Steps that follow one another: title, seconds, and how it ended where that is not "done". */
function steps(
  ...list: [id: StepId, title: string, seconds: number, result: string, state?: StepReport['state']][]
) {
  let at = START;
  return list.map(([id, title, seconds, result, state = 'done']): StepReport => {
    const startedAt = at;
    at += seconds * 1000;
    return { id, title, startedAt, endedAt: at, state, result };
  });
}

function base(): RunReport {
  return {
    command: 'deploy',
    environment: 'staging',
    commit: '1111111111111111111111111111111111111111',
    repository: 'acme/shop',
    actor: 'mika',
    runUrl: 'https://github.com/acme/shop/actions/runs/4711',
    commitUrl: 'https://github.com/acme/shop/commit/1111111111111111111111111111111111111111',
    region: 'ap-northeast-1',
    cluster: 'staging',
    account: '111111111111',
    image: {
      uri: '111111111111.dkr.ecr.ap-northeast-1.amazonaws.com/shop',
      digest: DIGEST,
      tag: 'src-0123456789ab',
      reused: false,
    },
    families: [],
    revisions: [
      { service: 'web', family: 'shop-web', from: 'shop-web:11', to: 'shop-web:12', state: 'registered' },
      {
        service: 'worker',
        family: 'shop-worker',
        from: 'shop-worker:7',
        to: 'shop-worker:8',
        state: 'registered',
      },
    ],
    tasks: [],
    builds: [],
    services: [],
    steps: [],
    warnings: [],
  };
}

export function completedReport(): RunReport {
  return {
    ...base(),
    outcome: 'completed',
    tasks: [
      {
        purpose: 'migrate',
        service: 'web',
        command: ['bin/rails', 'db:migrate'],
        state: 'succeeded',
        arn: 'arn:aws:ecs:ap-northeast-1:111111111111:task/staging/0123456789abcdef',
        exitCode: 0,
        seconds: { provision: 4.2, pull: 11, run: 7.5 },
        logTail: ['== 20260105 CreateOrders: migrating ===', '-- create_table(:orders)', '   -> 0.0123s'],
        logStream: { group: '/ecs/shop', stream: 'web/app/0123456789abcdef', region: 'ap-northeast-1' },
      },
    ],
    services: [
      {
        name: 'web',
        from: 'shop-web:11',
        to: 'shop-web:12',
        outcome: 'completed',
        desired: 2,
        running: 2,
        seconds: 95.4,
        serviceDeploymentArn: 'arn:aws:ecs:ap-northeast-1:111111111111:service-deployment/staging/web/aaa',
        stopReasons: [],
        logTail: [],
      },
      {
        name: 'worker',
        from: 'shop-worker:7',
        to: 'shop-worker:8',
        outcome: 'completed',
        desired: 1,
        running: 1,
        seconds: 61,
        stopReasons: [],
        logTail: [],
      },
    ],
    steps: steps(
      ['configure', 'Read the configuration', 0.1, 'deploy staging'],
      ['sign-in', 'Sign in to AWS', 0.6, 'Signed in to account 111111111111'],
      ['services', 'Read the services of cluster staging', 0.3, 'web, worker in cluster staging'],
      ['image', 'Provide the image', 74, 'Built and pushed'],
      ['register', 'Register the task definitions', 0.8, 'web (registered), worker (registered)'],
      ['migrate', 'Migrate: bin/rails db:migrate', 23.4, 'Migration exited with code 0'],
      ['rollout', 'Roll out to web, worker', 95.4, 'web completed, worker completed'],
      ['record', 'Record the release', 0.4, 'Release 12 of staging'],
    ),
    warnings: [{ title: 'Old image', message: 'the image is 40 days old' }],
  };
}

export function failedMigrationReport(): RunReport {
  return {
    ...base(),
    outcome: 'failed',
    failedStep: 'migrate',
    error: {
      code: 'TASK_FAILED',
      message: 'migration: container app exited with code 3',
      hint: 'Read the log below; no service was changed.',
      details: ['FATAL: relation "orders" already exists', '```'],
    },
    tasks: [
      {
        purpose: 'migrate',
        service: 'web',
        command: ['bin/rails', 'db:migrate'],
        state: 'failed',
        arn: 'arn:aws:ecs:ap-northeast-1:111111111111:task/staging/0123456789abcdef',
        exitCode: 3,
        reason: 'container app exited with code 3',
        seconds: { provision: 4.2, run: 2 },
        logTail: ['starting', '```', '</details><script>alert(1)</script>', '::error::x @acme/ops', '````'],
        logStream: { group: '/ecs/shop', stream: 'web/app/0123456789abcdef', region: 'ap-northeast-1' },
      },
    ],
    steps: steps(
      ['sign-in', 'Sign in to AWS', 0.6, 'Signed in to account 111111111111'],
      ['image', 'Provide the image', 1.2, 'Reused'],
      ['register', 'Register the task definitions', 0.8, 'web (registered), worker (registered)'],
      [
        'migrate',
        'Migrate: bin/rails db:migrate',
        9.1,
        'migration: container app exited with code 3',
        'failed',
      ],
    ),
  };
}

export function rolledBackReport(): RunReport {
  const completed = completedReport();
  return {
    ...completed,
    outcome: 'rolled-back',
    failedStep: 'rollout',
    error: {
      code: 'ROLLOUT_ROLLED_BACK',
      message: 'rollout: web rolled-back (deployment circuit breaker); worker rolled-back',
      hint: 'The revision from before serves again. The migration of this run succeeded and is not undone.',
      details: ['web: 3 stopped: Essential container in task exited'],
    },
    services: [
      {
        name: 'web',
        from: 'shop-web:11',
        to: 'shop-web:12',
        outcome: 'rolled-back',
        reason: 'ECS deployment circuit breaker: tasks failed to start.',
        desired: 2,
        running: 2,
        seconds: 130,
        stopReasons: [
          {
            reason: 'Essential container in task exited: app exited with code 1 | see *log*',
            count: 3,
            hint: 'Read the last lines of its log.',
          },
        ],
        logTail: ['Error: Cannot find module "/app/server.js"', '    at <anonymous>'],
      },
      {
        name: 'worker',
        from: 'shop-worker:7',
        to: 'shop-worker:8',
        outcome: 'rolled-back',
        reason: 'returned with the release',
        desired: 1,
        running: 1,
        stopReasons: [],
        logTail: [],
      },
    ],
    warnings: [],
  };
}
