import type { Outcome } from '../../../src/errors.ts';
import { needsVerify, type RolledService } from '../../../src/rules/verify/needs-verify.ts';
import { addTry, urlProblem, type UrlAnswer } from '../../../src/rules/verify/url-verdict.ts';
import { verifyError } from '../../../src/rules/verify/verify-error.ts';

describe('what an address answers', () => {
  const url = 'https://shop.example.com/health';
  const answer = (more: Partial<UrlAnswer>): UrlAnswer => ({ status: 200, body: '', isCut: false, ...more });

  it.each<[string, Partial<UrlAnswer>, { statuses?: number[]; body?: string }, string | undefined]>([
    ['the status', {}, {}, undefined],
    ['one of the statuses', { status: 204 }, { statuses: [200, 204] }, undefined],
    ['another status', { status: 503 }, {}, 'it answered 503'],
    ['a 2xx that was not asked for', { status: 201 }, {}, 'it answered 201'],
    ['the text', { body: '{"ok":true}' }, { body: '"ok":true' }, undefined],
    [
      'another text, which is not told',
      { body: 'secret' },
      { body: 'ok' },
      'it answered 200, but the body (6 characters) does not contain the text',
    ],
    [
      'more than is read',
      { body: 'long', isCut: true },
      { body: 'ok' },
      'it answered 200, but the beginning of the body (4 characters) does not contain the text',
    ],
    ['a redirect that was asked for', { status: 302, location: '/x' }, { statuses: [302] }, undefined],
    [
      'a redirect, without what its address may hold',
      { status: 302, location: '/login?token=abc#x' },
      {},
      'it answered 302, a redirect to https://shop.example.com/login, which is not followed',
    ],
    [
      'a redirect to nowhere',
      { status: 301, location: 'https://[' },
      {},
      'it answered 301, a redirect to `https://[`, which is not followed',
    ],
  ])('%s', (_what, given, expected, problem) => {
    expect(urlProblem({ url, statuses: [200], ...expected }, answer(given))).toBe(problem);
  });

  it('is told once, with how often it came', () => {
    const told = ['a', 'a', 'b', 'a', 'a', 'a'].reduce<string[]>((lines, line) => addTry(lines, line, 2), []);
    expect(told).toEqual(['b', '3 × a']);
  });
});

describe('whether a release is verified after its rollouts', () => {
  const service = (name: string, outcome: Outcome, isRecorded = false): RolledService => ({
    name,
    outcome,
    isRecorded,
  });

  it.each<[string, RolledService[], string[], string | undefined]>([
    ['changed', [service('web', 'completed')], [], undefined],
    [
      'one of two changed',
      [service('web', 'completed'), service('worker', 'no-change', true)],
      [],
      undefined,
    ],
    ['unchanged and released', [service('web', 'no-change', true)], [], 'nothing was changed'],
    ['unchanged and never released', [service('web', 'no-change')], [], undefined],
    [
      'unchanged, one of two never released',
      [service('web', 'no-change', true), service('worker', 'no-change')],
      [],
      undefined,
    ],
    ['passed at its hook', [service('web', 'completed')], ['web'], 'web passed at the lifecycle hook'],
    [
      'one of two passed at its hook',
      [service('web', 'completed'), service('worker', 'completed')],
      ['web'],
      undefined,
    ],
    [
      'the one that changed passed at its hook',
      [service('web', 'completed'), service('worker', 'no-change')],
      ['web'],
      'web passed at the lifecycle hook',
    ],
  ])('%s', (_what, services, passed, reason) => {
    expect(needsVerify(services, passed)).toEqual(
      reason === undefined ? { needed: true } : { needed: false, reason },
    );
  });
});

describe('the error of a verification that did not pass', () => {
  const failed = { title: '`./smoke.sh`', reason: 'exited with code 1', tail: ['no cart'] };
  const service = (name: string, outcome: Outcome, reason?: string) => ({
    name,
    outcome,
    stopReasons: [],
    ...(reason === undefined ? {} : { reason }),
  });

  it.each<[Outcome[], string, Outcome]>([
    [['rolled-back', 'rolled-back'], 'VERIFY_FAILED', 'rolled-back'],
    [['rolled-back', 'no-change'], 'VERIFY_FAILED', 'rolled-back'],
    [['rolled-back', 'superseded'], 'VERIFY_FAILED', 'rolled-back'],
    [['failed', 'rolled-back'], 'VERIFY_FAILED_LEFT', 'failed'],
    [['failed', 'failed'], 'VERIFY_FAILED_LEFT', 'failed'],
    [['superseded', 'superseded'], 'ROLLOUT_SUPERSEDED', 'superseded'],
    [['rollback-failed', 'rolled-back'], 'ROLLBACK_FAILED', 'rollback-failed'],
    [['timed-out', 'rolled-back'], 'ROLLOUT_TIMED_OUT', 'timed-out'],
  ])('%s: %s', (outcomes, code, outcome) => {
    const error = verifyError(
      outcomes.map((each, index) => service(`s${index}`, each)),
      failed,
    );
    expect({ code: error.code, outcome: error.outcome }).toEqual({ code, outcome });
    const told = `${error.message} ${error.cause instanceof Error ? error.cause.message : ''}`;
    expect(told).toContain('verification: `./smoke.sh` exited with code 1');
  });

  it('says where each service is, and what the migration left', () => {
    const error = verifyError([service('web', 'rolled-back', 'back on web:1')], failed, { migrated: true });
    expect(error.message).toBe(
      'verification: `./smoke.sh` exited with code 1; web rolled-back (back on web:1)',
    );
    expect(error.hint).toContain('The migration of this run succeeded and is not undone');
    expect(error.details).toEqual(['no cart']);
  });
});
