import { planRaises } from '../../../src/rules/cookbook/raise.ts';
import type { RaisePlan, RaiseRequest } from '../../../src/rules/cookbook/raise-plan.ts';
import { readCookbook } from '../../../src/rules/cookbook/read-cookbook.ts';
import { parseChefVersion, type Level } from '../../../src/rules/cookbook/chef-version.ts';

/** Cookbooks by name: their metadata.rb, or several files. */
function plan(
  files: Record<string, string>,
  pending: Record<string, Level>,
  more: Partial<RaiseRequest> = {},
): RaisePlan {
  const textOf = (path: string) => files[path];
  const folders = [
    ...new Set(Object.keys(files).flatMap((path) => /^(.*)\/metadata\.(?:rb|json)$/u.exec(path)?.[1] ?? [])),
  ];
  const readings = folders.map((folder) => readCookbook(folder, textOf));
  expect(readings.flatMap(({ problems }) => problems)).toEqual([]);
  return planRaises({
    cookbooks: readings.flatMap(({ cookbook }) => cookbook ?? []),
    pending: Object.entries(pending).map(([name, level]) => ({
      name,
      level: { level, why: 'content changed' },
      subjects: ['Fix it'],
    })),
    used: () => [],
    dependants: 'excluding',
    textOf,
    berksfileLocks: Object.keys(files).filter((path) => path.endsWith('Berksfile.lock')),
    policyfileLocks: Object.keys(files).filter((path) => path.endsWith('.lock.json')),
    pins: [],
    hasLockCommand: false,
    date: '2026-11-21',
    ...more,
  });
}

const numbers = ({ raises }: RaisePlan) => Object.fromEntries(raises.map(({ name, to }) => [name, to]));
const after = ({ edits }: RaisePlan, path: string) => edits.find((edit) => edit.path === path)?.after;
const metadata = (name: string, version: string, ...lines: string[]) => ({
  [`c/${name}/metadata.rb`]: [`name '${name}'`, `version '${version}'`, ...lines, ''].join('\n'),
});

