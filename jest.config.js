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
    project('unit', ['config', 'rules', 'steps', 'commands', 'report', 'adapters', 'fakes', 'main']),
    // A whole deploy, disturbed at each of its calls: faults, deaths, cancels.
    project('matrix', ['matrix']),
    // What we publish and what we send, held against somebody else's word.
    project('contract', ['contract']),
    // The committed dist/ as a child process.
    project('bundle', ['bundle']),
    // The local stage: real Docker, registry, containers, PostgreSQL, git, act.
    project('e2e', ['stage', 'e2e']),
  ],
};
