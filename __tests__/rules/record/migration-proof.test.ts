import { migrationKey, migrationProof } from '../../../src/rules/record/migration-proof.ts';
import type { ServiceEvidence } from '../../../src/rules/record/migration-proof.ts';

const KEY = migrationKey('sha256:aa', ['bin/rails', 'db:migrate']);
const OTHER = migrationKey('sha256:bb', ['bin/rails', 'db:migrate']);

const service = (name: string, alreadyRuns: boolean, migration: string | undefined): ServiceEvidence => ({
  service: name,
  alreadyRuns,
  migration,
});

describe('a migration is left out', () => {
  it.each<[reason: string, evidence: ServiceEvidence[], proven: boolean, says: RegExp]>([
    [
      'where all run it and all record it',
      [service('web', true, KEY), service('worker', true, KEY)],
      true,
      /already runs/,
    ],
    [
      'never where a service is to change',
      [service('web', true, KEY), service('worker', false, KEY)],
      false,
      /worker$/,
    ],
    ['never without a record', [service('web', true, undefined)], false, /no record/],
    [
      'never where one service has no record',
      [service('web', true, KEY), service('worker', true, undefined)],
      false,
      /no record/,
    ],
    [
      'never on the record of another image or command',
      [service('web', true, OTHER)],
      false,
      /another migration/,
    ],
    ['never where no service is known', [], false, /no service/],
  ])('%s', (_reason, evidence, proven, says) => {
    const proof = migrationProof(KEY, evidence);

    expect(proof.proven).toBe(proven);
    expect(proof.reason).toMatch(says);
  });
});

describe('a migration is another one', () => {
  it.each([
    ['with another image', 'sha256:bb', ['bin/rails', 'db:migrate']],
    ['with another command', 'sha256:aa', ['bin/rails', 'db:seed']],
    ['with the same words split differently', 'sha256:aa', ['bin/rails db:migrate']],
  ])('%s', (_reason, digest, command) => {
    expect(migrationKey(digest, command)).not.toBe(KEY);
  });

  it('and its key fits into a tag', () => {
    expect(KEY).toMatch(/^[0-9a-f]{32}$/);
  });
});