describe('R1 monorepo: dependants', () => {
  it('one that excludes the new version is rewritten with as little as it takes, and raised; one that fits is not', () => {
    const done = plan(
      {
        ...metadata('nginx', '1.9.0'),
        ...metadata('web', '0.1.0', "depends 'nginx', '~> 1.2'"),
        ...metadata('proxy', '0.1.0', "depends 'nginx', '>= 1.0'"),
      },
      { nginx: 'major' },
    );
    expect(numbers(done)).toEqual({ nginx: '2.0.0', web: '0.1.1' });
    expect(after(done, 'c/web/metadata.rb')).toContain("depends 'nginx', '~> 2.0'");
    expect(done.raises.map(({ name }) => name)).toEqual(['nginx', 'web']);
  });

  it('chains are followed: what excludes a raised dependant is raised too, after it', () => {
    const done = plan(
      {
        ...metadata('site', '1.0.0', "depends 'web', '= 0.1.0'"),
        ...metadata('web', '0.1.0', "depends 'nginx', '= 1.9.0'"),
        ...metadata('nginx', '1.9.0'),
      },
      { nginx: 'patch' },
    );
    expect(done.raises.map(({ name, to }) => `${name} ${to}`)).toEqual([
      'nginx 1.9.1',
      'web 0.1.1',
      'site 1.0.1',
    ]);
    expect(after(done, 'c/site/metadata.rb')).toContain("'= 0.1.1'");
  });

  it('cycles end: each is raised once', () => {
    const done = plan(
      {
        ...metadata('a', '1.0.0', "depends 'b', '= 2.0.0'"),
        ...metadata('b', '2.0.0', "depends 'a', '= 1.0.0'"),
      },
      { a: 'patch' },
    );
    expect(numbers(done)).toEqual({ a: '1.0.1', b: '2.0.1' });
    expect(after(done, 'c/a/metadata.rb')).toContain("depends 'b', '= 2.0.1'");
    expect(after(done, 'c/b/metadata.rb')).toContain("depends 'a', '= 1.0.1'");
  });

  it('a %w loop without a constraint is a dependency of every name in it', () => {
    const files = {
      ...metadata('nginx', '1.0.0'),
      ...metadata('web', '0.1.0', '%w(apt nginx).each do |cb|', '  depends cb', 'end'),
    };
    expect(numbers(plan(files, { nginx: 'major' }))).toEqual({ nginx: '2.0.0' });
    expect(numbers(plan(files, { nginx: 'major' }, { dependants: 'always' }))).toEqual({
      nginx: '2.0.0',
      web: '0.1.1',
    });
  });

  it('a constraint that a loop states for several is rewritten only where it fits all of them', () => {
    const loop = ['%w(nginx base).each { |cb| depends cb, "~> 1.0" }'];
    const both = plan(
      { ...metadata('nginx', '1.5.0'), ...metadata('base', '1.5.0'), ...metadata('web', '0.1.0', ...loop) },
      { nginx: 'major', base: 'major' },
    );
    expect(numbers(both)).toEqual({ base: '2.0.0', nginx: '2.0.0', web: '0.1.1' });
    expect(after(both, 'c/web/metadata.rb')).toContain('"~> 2.0"');
    const one = plan(
      { ...metadata('nginx', '1.5.0'), ...metadata('base', '1.5.0'), ...metadata('web', '0.1.0', ...loop) },
      { nginx: 'major' },
    );
    expect(numbers(one)).toEqual({ nginx: '2.0.0' });
    expect(one.problems).toMatchObject([{ cookbook: 'web', file: 'c/web/metadata.rb', line: 3 }]);
  });

  it('metadata.json follows in its constraints too', () => {
    const done = plan(
      {
        ...metadata('nginx', '1.9.0'),
        'c/web/metadata.json':
          '{"name":"web","version":"0.1.0","dependencies":{"nginx":"~> 1.2","apt":">= 0.0.0"}}',
      },
      { nginx: 'major' },
    );
    expect(after(done, 'c/web/metadata.json')).toBe(
      '{"name":"web","version":"0.1.1","dependencies":{"nginx":"~> 2.0","apt":">= 0.0.0"}}',
    );
  });

  it('cookbooks that share a VERSION file rise together', () => {
    const shared = "version File.read(File.join(__dir__, '../../VERSION'))\n";
    const done = plan(
      { 'c/a/metadata.rb': shared, 'c/b/metadata.rb': shared, VERSION: '1.2.3\n' },
      { a: 'minor' },
    );
    expect(numbers(done)).toEqual({ a: '1.3.0', b: '1.3.0' });
    expect(done.edits).toEqual([{ path: 'VERSION', before: '1.2.3\n', after: '1.3.0\n' }]);
  });
});

