import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gitCheckout } from '../../../src/adapters/git/git.ts';

const folders: string[] = [];

function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'deploy-git-'));
  folders.push(folder);
  return folder;
}

function git(folder: string, ...args: string[]): string {
  const identity = [
    '-c',
    'user.name=Test',
    '-c',
    'user.email=test@example.com',
    '-c',
    'commit.gpgsign=false',
  ];
  return execFileSync('git', [...identity, ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: 'pipe',
    env: process.env,
  }).trim();
}

/** Three commits on develop, and one beside them on another branch. */
function repository() {
  const folder = newFolder();
  git(folder, 'init', '--quiet', '--initial-branch', 'develop');
  const commit = (subject: string) => {
    git(folder, 'commit', '--quiet', '--allow-empty', '-m', subject);
    return git(folder, 'rev-parse', 'HEAD');
  };
  const first = commit('First');
  git(folder, 'checkout', '--quiet', '-b', 'aside');
  const aside = commit('Aside');
  git(folder, 'checkout', '--quiet', 'develop');
  const second = commit('Second');
  const third = commit('Third: ::error::x\n\nbody');
  return { folder, first, second, third, aside };
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describe('the git of a checkout', () => {
  it('knows the commit, the branch and the subject', async () => {
    const { folder, third } = repository();
    const checkout = gitCheckout({ folder });
    expect(await checkout.headCommit()).toBe(third);
    expect(await checkout.currentBranch()).toBe('develop');
    expect(await checkout.subject(third)).toBe('Third: ::error::x');
  });

  it('has no branch where the head is detached', async () => {
    const { folder, first } = repository();
    git(folder, 'checkout', '--quiet', '--detach', first);
    const checkout = gitCheckout({ folder });
    expect(await checkout.currentBranch()).toBeUndefined();
    expect(await checkout.headCommit()).toBe(first);
  });

  it('tells ancestors from others', async () => {
    const { folder, first, third, aside } = repository();
    const checkout = gitCheckout({ folder });
    expect(await checkout.isAncestor(first, third)).toBe(true);
    expect(await checkout.isAncestor(third, third)).toBe(true);
    expect(await checkout.isAncestor(third, first)).toBe(false);
    expect(await checkout.isAncestor(aside, third)).toBe(false);
  });

  it('does not know about commits that it does not have', async () => {
    const { folder, third } = repository();
    const checkout = gitCheckout({ folder });
    expect(await checkout.isAncestor('1'.repeat(40), third)).toBeUndefined();
    expect(await checkout.isAncestor(third, '1'.repeat(40))).toBeUndefined();
    expect(await checkout.subject('1'.repeat(40))).toBeUndefined();
  });

  it('says no only where it has the whole history: a shallow clone says yes or nothing', async () => {
    const { folder: origin, first, third } = repository();
    const folder = newFolder();
    git(folder, 'clone', '--quiet', '--depth', '1', '--branch', 'develop', `file://${origin}`, '.');
    // A second root without a common history, as a shallow clone of two branches has it.
    git(folder, 'fetch', '--quiet', '--depth', '1', 'origin', 'aside:aside');
    const checkout = gitCheckout({ folder });
    expect(await checkout.isAncestor(first, third)).toBeUndefined();
    expect(await checkout.isAncestor(git(folder, 'rev-parse', 'aside'), third)).toBeUndefined();
    expect(await checkout.isAncestor(third, third)).toBe(true);
  });

  it('deepens a shallow clone until it can tell, and nothing else', async () => {
    const { folder: origin, first, third } = repository();
    const folder = newFolder();
    git(folder, 'clone', '--quiet', '--depth', '1', '--branch', 'develop', `file://${origin}`, '.');
    const checkout = gitCheckout({ folder });
    expect(await checkout.deepen()).toBe(true);
    expect(await checkout.isAncestor(first, third)).toBe(true);
    expect(git(folder, 'rev-parse', 'HEAD')).toBe(third);
    expect(git(folder, 'status', '--porcelain')).toBe('');
    // The history is whole now, and a clone without a remote has nobody to ask.
    expect(await checkout.deepen()).toBe(false);
  });

  it.each([
    ['https://github.com/acme/shop.git', 'acme/shop'],
    ['https://github.com/acme/shop', 'acme/shop'],
    ['https://token@github.com/acme/shop/', 'acme/shop'],
    ['git@github.com:acme/shop.git', 'acme/shop'],
    ['ssh://git@git.example.com:2222/acme/shop.git', 'acme/shop'],
    ['git@gitlab.example.com:group/sub/shop.git', 'group/sub/shop'],
    ['/srv/git/shop.git', undefined],
    ['file:///srv/git/shop.git', undefined],
    ['../shop', undefined],
  ])('reads the repository from the remote %s: %s', async (address, expected) => {
    const folder = newFolder();
    git(folder, 'init', '--quiet');
    git(folder, 'remote', 'add', 'origin', address);
    expect(await gitCheckout({ folder }).originRepository()).toBe(expected);
  });

  it('never takes a name for an option', async () => {
    const { folder, third } = repository();
    const checkout = gitCheckout({ folder });
    const target = path.join(folder, 'written');
    expect(await checkout.subject(`--output=${target}`)).toBeUndefined();
    expect(await checkout.isAncestor('--help', third)).toBeUndefined();
    expect(existsSync(target)).toBe(false);
  });

  it('knows nothing outside a checkout, and nothing of a folder that is gone', async () => {
    const folder = newFolder();
    writeFileSync(path.join(folder, 'file'), '');
    for (const checkout of [gitCheckout({ folder }), gitCheckout({ folder: path.join(folder, 'gone') })]) {
      expect(await checkout.headCommit()).toBeUndefined();
      expect(await checkout.currentBranch()).toBeUndefined();
      expect(await checkout.originRepository()).toBeUndefined();
      expect(await checkout.isAncestor('HEAD', 'HEAD')).toBeUndefined();
      expect(await checkout.subject('HEAD')).toBeUndefined();
    }
  });

  it('reads a checkout that belongs to another user', async () => {
    const { folder, third } = repository();
    const environment = {
      // git's own switch for its tests of safe.directory, and nothing of this machine's settings.
      GIT_TEST_ASSUME_DIFFERENT_OWNER: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
    };
    const before = process.env;
    process.env = { ...before, ...environment };
    try {
      expect(() => git(folder, 'rev-parse', 'HEAD')).toThrow('dubious ownership');
      expect(await gitCheckout({ folder }).headCommit()).toBe(third);
    } finally {
      process.env = before;
    }
  });
});
