import { findConfigFile, parseConfigFile } from '../../src/config/file.ts';

/** "line:column message" of everything wrong with a file. */
function problemsOf(text: string): string[] {
  return parseConfigFile('deploy.yml', text).problems.map(
    ({ line, column, message }) => `${String(line)}:${String(column)} ${message}`,
  );
}

describe('the place of deploy.yml', () => {
  const files = (texts: Record<string, string>) => ({ read: (path: string) => Promise.resolve(texts[path]) });

  it.each([
    [['.github/deploy.yml', '.circleci/deploy.yml', 'deploy.yml'], '.github/deploy.yml'],
    [['.circleci/deploy.yml', 'deploy.yml'], '.circleci/deploy.yml'],
    [['deploy.yml'], 'deploy.yml'],
  ])('of %j is %s', async (paths, found) => {
    const texts = Object.fromEntries(paths.map((path) => [path, 'version: 1']));
    expect(await findConfigFile(files(texts), undefined)).toMatchObject({ file: { path: found } });
  });

  it('may be empty', async () => {
    expect(await findConfigFile(files({}), undefined)).toEqual({ file: undefined });
  });

  it('is only where the input says, when it does', async () => {
    const texts = { 'deploy.yml': 'version: 1', 'ops/ecs.yml': 'version: 1' };
    expect(await findConfigFile(files(texts), 'ops/ecs.yml')).toMatchObject({
      file: { path: 'ops/ecs.yml' },
    });
    expect(await findConfigFile(files(texts), 'ops/none.yml')).toMatchObject({
      missing: { code: 'CONFIG_NOT_FOUND', message: 'the configuration file `ops/none.yml` does not exist' },
    });
  });
});

