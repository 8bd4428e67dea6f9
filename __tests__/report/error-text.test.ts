import { AwsError, DeployError, UsageError, type Problem } from '../../src/errors.ts';
import { errorAnnotations } from '../../src/report/annotations.ts';
import { errorPage, errorReport, errorText, reasons } from '../../src/report/error-text.ts';

const denied = new AwsError('AWS_ACCESS_DENIED', {
  action: 'ecs:UpdateService',
  awsCode: 'AccessDeniedException',
  awsMessage: 'not authorized',
  requestId: 'req-1',
  retryable: false,
});

const PROBLEMS: [Problem, ...Problem[]] = [
  {
    code: 'CONFIG_INVALID',
    message: 'unknown key `clutser`',
    hint: 'Did you mean `cluster`?',
    file: 'deploy.yml',
    line: 3,
    column: 7,
  },
  { code: 'INPUT_INVALID', message: 'input `timeout` must be a duration' },
];

describe('an error in the log', () => {
  it('says what failed with its code, then what came with it, then what to do and where to read on', () => {
    expect(
      errorText(
        new DeployError('BUILD_FAILED', 'build: exit 1', { hint: 'Read the output.', details: ['a', 'b'] }),
      ),
    ).toEqual({
      before: ['✗ BUILD_FAILED: build: exit 1'],
      details: ['a', 'b'],
      after: ['  What to do: Read the output.', '  More about it: docs/errors.md#build_failed'],
    });
  });

  it('has the code and the request id that AWS gave', () => {
    expect(errorText(denied).before).toEqual([
      '✗ AWS_ACCESS_DENIED: ecs:UpdateService: not authorized (AccessDeniedException, request req-1)',
    ]);
  });

  it('has the places of all problems of a configuration', () => {
    expect(errorText(new UsageError(PROBLEMS)).before).toEqual([
      '✗ CONFIG_INVALID: deploy.yml:3:7: unknown key `clutser`',
      '  What to do: Did you mean `cluster`?',
      '✗ INPUT_INVALID: input `timeout` must be a duration',
    ]);
  });

  it('says once for each code where to read on, however many problems have it', () => {
    expect(errorText(new UsageError([...PROBLEMS, ...PROBLEMS])).after).toEqual([
      '  More about it: docs/errors.md#config_invalid',
      '  More about it: docs/errors.md#input_invalid',
    ]);
  });

  it('points at a heading as GitHub names it', () => {
    expect(errorPage('ROLE_DENIED')).toBe('docs/errors.md#role_denied');
  });
});

describe('the reasons behind an error', () => {
  const chain = (cause: unknown) => reasons(new DeployError('INTERNAL', 'outer', { cause }));

  it.each<[cause: unknown, expected: string[], reason: string]>([
    [undefined, [], 'no cause'],
    [new Error('inner', { cause: new Error('innermost') }), ['inner', 'innermost'], 'a chain'],
    [new Error('outer'), [], 'what was said already'],
    [new Error('inner', { cause: new Error('inner') }), ['inner'], 'what an inner one repeats'],
    [
      new AggregateError([new Error('one'), new Error('two')], 'all failed'),
      ['all failed', 'one', 'two'],
      'several at once',
    ],
    ['a string', ['a string'], 'a thrown string'],
    [{ odd: true }, [], 'a thrown object'],
    [
      Object.assign(new Error(''), {
        name: 'UnknownError',
        $metadata: { httpStatusCode: 403, requestId: 'r' },
      }),
      ['UnknownError (HTTP 403, request r)'],
      'an SDK error without a message',
    ],
    [Object.assign(new Error(''), { name: 'Odd' }), ['Odd'], 'an error without anything'],
  ])('%p → %j (%s)', (cause, expected) => {
    expect(chain(cause)).toEqual(expected);
  });

  it('end where the causes go in a circle', () => {
    const circle = new Error('inner');
    circle.cause = circle;
    expect(chain(circle)).toEqual(['inner']);
  });
});

describe('an error in the report', () => {
  it('has all problems of a configuration as details', () => {
    expect(errorReport(new UsageError(PROBLEMS))).toEqual({
      code: 'CONFIG_INVALID',
      message: '2 problems in the configuration',
      details: [
        'deploy.yml:3:7: unknown key `clutser`',
        '  Did you mean `cluster`?',
        'input `timeout` must be a duration',
      ],
    });
  });

  it('has a single problem with its place as the message', () => {
    expect(errorReport(new UsageError([PROBLEMS[0]]))).toEqual({
      code: 'CONFIG_INVALID',
      message: 'deploy.yml:3:7: unknown key `clutser`',
      hint: 'Did you mean `cluster`?',
      details: [],
    });
  });
});

describe('the annotations of an error', () => {
  it('are one, with the hint', () => {
    expect(
      errorAnnotations(new DeployError('ROLE_DENIED', 'the role is denied', { hint: 'Look there.' })),
    ).toEqual([{ level: 'error', title: 'ROLE_DENIED', message: 'the role is denied\nLook there.' }]);
  });

  it('stand at the places of the problems', () => {
    expect(errorAnnotations(new UsageError(PROBLEMS))).toEqual([
      {
        level: 'error',
        title: 'CONFIG_INVALID',
        message: 'unknown key `clutser`\nDid you mean `cluster`?',
        file: 'deploy.yml',
        line: 3,
        column: 7,
      },
      { level: 'error', title: 'INPUT_INVALID', message: 'input `timeout` must be a duration' },
    ]);
  });

  it.each([
    [10, 10, 'ten fit'],
    [11, 10, 'the tenth counts the rest'],
    [40, 10, 'however many there are'],
  ])('of %i problems are %i: %s', (problems, expected) => {
    const [first, ...rest] = Array.from({ length: problems }, (_, index): Problem => ({
      code: 'CONFIG_INVALID',
      message: `p${index}`,
    }));
    const annotations = errorAnnotations(new UsageError([first!, ...rest]));
    expect(annotations).toHaveLength(expected);
    if (problems > 10)
      expect(annotations.at(-1)?.message).toBe(`${problems - 9} more problems: see the log.`);
  });

  it('are no longer than GitHub shows', () => {
    const [annotation] = errorAnnotations(new DeployError('BUILD_FAILED', 'x'.repeat(5000)));
    expect(annotation?.message).toHaveLength(4096);
  });
});
