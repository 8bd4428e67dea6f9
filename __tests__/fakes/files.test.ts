import { EMPTY_FOLDER, FakeFiles } from './files.ts';

describe('the checkout in memory', () => {
  const files = new FakeFiles({
    Dockerfile: 'FROM scratch',
    'app/run.sh': { executable: '#!/bin/sh' },
    'app/current': { link: 'run.sh' },
    'app/tmp': EMPTY_FOLDER,
    'lib/a.js': 'a',
  });

  it('reads files, and finds folders by what is in them', async () => {
    expect(await files.read('./Dockerfile')).toBe('FROM scratch');
    expect(await files.read('app')).toBeUndefined();
    expect([await files.exists('app'), await files.exists('.'), await files.exists('ap')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('walks a folder in order and does not enter what is ignored', async () => {
    const seen: string[] = [];
    for await (const { kind, path } of files.walk('.', (path) => path === 'lib'))
      seen.push(`${kind} ${path}`);
    expect(seen).toEqual(['file Dockerfile', 'link app/current', 'file app/run.sh', 'folder app/tmp']);
  });

  it('gives paths relative to the folder that is walked', async () => {
    const seen: string[] = [];
    for await (const { path } of files.walk('app', () => false)) seen.push(path);
    expect(seen).toEqual(['current', 'run.sh', 'tmp']);
  });
});
