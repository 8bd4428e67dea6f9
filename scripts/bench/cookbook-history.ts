import { gitIn } from '../../__tests__/fakes/github/git.ts';

export const COOKBOOKS = 100;
export const COMMITS = 2000;

const name = (index: number) => `cookbook-${String(index).padStart(3, '0')}`;
export const recipe = (index: number) => `cookbooks/${name(index)}/recipes/default.rb`;

const CONFIGURATION = `version: 1
environments:
  production: { branch: master, region: ap-northeast-1, cluster: production }
cookbooks:
  deploy: [node, -e, "0"]
`;

/**
 * A bare repository of many cookbooks and commits: each commit changes the recipe of one cookbook and raises its version,
 * so that nothing is pending at the end. Some depend on others, and all carry both kinds of metadata.
 */
export async function makeHistory(origin: string): Promise<void> {
  const versions = Array.from({ length: COOKBOOKS }, () => 0);
  const stream: string[] = ['reset refs/heads/master\n'];
  for (let commit = 0; commit < COMMITS; commit += 1) {
    const index = commit % COOKBOOKS;
    if (commit > 0) versions[index] = (versions[index] ?? 0) + 1;
    const files = commit === 0 ? firstFiles() : changed(index, versions[index] ?? 0);
    stream.push(fastImport(commit, files));
  }
  await gitIn('/')('init', '--quiet', '--bare', '--initial-branch=master', origin);
  await gitIn(origin).withInput(stream.join(''), ['fast-import', '--quiet']);
}

function firstFiles(): Record<string, string> {
  const files: Record<string, string> = { '.github/deploy.yml': CONFIGURATION };
  for (let index = 0; index < COOKBOOKS; index += 1) Object.assign(files, first(index));
  return files;
}

function first(index: number): Record<string, string> {
  const path = `cookbooks/${name(index)}`;
  return {
    ...changed(index, 0),
    [`${path}/README.md`]: `# ${name(index)}\n`,
    [`${path}/attributes/default.rb`]: `default['${name(index)}']['port'] = ${8000 + index}\n`,
    [`${path}/CHANGELOG.md`]: '# Changes\n\n## 1.0.0 (2026-01-01)\n\n- First\n',
  };
}

function changed(index: number, patch: number): Record<string, string> {
  const path = `cookbooks/${name(index)}`;
  const depends = index === 0 ? '' : `depends '${name(Math.floor(index / 2))}', '~> 1.0'\n`;
  return {
    [`${path}/metadata.rb`]: `name '${name(index)}'\nmaintainer 'Ada'\nversion '1.0.${patch}'\n${depends}`,
    [`${path}/metadata.json`]: `{\n  "name": "${name(index)}",\n  "version": "1.0.${patch}"\n}\n`,
    [recipe(index)]: `package '${name(index)}' do\n  version '${patch}'\nend\n`,
  };
}

function fastImport(commit: number, files: Record<string, string>): string {
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const time = 1_767_225_600 + commit * 3600;
  return [
    `commit refs/heads/master\ncommitter Ada <ada@example.com> ${time} +0000\n`,
    data(`Change ${commit}`),
    ...Object.entries(files).map(([path, text]) => `M 100644 inline ${path}\n${data(text)}`),
  ].join('');
}
