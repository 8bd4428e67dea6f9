/** Beside the disturbed deploys: what takes days at lifecycle hooks, or real git histories. */
const LONG_STORIES = [
  'steps/cookbook/*',
  'commands/blue-green',
  'commands/lost-service-deployments',
  'commands/verify-at-hooks',
  'commands/paused',
  'commands/cancel',
  'commands/deploy-cookbooks',
];

const project = (displayName, folders, more = {}) => ({
  displayName,
  testEnvironment: 'node',
  modulePathIgnorePatterns: ['<rootDir>/(.stage|build|dist|demo-results)/'],
  testMatch: folders.map((folder) => `<rootDir>/__tests__/${folder}/**/*.test.ts`),
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/scripts/strip-types.mjs' },
  ...more,
});

export default {
  randomize: true,
  maxWorkers: '100%',
  // Nothing waits in a unit test, but a busy machine is slow.
  testTimeout: 60_000,
  projects: [
    // Pure rules, steps against stateful fakes, a fake clock: no network, no Docker.
    project('unit', ['config', 'rules', 'steps', 'commands', 'report', 'adapters', 'fakes', 'main'], {
      testPathIgnorePatterns: LONG_STORIES.map((path) => `/__tests__/${path.replace('*', '')}`),
    }),
    // A whole deploy, disturbed at each of its calls: faults, deaths, cancels; and the other long stories.
    project('matrix', ['matrix'], {
      testMatch: ['matrix/*', ...LONG_STORIES].map((path) => `<rootDir>/__tests__/${path}.test.ts`),
    }),
    // What we publish and what we send, held against somebody else's word.
    project('contract', ['contract']),
    // The committed dist/ as a child process.
    project('bundle', ['bundle']),
    // The local stage: real Docker, registry, containers, PostgreSQL, git, act.
    project('e2e', ['stage', 'e2e']),
  ],
};
