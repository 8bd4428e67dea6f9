import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFakeShop, type FakeShop } from './fake-shop.ts';

// The SDK loads the rarer sources of its default chain on demand, from files of dist/ beside index.js.
describe('the SDK looks for credentials where it always does', () => {
  let shop: FakeShop;
  let folder: string;

  beforeEach(async () => {
    shop = await openFakeShop();
    folder = mkdtempSync(join(tmpdir(), 'aws-'));
  });

  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await shop.close();
  });

  it.each([
    ['a profile with keys', () => 'aws_access_key_id = AKIAPROFILE\naws_secret_access_key = not-a-secret\n'],
    ['a profile that asks a program', () => `credential_process = ${program()}\n`],
  ])('%s', async (_source, profile) => {
    const config = join(folder, 'config');
    writeFileSync(config, `[profile shop]\n${profile()}`);
    const keys = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
    const withoutKeys = Object.entries(shop.environment).filter(([name]) => !keys.includes(name));

    const run = await shop.run({
      environment: { ...Object.fromEntries(withoutKeys), AWS_PROFILE: 'shop', AWS_CONFIG_FILE: config },
    });

    expect({ exitCode: run.exitCode, stdout: run.stdout }).toMatchObject({ exitCode: 0 });
    expect(new Set(shop.aws.calls.map(({ accessKeyId }) => accessKeyId))).toEqual(new Set(['AKIAPROFILE']));
  });

  function program(): string {
    const path = join(folder, 'credentials');
    writeFileSync(
      path,
      `#!/bin/sh\necho '{"Version":1,"AccessKeyId":"AKIAPROFILE","SecretAccessKey":"not-a-secret"}'\n`,
    );
    chmodSync(path, 0o755);
    return path;
  }
});