describe('what is not YAML', () => {
  it.each([
    ['version: 1\nversion: 1\n', '2:1 not valid YAML: Map keys must be unique', 'a key twice'],
    [
      'version: 1\nmigrate:\n\tcommand: x',
      '3:1 not valid YAML: Tabs are not allowed as indentation',
      'a tab',
    ],
    [
      'version: 1\nservices: *all',
      '2:11 not valid YAML: no anchor `&all` stands before this alias',
      'a lost alias',
    ],
    ['version: 1\nimage: !env x', '2:8 not valid YAML: Unresolved tag: !env', 'a tag'],
    [
      'version: 1\n---\nversion: 1',
      '2:1 not valid YAML: the file must hold one document, but `---` begins another',
      'two documents',
    ],
    [
      'version: 1\nenvironments:\n  __proto__: {}',
      '3:3 not valid YAML: the key `__proto__` is not allowed',
      'a key that an object swallows',
    ],
  ])('%j is reported as %s (%s)', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it('aliases of aliases do not fill the memory', () => {
    const nine = (name: string) => `[${Array<string>(9).fill(name).join(', ')}]`;
    const text = `a: &a ${nine('x')}\nb: &b ${nine('*a')}\nc: &c ${nine('*b')}\nd: ${nine('*c')}`;
    expect(problemsOf(text)).toEqual([expect.stringContaining('Excessive alias count')]);
  });
});

describe('what does not fit the schema', () => {
  it.each([
    ['', '1:1 the file must be a section (`key: value`), not empty', 'an empty file'],
    ['- web', '1:1 the file must be a section (`key: value`), not a list', 'a list'],
    ['services: [web]', '1:1 `version` is missing', 'no version'],
    ['version: 2', '1:10 `version` must be `1`, not the number 2', 'another version'],
    ['version: 1\nmigrat: {}', '2:1 unknown key `migrat`, did you mean `migrate`?', 'a slip'],
    ['version: 1\nhooks: []', '2:1 unknown key `hooks`', 'a key of a later release'],
    [
      'version: 1\nenvironments:\n  staging:\n    branch: a\n    clustr: b',
      '5:5 unknown key `clustr` in `environments.staging`, did you mean `cluster`?',
      'a slip further in',
    ],
    [
      'version: 1\nservices: [web, {name: worker, contaner: app}]',
      '2:32 unknown key `contaner` in `services[1]`, did you mean `container`?',
      'a slip in a list',
    ],
    ['version: 1\nservices: [{container: app}]', '2:12 `services[0].name` is missing', 'a key left out'],
    ['version: 1\nservices: web', '2:11 `services` must be a list, not `web`', 'text for a list'],
    ['version: 1\nfamilies: []', '2:11 `families` is an empty list', 'an empty list'],
    [
      'version: 1\nservices: [web, api, web]',
      '2:22 `services[2]` is the second service of the name `web`',
      'a service twice',
    ],
    [
      'version: 1\nservices: [web, {name: web}]',
      '2:17 `services[1]` is the second service of the name `web`',
      'a service twice, once as a section',
    ],
    [
      'version: 1\nservices: [3]',
      '2:12 `services[0]` must be the name of a service, or a section with a `name`, not the number 3',
      'a number for a service',
    ],
    [
      'version: 1\nenvironments: {}',
      '2:15 `environments` must have at least one environment',
      'no environment',
    ],
    [
      'version: 1\nenvironments:\n  staging: {cluster: s}',
      '3:12 `environments.staging` can never be deployed: no branch belongs to it',
      'an environment without a branch',
    ],
    [
      'version: 1\nenvironments:\n  staging: {branch: []}',
      '3:21 `environments.staging.branch` is an empty list',
      'an empty list of branches',
    ],
    [
      'version: 1\nenvironments:\n  a b: {branch: x}',
      '3:3 the key `environments.a b` must be the name of an environment (letters, digits, `-` and `_`), not `a b`',
      'an environment of an odd name',
    ],
    [
      'version: 1\nenvironments:\n  s: {branch: x, any-branch: "yes"}',
      '3:30 `environments.s.any-branch` must be `true` or `false`, not `yes`',
      'text for true',
    ],
    ['version: 1\nrollout:', '2:9 `rollout` must be a section (`key: value`), not empty', 'an empty section'],
    [
      'version: 1\nrollout: {timeout: 1d}',
      '2:20 `rollout.timeout` must be a duration such as `90s`, `30m` or `2h` (a bare number is seconds), not `1d`',
      'a unit that is not ours',
    ],
    [
      'version: 1\nrollout: {minimum-tasks: -1}',
      '2:26 `rollout.minimum-tasks` must be at least 0',
      'below zero',
    ],
    [
      'version: 1\nrollout: {minimum-tasks: 1.5}',
      '2:26 `rollout.minimum-tasks` must be a whole number, not the number 1.5',
      'half a task',
    ],
    [
      'version: 1\nimage: {cache: s3}',
      '2:16 `image.cache` must be `registry`, `inline`, `gha` or `off`, not `s3`',
      'an unknown choice',
    ],
    [
      'version: 1\nimage: {builder: kaniko}',
      '2:18 `image.builder` must be `docker` or `codebuild`, not `kaniko`',
      'a later choice',
    ],
    [
      'version: 1\nimage: {reuse: 30d}',
      '2:16 `image.reuse` must be `content`, `never` or the greatest age of an image, such as `720h`',
      'an age in days',
    ],
    [
      'version: 1\nimage: {dockerfile: ../Dockerfile}',
      '2:21 `image.dockerfile` must stay inside the checkout, but `../Dockerfile` leads out of it',
      'a path out of the checkout',
    ],
    [
      'version: 1\nimage: {build-args: {A: }}',
      '2:25 `image.build-args.A` must be text, not empty',
      'no value',
    ],
    [
      "version: 1\nmigrate: {command: 'echo \"a'}",
      '2:20 `migrate.command` must close its quotes: one is unbalanced in `echo "a`',
      'an open quote',
    ],
    ['version: 1\nmigrate: {command: []}', '2:20 `migrate.command` must name a program', 'an empty command'],
    [
      'version: 1\nmigrate: {command: 3}',
      '2:20 `migrate.command` must be a command: text, or a list of words, not the number 3',
      'a number for a command',
    ],
  ])('%j is reported as %s (%s)', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it('is reported all at once, in the order of the file', () => {
    expect(problemsOf('version: 1\nimage: {cach: off}\nservices: web\nrollout: {timeout: x}')).toEqual([
      expect.stringMatching(/^2:9 unknown key `cach`/),
      expect.stringMatching(/^3:11 `services` must be a list/),
      expect.stringMatching(/^4:20 `rollout.timeout` must be a duration/),
    ]);
  });

  it('comes with the keys that are known at that place', () => {
    const [problem] = parseConfigFile('deploy.yml', 'version: 1\nmigrate: {comand: x}').problems;
    expect(problem).toEqual({
      code: 'CONFIG_INVALID',
      message: 'unknown key `comand` in `migrate`, did you mean `command`?',
      hint: 'Known keys in `migrate`: service, container, image, timeout, on-cancel, command, prove-previous.',
      file: 'deploy.yml',
      line: 2,
      column: 11,
    });
  });

  it.each([
    ['version: 1\nimage: {target: 1}', /in quotes/],
    ['version: 1\nservices: web', /`\[web\]`/],
    ['version: 1\nenvironments: {s: {cluster: x}}', /`branch: develop`/],
    ['services: [web]', /`version: 1`/],
  ])('%j: says what to write', (text, hint) => {
    expect(parseConfigFile('deploy.yml', text).problems[0]).toMatchObject({
      hint: expect.stringMatching(hint) as string,
    });
  });

  it('points to the value where an alias or a merge stands for it', () => {
    const text =
      'version: 1\nimage: &i {cache: s3}\nenvironments:\n  s: {branch: x, image: *i}\n  t: {<<: {branch: 1}}';
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^2:19 `image.cache`/),
      expect.stringMatching(/^2:19 `environments.s.image.cache`/),
      expect.stringMatching(/^5:6 `environments.t.branch` must be text, or a list of texts/),
    ]);
  });

  it('leaves the environments readable where they are sound', () => {
    const wrongElsewhere = parseConfigFile('deploy.yml', 'version: 1\nx: 1\nenvironments: {s: {branch: a}}');
    expect(wrongElsewhere.environments).toEqual({ s: { branch: 'a' } });
    const wrongInside = parseConfigFile('deploy.yml', 'version: 1\nenvironments: {s: {branch: 3}}');
    expect(wrongInside.environments).toBe('unreadable');
  });
});

