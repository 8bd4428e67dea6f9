import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { githubEvent } from '../../src/adapters/host/github-event.ts';
import { parseConfigFile } from '../../src/config/file.ts';
import { GRAMMARS } from '../../src/config/input-grammars.ts';
import { readClaims } from '../../src/rules/aws/trust-policy.ts';
import { readCookbook } from '../../src/rules/cookbook/read-cookbook.ts';
import { parseDockerIgnore } from '../../src/rules/image/docker-ignore.ts';
import {
  buildHint,
  digestInMetadata,
  judgePushFailure,
  readBuildFailure,
} from '../../src/rules/image/docker-output.ts';
import { formatImageReference, parseImageReference } from '../../src/rules/image/image-ref.ts';
import { readChain } from '../../src/rules/init/read-chain.ts';
import { ledgerTags, readLedger } from '../../src/rules/record/ledger.ts';
import { readSavedState } from '../../src/rules/record/saved-state.ts';
import { advance, HEAD_OF_LOG } from '../../src/rules/task/log-cursor.ts';
import { groupStopReasons, hintForStopReason } from '../../src/rules/task/stop-reasons.ts';
import { parseTaskDefinitionFile } from '../../src/rules/task-definition/task-definition-file.ts';
import { containersOf, registrable } from '../../src/rules/task-definition/task-definition.ts';
import type { JsonObject } from '../../src/rules/text/json.ts';
import { inertLine, inertLines } from '../../src/rules/text/inert.ts';
import { code, fenced, prose } from '../../src/rules/text/markdown.ts';
import { splitLines } from '../../src/rules/text/output-lines.ts';
import { redact } from '../../src/rules/text/redact.ts';

// Text from outside may be anything. Whatever it is, a parser answers, and what it answers can be used. fast-check
// prints the seed and the smallest text that breaks a promise.

