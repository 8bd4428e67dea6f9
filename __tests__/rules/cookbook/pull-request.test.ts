import {
  changesOfCommit,
  closedBody,
  commitMessage,
  pullRequestText,
  readMarker,
} from '../../../src/rules/cookbook/pull-request.ts';

const FINGERPRINT = 'a'.repeat(64);
const raise = (name: string, why = 'content changed') => ({
  name,
  from: '1.2.3',
  to: '1.2.4',
  level: 'patch' as const,
  why,
});

describe('the text of the pull request', () => {
  it('names every cookbook with both numbers, level and why, and what its merge does', () => {
    const { title, body } = pullRequestText({
      raises: [raise('nginx'), { ...raise('base'), to: '2.0.0', level: 'major' }],
      problems: [
        { cookbook: 'x', file: 'c/x/metadata.rb', line: 3, message: 'states it twice', hint: 'Leave one.' },
      ],
      pulls: [3, 4],
      deploys: 'production',
      fingerprint: FINGERPRINT,
    });
    expect(title).toBe('Bump cookbooks: nginx 1.2.4, base 2.0.0');
    expect(body).toContain('| `nginx` | 1.2.3 | 1.2.4 | patch | content changed |');
    expect(body).toContain('Merging this deploys infrastructure to **production**.');
    expect(body).toContain('Changes came with #3, #4.');
    expect(body).toContain('- `c/x/metadata.rb:3` states it twice. Leave one.');
    expect(readMarker(body)).toMatchObject({ fingerprint: FINGERPRINT, closedByUs: false });
    expect(readMarker(closedBody(body))).toMatchObject({ fingerprint: FINGERPRINT, closedByUs: true });
    expect(readMarker(closedBody(closedBody(body)))).toMatchObject({ closedByUs: true });
  });

  it('stays below what GitHub takes, with its marker, for hundreds of cookbooks with long reasons', () => {
    const raises = Array.from({ length: 900 }, (_, index) => raise(`cookbook-${index}`, '|`@'.repeat(200)));
    const { title, body } = pullRequestText({ raises, problems: [], pulls: [], fingerprint: FINGERPRINT });
    expect(title.length).toBeLessThanOrEqual(256);
    expect(title).toMatch(/ and \d+ more$/u);
    expect(Buffer.byteLength(body)).toBeLessThan(65_000);
    expect(readMarker(body)?.fingerprint).toBe(FINGERPRINT);
  });

  it('our commits are told from a person’s, also from one that amends ours', () => {
    const tree = 'b'.repeat(40);
    const message = commitMessage('Bump', FINGERPRINT, tree);
    expect(changesOfCommit({ message, tree })).toBe(FINGERPRINT);
    expect(changesOfCommit({ message, tree: 'c'.repeat(40) })).toBeUndefined();
    expect(changesOfCommit({ message: 'Mine', tree })).toBeUndefined();
  });
});