describe('what follows the number', () => {
  it('metadata.json and metadata.rb get the same number; two parts become three', () => {
    const done = plan(
      { 'c/a/metadata.rb': "version '1.2'", 'c/a/metadata.json': '{\n    "version": "1.2.0"\n}' },
      { a: 'patch' },
    );
    expect(after(done, 'c/a/metadata.rb')).toBe("version '1.2.1'");
    expect(after(done, 'c/a/metadata.json')).toBe('{\n    "version": "1.2.1"\n}');
  });

  it('Berksfile.lock: the graph’s own line, and the constraint that was rewritten below a dependant', () => {
    const lock = [
      'DEPENDENCIES',
      '  nginx (1.9.0)',
      '    path: c/nginx',
      '',
      'GRAPH',
      '  apt (1.9.0)',
      '  nginx (1.9.0)',
      '    apt (>= 0.0.0)',
      '  other (0.1.0)',
      '    nginx (~> 1.2)',
      '  web (0.1.0)',
      '    nginx (~> 1.2)',
      '',
    ];
    const done = plan(
      {
        ...metadata('nginx', '1.9.0'),
        ...metadata('web', '0.1.0', "depends 'nginx', '~> 1.2'"),
        'Berksfile.lock': lock.join('\n'),
      },
      { nginx: 'major' },
    );
    const expected = [...lock];
    expected[6] = '  nginx (2.0.0)';
    expected[10] = '  web (0.1.1)';
    expected[11] = '    nginx (~> 2.0)';
    expect(after(done, 'Berksfile.lock')).toBe(expected.join('\n'));
  });

  it('Berksfile.lock with another number, or in its old JSON form, is left as it is', () => {
    const stale = 'GRAPH\n  nginx (1.0.0)\n';
    expect(
      after(
        plan({ ...metadata('nginx', '1.9.0'), 'Berksfile.lock': stale }, { nginx: 'patch' }),
        'Berksfile.lock',
      ),
    ).toBeUndefined();
    const json = plan(
      { ...metadata('nginx', '1.9.0'), 'Berksfile.lock': '{"sources":{}}' },
      { nginx: 'patch' },
    );
    expect(json.edits.map(({ path }) => path)).toEqual(['c/nginx/metadata.rb']);
    expect(json.notes).toMatchObject([{ file: 'Berksfile.lock' }]);
  });

  it.each([
    [
      '## [1.9.0](https://x/compare/v1.8.0...v1.9.0) (2026-01-02)',
      '## [1.9.1](https://x/compare/v1.9.0...v1.9.1) (2026-11-21)',
    ],
    ['## 1.9.0 - *2026-01-02*', '## 1.9.1 - *2026-11-21*'],
    ['## 1.9.0 (2026-01-02)', '## 1.9.1 (2026-11-21)'],
    ['## [1.9.0] - 2026-01-02', '## [1.9.1] - 2026-11-21'],
    ['## v1.9.0', '## v1.9.1'],
    ['# 1.9.0', '# 1.9.1'],
  ])('CHANGELOG.md: %s is followed by %s', (heading, expected) => {
    const text = `# nginx\n\n${heading}\n\n* Older\n`;
    const source = heading.startsWith('# ') ? text.replace('# nginx\n\n', '') : text;
    const done = plan({ ...metadata('nginx', '1.9.0'), 'c/nginx/CHANGELOG.md': source }, { nginx: 'patch' });
    expect(after(done, 'c/nginx/CHANGELOG.md')).toBe(
      source.replace(heading, `${expected}\n\n* Fix it\n\n${heading}`),
    );
  });

  it('CHANGELOG.md: an Unreleased heading becomes the release', () => {
    const text = '# nginx\n\n## Unreleased\n\n- Mine\n\n## 1.9.0 - *2026-01-02*\n';
    const done = plan({ ...metadata('nginx', '1.9.0'), 'c/nginx/CHANGELOG.md': text }, { nginx: 'patch' });
    expect(after(done, 'c/nginx/CHANGELOG.md')).toBe(
      text.replace('## Unreleased', '## 1.9.1 - *2026-11-21*'),
    );
  });

  it('CHANGELOG.md of an unknown style is left as it is', () => {
    const done = plan(
      { ...metadata('nginx', '1.9.0'), 'c/nginx/CHANGELOG.md': 'See git log.\n' },
      { nginx: 'patch' },
    );
    expect(after(done, 'c/nginx/CHANGELOG.md')).toBeUndefined();
  });

  it.each([
    [
      'e/p.json',
      '{\n  "cookbook_versions": {\n    "nginx": "= 1.9.0",\n    "apt": "= 1.9.0"\n  }\n}',
      '"nginx": "= 1.9.1"',
    ],
    ['e/p.json', '{"cookbook_versions":{"nginx":"=1.9.0"}}', '"nginx":"=1.9.1"'],
    ['e/p.json', '{"cookbook_versions":{"nginx":"~> 1.9.0"}}', '"nginx":"~> 1.9.1"'],
    [
      'e/p.rb',
      "name 'p'\ncookbook_versions({\n\t'nginx'=>'= 1.9.0',\n\t\"apt\" => \"= 1.9.0\"\n})\n",
      "'nginx'=>'= 1.9.1'",
    ],
    ['e/p.rb', 'cookbook "nginx", "= 1.9.0"\ncookbook "apt", "= 1.9.0"\n', 'cookbook "nginx", "= 1.9.1"'],
    ['e/p.rb', "cookbook_versions 'nginx' => '= 1.9.0'\n", "'nginx' => '= 1.9.1'"],
  ])(
    'an environment’s pin follows, with its operator, and nothing else in %s: %j',
    (path, text, expected) => {
      const done = plan(
        { ...metadata('nginx', '1.9.0'), [path]: text },
        { nginx: 'patch' },
        { pins: [path] },
      );
      expect(after(done, path)).toContain(expected);
      expect(after(done, path)?.replace('1.9.1', '1.9.0')).toBe(text);
    },
  );

  it.each([
    ['{"cookbook_versions":{"nginx":"< 1.9.1"}}', /keeps 1\.9\.1 out/u],
    ['{"cookbook_versions":', /is not valid JSON/u],
  ])('a pin that cannot follow is said: %s', (text, message) => {
    const done = plan(
      { ...metadata('nginx', '1.9.0'), 'e/p.json': text },
      { nginx: 'patch' },
      { pins: ['e/p.json'] },
    );
    expect(done.problems).toMatchObject([
      { file: 'e/p.json', message: expect.stringMatching(message) as string },
    ]);
  });

  it('a Ruby environment beside a JSON one is not what Chef reads', () => {
    const files = {
      ...metadata('nginx', '1.9.0'),
      'e/p.rb': "cookbook 'nginx', '= 1.9.0'\n",
      'e/p.json': '{}',
    };
    expect(plan(files, { nginx: 'patch' }, { pins: ['e/p.rb'] }).problems).toMatchObject([
      { file: 'e/p.rb' },
    ]);
  });

  it('a Policyfile lock that holds the cookbook: refused, or left to the lock command', () => {
    const lock = JSON.stringify({ cookbook_locks: { nginx: { source: 'c/nginx' }, apt: { origin: 'x' } } });
    const files = {
      ...metadata('nginx', '1.9.0'),
      ...metadata('base', '1.0.0'),
      'Policyfile.lock.json': lock,
    };
    const refused = plan(files, { nginx: 'patch', base: 'patch' });
    expect(numbers(refused)).toEqual({ base: '1.0.1' });
    expect(refused.problems).toMatchObject([{ cookbook: 'nginx', file: 'Policyfile.lock.json' }]);
    const left = plan(files, { nginx: 'patch' }, { hasLockCommand: true });
    expect(left.locks).toEqual(['Policyfile.lock.json']);
    expect(after(left, 'Policyfile.lock.json')).toBeUndefined();
  });

  it('numbers that were used are passed over', () => {
    const done = plan(
      metadata('nginx', '1.9.0'),
      { nginx: 'patch' },
      { used: () => [parseChefVersion('1.9.7')!] },
    );
    expect(numbers(done)).toEqual({ nginx: '1.9.8' });
  });
});

describe('metadata.json', () => {
  const read = (rb: string | undefined, json: string) =>
    readCookbook('c', (path) =>
      path === 'c/metadata.json' ? json : path === 'c/metadata.rb' ? rb : undefined,
    );

  it.each([
    [
      "version '1.2.3'\n",
      '{\n  "version": "1.2.4"\n}',
      'states version 1.2.4, but metadata.rb states 1.2.3',
      2,
    ],
    [undefined, '{"version": "1.2.3.4"}', 'which Chef does not take', 1],
    [undefined, '{"version": "1.2.3", "version": "1.2.4"}', 'states the version twice', 1],
    [undefined, '{"version": 1}', 'states a version that is no text', 1],
    [undefined, '{"name": "a"}', 'has no version', undefined],
    [undefined, '{"version": "1.2.3",}', 'is not valid JSON', 1],
  ])('rb %j, json %s is refused', (rb, json, message, line) => {
    const { cookbook, problems } = read(rb, json);
    expect(cookbook).toBeUndefined();
    expect(problems[0]?.message).toContain(message);
    expect(problems[0]).toMatchObject({ file: 'c/metadata.json' });
    expect(problems[0]?.line).toBe(line);
  });
});
