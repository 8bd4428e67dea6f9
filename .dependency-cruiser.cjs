/** Which folder may import which: the direction of the house, checked on every test run (ARCHITECTURE.md). */
const allowed = {
  rules: ['rules', 'errors'],
  ports: ['ports', 'rules', 'errors'],
  report: ['report', 'rules', 'ports', 'errors', 'config'],
  config: ['config', 'rules', 'ports', 'errors'],
  steps: ['steps', 'rules', 'ports', 'report', 'errors', 'config'],
  commands: ['commands', 'steps', 'rules', 'ports', 'report', 'errors', 'config'],
  adapters: ['adapters', 'rules', 'ports', 'errors'],
};

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: '\\.d\\.ts$' }, to: {} },
    ...Object.entries(allowed).map(([folder, targets]) => ({
      name: `${folder}-imports`,
      comment: `src/${folder} may import only ${targets.join(', ')}`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: {
        path: '^src/',
        pathNot: `^src/(${targets.map((t) => (t === 'errors' ? 'errors\\.ts$' : `${t}/`)).join('|')})`,
      },
    })),
    {
      name: 'only-index-touches-adapters',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(adapters/|index\\.ts$)' },
      to: { path: '^src/adapters/' },
    },
    {
      name: 'errors-import-nothing',
      severity: 'error',
      from: { path: '^src/errors\\.ts$' },
      to: { path: '^src/' },
    },
    {
      name: 'rules-do-no-io',
      severity: 'error',
      from: { path: '^src/rules/' },
      to: { dependencyTypes: ['core'], pathNot: '^(crypto|path|node:crypto|node:path)$' },
    },
    {
      name: 'only-adapters-know-the-sdk',
      comment: 'ports may name SDK types; values of the SDK live in adapters',
      severity: 'error',
      from: { path: '^src/(rules|config|commands|steps|report|main)' },
      to: { path: 'node_modules/(@aws-sdk|@actions)', dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
