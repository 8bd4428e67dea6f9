import {
  belongsToAnother,
  ledgerTags,
  readLedger,
  tagsForRevision,
} from '../../../src/rules/record/ledger.ts';
import type { DeployFacts } from '../../../src/rules/record/ledger.ts';

const facts: DeployFacts = {
  environment: 'staging',
  commit: '1'.repeat(40),
  run: '4711',
  repository: 'acme/shop',
  content: 'src-abc',
};

const success = { migration: 'f'.repeat(32), verifiedAt: '2026-01-05T09:00:00.000Z', release: 12 };

describe('the ledger on a revision', () => {
  it('comes back as it was written', () => {
    expect(readLedger(ledgerTags({ ...facts, ...success }), 'staging')).toEqual({ ...facts, ...success });
  });

  it('is written under one prefix', () => {
    expect(ledgerTags({ ...facts, forced: 'outage' }).map(({ key }) => key)).toEqual([
      'deploy-action:environment',
      'deploy-action:commit',
      'deploy-action:run',
      'deploy-action:content',
      'deploy-action:repository',
      'deploy-action:forced',
    ]);
  });

  it.each([
    ['of another environment', ledgerTags({ ...facts, ...success }), 'production'],
    ['without tags', [], 'staging'],
    ['with tags of others only', [{ key: 'commit', value: 'x' }, { key: 'Name' }], 'staging'],
    ['that names no environment', [{ key: 'deploy-action:commit', value: 'x' }], 'staging'],
  ])('says nothing on a revision %s', (_reason, tags, environment) => {
    expect(readLedger(tags, environment)).toEqual({});
  });

  it.each([['0'], ['-1'], ['many'], ['1.5'], ['']])('does not take %j for a release number', (value) => {
    const tags = [...ledgerTags(facts), { key: 'deploy-action:release', value }];

    expect(readLedger(tags, 'staging').release).toBeUndefined();
  });

  it.each([
    ['another’s', ledgerTags(facts), 'production', true],
    ['our own', ledgerTags(facts), 'staging', false],
    ['nobody’s, as far as tags tell', [], 'staging', false],
  ])('knows whose revision it is: %s', (_reason, tags, environment, expected) => {
    expect(belongsToAnother(tags, environment)).toBe(expected);
  });
});

describe('the value of a tag', () => {
  it.each([
    ['is kept where AWS takes it', 'Größe 1.2_3:/=+-@ ok', 'Größe 1.2_3:/=+-@ ok'],
    ['loses what AWS refuses', 'prod is down! (#12)\n"now"', 'prod is down_ __12___now_'],
    ['is cut at 256 characters', 'x'.repeat(300), 'x'.repeat(256)],
    ['does not begin with aws:', 'AWS:root', '_AWS:root'],
    ['has no space at its ends', '  tidy  ', 'tidy'],
  ])('%s', (_reason, forced, expected) => {
    expect(ledgerTags({ forced })).toEqual([{ key: 'deploy-action:forced', value: expected }]);
  });
});

describe('the tags of a new revision', () => {
  it('are the old ones and the ledger’s', () => {
    expect(tagsForRevision([{ key: 'team', value: 'shop' }, { key: 'empty' }], facts)).toEqual({
      tags: [{ key: 'team', value: 'shop' }, { key: 'empty', value: '' }, ...ledgerTags(facts)],
      leftOut: [],
    });
  });

  it('do not claim what was true of the old revision: its migration, its release, its force', () => {
    const old = ledgerTags({ ...facts, ...success, forced: 'outage' });

    expect(tagsForRevision(old, facts).tags).toEqual(ledgerTags(facts));
  });

  it('leave out tags that only AWS may set', () => {
    expect(tagsForRevision([{ key: 'aws:cloudformation:stack-name', value: 'x' }], facts).tags).toEqual(
      ledgerTags(facts),
    );
  });

  it('are fifty at most: the user’s stay, the least needed of the ledger are named as left out', () => {
    const existing = Array.from({ length: 47 }, (_, index) => ({ key: `k${index}`, value: '' }));

    const { tags, leftOut } = tagsForRevision(existing, facts);

    expect(tags).toHaveLength(50);
    expect(tags.slice(47).map(({ key }) => key)).toEqual([
      'deploy-action:environment',
      'deploy-action:commit',
      'deploy-action:run',
    ]);
    expect(leftOut).toEqual(['deploy-action:content', 'deploy-action:repository']);
  });
});
