import fc from 'fast-check';
import { asAwsError } from '../../src/adapters/aws/error.ts';
import { asText, encodePath, mergedOf, ownCommentOf } from '../../src/adapters/github/shapes.ts';
import { isLimit, hintForRefusal } from '../../src/rules/codebuild/start-refusal.ts';
import { phaseLines, queueLine } from '../../src/rules/codebuild/build-progress.ts';
import { judgeBuild, type BuildFacts } from '../../src/rules/codebuild/build-verdict.ts';
import { GATED_SEVERITIES, scanVerdict } from '../../src/rules/image/scan-verdict.ts';
import { expiringRules } from '../../src/rules/preflight/lifecycle-policy.ts';
import { eventHints } from '../../src/rules/rollout/event-hints.ts';
import { newEvents } from '../../src/rules/rollout/service-events.ts';
import { filledIn } from '../../src/rules/task-definition/template.ts';
import { accountIdsIn, withoutAccountIds } from '../../src/rules/text/account-ids.ts';

// What AWS and GitHub answer off the happy path: members that are missing, words nobody knows, text of any kind. The same
// answers every time, unless FUZZ_SEED asks for others.
const RUNS = { numRuns: 300, seed: Number(process.env['FUZZ_SEED'] ?? 20_261_121) };

const text = fc.string({ unit: 'binary', maxLength: 200 });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const check = <T>(values: fc.Arbitrary<T>, property: (value: T) => void) =>
  fc.assert(fc.property(values, property), RUNS);

describe('CodeBuild', () => {
  const status = fc.oneof(
    fc.constantFrom('SUCCEEDED', 'FAILED', 'FAULT', 'STOPPED', 'TIMED_OUT', 'IN_PROGRESS', 'CLIENT_ERROR'),
    text,
  );
  const phase = fc.record({
    phaseType: maybe(fc.oneof(fc.constantFrom('SUBMITTED', 'QUEUED', 'BUILD', 'COMPLETED'), text)),
    phaseStatus: maybe(status),
    durationInSeconds: maybe(fc.integer()),
    contexts: maybe(fc.array(fc.record({ statusCode: maybe(text), message: maybe(text) }), { maxLength: 3 })),
  });
  const build: fc.Arbitrary<BuildFacts> = fc.record({
    buildStatus: maybe(status),
    buildComplete: maybe(fc.boolean()),
    currentPhase: maybe(fc.oneof(fc.constantFrom('QUEUED', 'BUILD', 'COMPLETED'), text)),
    phases: maybe(fc.array(phase, { maxLength: 12 })),
  });

  it('a build succeeded only where it is over and says SUCCEEDED', () => {
    check(build, (answer) => {
      const isOver = answer.buildComplete === true || answer.currentPhase === 'COMPLETED';
      expect(judgeBuild(answer).state === 'succeeded').toBe(isOver && answer.buildStatus === 'SUCCEEDED');
    });
  });

  it('a phase is told once', () => {
    check(fc.array(build, { maxLength: 6 }), (looks) => {
      const told = new Set<string>();
      for (const look of [...looks, ...looks]) phaseLines(look, told);
      expect(looks.flatMap((look) => phaseLines(look, told))).toEqual([]);
    });
  });

  it('a queue is counted, whatever its builds are', () => {
    check(fc.array(build), (builds) => {
      const [running = NaN, queued = NaN] = (queueLine('p', builds).match(/\d+/g) ?? []).map(Number);
      expect(running + queued).toBeLessThanOrEqual(builds.length);
    });
  });

  it('only a limit that lets some build run is waited for', () => {
    const code = fc.oneof(fc.constantFrom('AccountLimitExceededException', 'InvalidInputException'), text);
    check(fc.tuple(code, fc.nat({ max: 60 }), text), ([awsCode, limit, more]) => {
      const awsMessage = `Cannot have more than ${limit} builds running for the project ${more}`;
      expect(isLimit({ awsCode, awsMessage })).toBe(awsCode === 'AccountLimitExceededException' && limit > 0);
      expect(hintForRefusal({ awsCode, awsMessage }, 'p')).not.toBe('');
    });
  });
});