describe('what fits', () => {
  it('keeps build arguments and words of a command as they were written', () => {
    const text =
      'version: 1\nimage: {build-args: {A: 1.10, B: 0755, C: true, D: "x"}}\nmigrate: {command: [sleep, 010, true]}';
    expect(parseConfigFile('deploy.yml', text).config).toMatchObject({
      image: { 'build-args': { A: '1.10', B: '0755', C: 'true', D: 'x' } },
      migrate: { command: ['sleep', '010', 'true'] },
    });
  });

  it('follows aliases and merges', () => {
    const text =
      'version: 1\nenvironments:\n  a: &a {branch: x, region: eu-west-1}\n  b: {<<: *a, branch: y}\nservices: [web]';
    expect(parseConfigFile('deploy.yml', text).config?.environments).toEqual({
      a: { branch: 'x', region: 'eu-west-1' },
      b: { branch: 'y', region: 'eu-west-1' },
    });
  });

  it.each([
    ['content', { mode: 'content' }],
    ['never', { mode: 'never' }],
    ['720h', { mode: 'max-age', seconds: 2_592_000 }],
    ['3600', { mode: 'max-age', seconds: 3600 }],
  ])('reads reuse: %s as %j', (value, reuse) => {
    expect(parseConfigFile('f', `version: 1\nimage: {reuse: ${value}}`).config?.image?.reuse).toEqual(reuse);
  });
});
