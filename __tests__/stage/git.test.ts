import { createGitRepository, type GitRepository } from './git.ts';

describe('the git repository', () => {
  let repository: GitRepository;

  beforeEach(async () => {
    repository = await createGitRepository({ 'app.js': '1' });
  });

  afterEach(() => repository.remove());

  it('starts with the same commit pushed to master and develop', async () => {
    const pushed = (await repository.git('ls-remote', 'origin')).split('\n').map((line) => line.split('\t'));
    const head = await repository.git('rev-parse', 'HEAD');

    expect(pushed).toEqual([
      [head, 'HEAD'],
      [head, 'refs/heads/develop'],
      [head, 'refs/heads/master'],
    ]);
  });

  it('tells what a push changed', async () => {
    const before = await repository.git('rev-parse', 'HEAD');
    const after = await repository.commit({ 'app.js': '2' }, 'Change the app');

    expect(await repository.push()).toEqual({ ref: 'refs/heads/develop', before, after });
  });

  it('says forty zeros before the first push of a branch', async () => {
    await repository.checkout('topic');

    expect((await repository.push()).before).toBe('0'.repeat(40));
  });

  it('merges as GitHub does, with a commit of two parents', async () => {
    const change = await repository.commit({ 'app.js': '2' }, 'Change the app');
    await repository.checkout('master');
    const before = await repository.git('rev-parse', 'HEAD');
    await repository.merge('develop');

    expect(await repository.git('log', '-1', '--format=%P')).toBe(`${before} ${change}`);
  });
});
