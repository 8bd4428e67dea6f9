const project = (displayName, folders, more = {}) => ({
  displayName,
  testEnvironment: 'node',
  modulePathIgnorePatterns: ['<rootDir>/(.stage|build|dist|demo-results)/'],
  testMatch: folders.map((folder) => `<rootDir>/__tests__/${folder}/**/*.test.ts`),
  extensionsToTreatAsEsm: ['.ts'],
  // Sources import one another with `.ts`; the compiler rewrites that to `.js`, which jest has to find again.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['ts-jest', { useESM: true, diagnostics: false, tsconfig: 'tsconfig.json' }] },
  ...more,
});

export default {
  randomize: true,
  // Nothing waits in a unit test, but a busy machine is slow.
  testTimeout: 60_000,
  projects: [
    // Pure rules, steps against stateful fakes, a fake clock: no network, no Docker.
    project('unit', ['config', 'rules', 'steps', 'commands', 'report', 'adapters', 'fakes', 'main']),
    // What we publish and what we send, held against somebody else's word.
    project('contract', ['contract']),
    // The committed dist/ as a child process.
    project('bundle', ['bundle']),
    // The local stage: real Docker, registry, containers, PostgreSQL, git, act.
    project('e2e', ['stage', 'e2e']),
  ],
};