// The same texts every time, unless FUZZ_SEED asks for others: a defect found by chance must not stop a release.
const RUNS = { numRuns: 300, seed: Number(process.env['FUZZ_SEED'] ?? 20_261_121) };
/** Any text, and text made of what the parsers look for. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc
    .array(
      fc.constantFrom(
        'version',
        "'1.2.3'",
        '"',
        "'",
        '\n',
        '\r\n',
        '\t',
        '{',
        '}',
        '[',
        ']',
        ':',
        ': ',
        '- ',
        '#',
        '&a',
        '*a',
        '<<: ',
        '|\n',
        '>',
        '%w',
        '<<~EOF\n',
        'EOF\n',
        '::error::',
        '##[error]',
        '::stop-commands::x',
        '\u001b[2J',
        '\u0000',
        '\\',
        '$',
        '`',
        '<script>',
        '@team',
        '..',
        '/',
        '=',
        'image',
        'services',
        'environments',
        'command',
        'sha256:',
        'jobs',
        'uses',
        'steps',
        'depends',
        'true',
        '1e9',
        '~',
        '!!js',
        '\ud800',
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join('')),
);
const check = (property: (text: string) => void) => fc.assert(fc.property(anyText, property), RUNS);

describe('configuration', () => {
  it('deploy.yml: a configuration, or problems with a place in the file', () => {
    check((text) => {
      const { config, problems } = parseConfigFile('deploy.yml', text);
      expect(config !== undefined || problems.length > 0).toBe(true);
      for (const problem of problems) expect(problem.line ?? 1).toBeGreaterThan(0);
    });
  });

  it.each(Object.keys(GRAMMARS))('the input %s: a value, or what is wrong with it', (name) => {
    check((text) => {
      const parsed = GRAMMARS[name as keyof typeof GRAMMARS](text);
      expect('value' in parsed).toBe(!('problem' in parsed));
    });
  });

  it('files of other tools: a draft, or nothing', () => {
    check((text) => {
      for (const path of ['a.yml', 'a.sh']) {
        const read = readChain(path, text);
        expect(read === undefined || Array.isArray(read.draft.notes)).toBe(true);
      }
    });
  });
});

describe('cookbooks', () => {
  it.each(['metadata.rb', 'metadata.json'])(
    '%s: a version with its place in the text, or problems',
    (file) => {
      check((text) => {
        const reading = readCookbook('cookbooks/nginx', (path) =>
          path === `cookbooks/nginx/${file}` ? text : undefined,
        );
        expect(typeof reading).toBe('object');
      });
    },
  );
});

describe('the event', () => {
  const folder = mkdtempSync(join(tmpdir(), 'event-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('any payload: facts of the right kind, or unknown', async () => {
    const path = join(folder, 'event.json');
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), anyText), anyText, async (payload, ref) => {
        writeFileSync(path, payload);
        const event = await githubEvent({
          GITHUB_EVENT_PATH: path,
          GITHUB_EVENT_NAME: 'push',
          GITHUB_REF: ref,
        });
        expect(event.kind).toBe('push');
        expect(event.before === undefined || /^[0-9a-f]{40,64}$/.test(event.before)).toBe(true);
      }),
      { ...RUNS, numRuns: 100 },
    );
  });

  it('any token: claims, or none', () => {
    check((text) => {
      for (const value of Object.values(readClaims(text))) expect(typeof value).toBe('string');
    });
  });
});

describe('logs and output', () => {
  it('no line moves the cursor of a terminal', () => {
    check((text) => {
      for (const line of [inertLine(text), ...inertLines(text)]) {
        expect(line).not.toMatch(/(?!\t)\p{Cc}/u);
      }
    });
  });

  it('pieces of any size are the same lines', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 6 }), (pieces) => {
        const whole = splitLines(pieces.join(''));
        const lines: string[] = [];
        let rest = '';
        for (const piece of pieces) {
          const split = splitLines(piece, rest);
          lines.push(...split.lines);
          rest = split.rest;
        }
        expect({ lines, rest }).toEqual(whole);
      }),
      RUNS,
    );
  });

  it('pages in any order of tokens are read without an end that is none', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            events: fc.array(fc.integer(), { maxLength: 3 }),
            nextForwardToken: fc.constantFrom('a', 'b', 'c'),
          }),
        ),
        (pages) => {
          let cursor = HEAD_OF_LOG;
          for (const { events, nextForwardToken } of pages) {
            const step = advance(cursor, { events, nextToken: nextForwardToken });
            cursor = step.cursor;
          }
          expect(cursor.taken).toBeGreaterThanOrEqual(0);
        },
      ),
      RUNS,
    );
  });

  it('build output: a failure that can be shown', () => {
    check((text) => {
      const lines = text.split('\n');
      expect(typeof readBuildFailure(lines)).toBe('object');
      expect(typeof judgePushFailure(lines)).toBe('string');
      expect(['string', 'undefined']).toContain(typeof buildHint(lines));
      expect(['string', 'undefined']).toContain(typeof digestInMetadata(text));
    });
  });

  it('stop reasons: a hint, or none', () => {
    check((text) => {
      expect(['string', 'undefined']).toContain(typeof hintForStopReason(text));
      expect(groupStopReasons([{ stoppedReason: text, containers: [{ reason: text }] }])).toHaveLength(1);
    });
  });

  it('Markdown: nothing of it is HTML, a mention or a way out of a fence', () => {
    check((text) => {
      expect(prose(text)).not.toMatch(/(?<!\\)<(?:script|img|a)\b/i);
      expect(code(text)).not.toContain('\n');
      const [fence = ''] = /^`+/.exec(fenced(text.split('\n'))) ?? [];
      expect(fence.length).toBeGreaterThan(
        Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length)) - 1,
      );
    });
  });

  it('a secret is never in what was redacted', () => {
    fc.assert(
      fc.property(
        anyText,
        fc
          .string({ minLength: 4, maxLength: 20 })
          .filter((secret) => secret.trim() !== '' && !'***'.includes(secret)),
        (text, secret) => {
          expect(redact(`${text}${secret}${text}`, [secret])).not.toContain(secret);
        },
      ),
      RUNS,
    );
  });
});

describe('what AWS sends and stores', () => {
  it('a task definition of any shape is taken apart without losing a field', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ maxLength: 12 }), fc.jsonValue({ maxDepth: 3 })),
        (definition) => {
          const stored = definition as JsonObject;
          expect(Array.isArray(containersOf(stored))).toBe(true);
          for (const [field, value] of Object.entries(registrable(stored)))
            expect(value).toEqual(stored[field]);
        },
      ),
      RUNS,
    );
  });

  it('a task definition file: a definition, or problems', () => {
    check((text) => {
      expect(outcomeOf(() => parseTaskDefinitionFile('ecs/web.json', text, () => undefined))).toMatch(
        /^(?:answered|DeployError)$/,
      );
    });
  });

  it('tags that others wrote: an entry of ours, or none', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ key: anyText, value: anyText }), { maxLength: 8 }), (tags) => {
        expect(typeof readLedger(tags, 'production')).toBe('object');
      }),
      RUNS,
    );
    expect(ledgerTags({ environment: 'production' }).length).toBeGreaterThan(0);
  });

  it('saved state: what can be read of it', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('connection', 'ended', 'task-1', 'rollout-web', 'build-1', 'schedule-0'),
          fc.oneof(anyText, fc.json()),
        ),
        (entries) => {
          expect(Array.isArray(readSavedState(entries).tasks)).toBe(true);
        },
      ),
      RUNS,
    );
  });

  it('an image reference comes back as it was, or is none', () => {
    check((text) => {
      const reference = parseImageReference(text);
      if (reference !== undefined) expect(formatImageReference(reference)).toBe(text);
    });
  });

  it('.dockerignore: rules that answer for any path', () => {
    check((text) => {
      const rules = parseDockerIgnore(text);
      expect(typeof rules).toBe('object');
    });
  });
});

function outcomeOf(body: () => unknown): string {
  try {
    body();
    return 'answered';
  } catch (thrown) {
    return thrown instanceof Error ? thrown.name : 'thrown';
  }
}