describe('ECS and ECR', () => {
  it('an event of a service is shown once, and only what came since', () => {
    const event = fc.record({
      id: maybe(text),
      createdAt: maybe(fc.date({ noInvalidDate: false })),
      message: maybe(text),
    });
    check(fc.array(event), (events) => {
      const fresh = newEvents(events, 1_000_000, new Set());
      expect(fresh.every(({ createdAt }) => (createdAt?.getTime() ?? 0) >= 999_000)).toBe(true);
      expect(newEvents(events, 1_000_000, new Set(fresh.map(({ id = '' }) => id)))).toEqual([]);
      const hints = eventHints(events, 0, []);
      expect(eventHints(events, 0, hints)).toEqual([]);
    });
  });

  it('a lifecycle policy without a list of rules cannot be read, and each rule is told at most once', () => {
    const other = fc.oneof(text, fc.json({ maxDepth: 6 })).filter((policy) => !policy.includes('rules'));
    check(other, (policy) => expect(expiringRules(policy, ['src-1'])).toBeUndefined());
    const selection = fc.record(
      {
        tagStatus: fc.oneof(fc.constantFrom('any', 'tagged', 'untagged'), text),
        tagPrefixList: fc.array(text),
        tagPatternList: fc.array(fc.oneof(fc.constantFrom('*', 'src-*', '['), text)),
        countType: text,
        countNumber: fc.anything(),
      },
      { requiredKeys: [] },
    );
    check(fc.array(fc.record({ rulePriority: fc.anything(), selection })), (rules) => {
      expect(expiringRules(JSON.stringify({ rules }), ['src-1'])?.length).toBeLessThanOrEqual(rules.length);
    });
  });

  it('no status of a scan but COMPLETE and ACTIVE lets an image through', () => {
    const scan = fc.record({
      status: fc.oneof(fc.constantFrom('COMPLETE', 'ACTIVE', 'PENDING', 'FAILED'), text),
      counts: fc.dictionary(fc.oneof(fc.constantFrom('CRITICAL', 'HIGH', 'LOW'), text), fc.nat()),
      findings: fc.array(
        fc.record({ name: text, severity: fc.oneof(fc.constantFrom('CRITICAL', 'HIGH'), text) }),
      ),
    });
    check(fc.tuple(scan, fc.constantFrom(...GATED_SEVERITIES)), ([answer, failOn]) => {
      const { state } = scanVerdict(answer, failOn);
      const hasResult = answer.status === 'COMPLETE' || answer.status === 'ACTIVE';
      expect(state === 'passed' || state === 'found').toBe(hasResult);
      if ((answer.counts['CRITICAL'] ?? 0) > 0) expect(state).not.toBe('passed');
    });
  });
});

describe('any error of AWS', () => {
  it('has a code of ours, and keeps what AWS said', () => {
    check(
      fc.record({ name: text, message: text, status: maybe(fc.integer({ min: 0, max: 999 })) }),
      (answer) => {
        const thrown = Object.assign(new Error(answer.message), {
          name: answer.name,
          $metadata: { httpStatusCode: answer.status },
        });
        const error = asAwsError(thrown, { service: 'ecs', operation: 'UpdateService' });
        expect(error.code).toMatch(/^AWS_/);
        expect(error.message).toContain('ecs:UpdateService');
      },
    );
  });
});

describe('GitHub', () => {
  it('a pull request counts when it is merged, whatever else is missing', () => {
    const node = fc.record({
      number: fc.nat(),
      merged: fc.boolean(),
      author: fc.option(fc.record({ login: text })),
      labels: fc.option(fc.record({ nodes: fc.option(fc.array(fc.option(fc.record({ name: text })))) })),
    });
    check(fc.option(node), (pull) => {
      expect(mergedOf(pull)).toHaveLength(pull?.merged === true ? 1 : 0);
    });
  });

  it('a comment is ours only where GitHub says so', () => {
    const node = fc.record({
      fullDatabaseId: fc.option(fc.nat().map(String)),
      body: text,
      url: text,
      viewerDidAuthor: fc.boolean(),
    });
    check(fc.option(node), (comment) => {
      const isOurs = comment?.viewerDidAuthor === true && comment.fullDatabaseId !== null;
      expect(ownCommentOf(comment)).toHaveLength(isOurs ? 1 : 0);
    });
  });

  it('bytes of a file are text only where they come back the same', () => {
    check(fc.uint8Array(), (bytes) => {
      const read = asText(bytes);
      if (read !== undefined) expect(new TextEncoder().encode(read)).toEqual(bytes);
    });
  });

  it('a branch in an address keeps its slashes and nothing that has a meaning there', () => {
    check(fc.string({ unit: 'grapheme' }), (branch) => {
      expect(encodePath(branch)).not.toMatch(/[?#\s]/);
      expect(decodeURIComponent(encodePath(branch))).toBe(branch);
    });
  });
});

describe('text of task definitions and logs', () => {
  it('what a template asks for and is not there is named with its line', () => {
    const part = fc.oneof(
      fc.constantFrom(
        '{{',
        '}}',
        '{{ must_env `A` }}',
        '{{ env `B` `c` }}',
        '{{ ssm `x` }}',
        '`',
        '{{.Name}}',
        '"',
      ),
      text,
    );
    check(
      fc.array(part).map((parts) => parts.join('')),
      (template) => {
        const { problems } = filledIn(template, () => undefined);
        expect(problems.filter((problem) => !/^line \d+: /.test(problem))).toEqual([]);
      },
    );
  });

  it('an account id that was found stands nowhere any more', () => {
    const id = fc.stringMatching(/^\d{12}$/);
    check(fc.tuple(id, text, text), ([account, before, after]) => {
      const told = `${before} arn:aws:ecs:eu-west-1:${account}:cluster/x ${after}`;
      expect(accountIdsIn(told)).toContain(account);
      expect(withoutAccountIds(told, accountIdsIn(told))).not.toContain(`:${account}:`);
    });
  });
});
