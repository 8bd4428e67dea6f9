import { OUTCOMES } from '../../src/errors.ts';
import { newRunReport, type RunReport } from '../../src/report/run-report.ts';
import { headline, jobSummary } from '../../src/report/summary.ts';
import { completedReport, failedMigrationReport, rolledBackReport } from './example-reports.ts';

const section = (summary: string, title: string) =>
  summary.split(/^(?=###? )/mu).find((part) => part.startsWith(`### ${title}`)) ?? '';

describe('the summary of a completed run', () => {
  const summary = jobSummary(completedReport());

  it('begins with the outcome, then says what was deployed where, and by whom', () => {
    expect(summary.split('\n').slice(0, 5)).toEqual([
      '## ✅ staging: completed',
      '',
      'Every service runs what this run deployed.',
      '',
      '`acme/shop` · commit [`111111111111`](https://github.com/acme/shop/commit/1111111111111111111111111111111111111111) · by `mika` · cluster `staging` · region `ap-northeast-1` · account `111111111111` · [run](https://github.com/acme/shop/actions/runs/4711)',
    ]);
    expect(summary).not.toContain('[!CAUTION]');
  });

  it('names the image by digest, and whether it was built', () => {
    expect(section(summary, 'Image')).toContain(
      `\`111111111111.dkr.ecr.ap-northeast-1.amazonaws.com/shop@sha256:${'ab'.repeat(32)}\``,
    );
    expect(section(summary, 'Image')).toContain('Built and pushed. Tag `src-0123456789ab`.');
    const reused = jobSummary({
      ...completedReport(),
      image: { uri: 'r/shop', digest: 'sha256:1', reused: true },
    });
    expect(section(reused, 'Image')).toContain('Reused: nothing was built.');
  });

  it('has a row for each service, with its revisions and tasks', () => {
    expect(section(summary, 'Services').split('\n').slice(2, 6)).toEqual([
      '| service | outcome | before | deployed | running / desired | time |',
      '| --- | --- | --- | --- | --- | --- |',
      '| [`web`](https://console.aws.amazon.com/ecs/v2/clusters/staging/services/web/health?region=ap-northeast-1) | ✅ completed | `shop-web:11` | `shop-web:12` | 2 / 2 | 1 min 35 s |',
      '| [`worker`](https://console.aws.amazon.com/ecs/v2/clusters/staging/services/worker/health?region=ap-northeast-1) | ✅ completed | `shop-worker:7` | `shop-worker:8` | 1 / 1 | 1 min 01 s |',
    ]);
  });

  it('R52: shows the migration with its exit code, times, links and log', () => {
    const migration = section(summary, 'Migration');
    expect(migration).toContain('✅ `bin/rails db:migrate` on service `web`: succeeded, exit code 0');
    expect(migration).toContain('Time: provisioning 4.2 s, pulling the image 11.0 s, running 7.5 s.');
    expect(migration).toContain(
      '/clusters/staging/tasks/0123456789abcdef/configuration?region=ap-northeast-1)',
    );
    expect(migration).toContain('$252Fecs$252Fshop/log-events/web$252Fapp$252F0123456789abcdef)');
    expect(migration).toContain(
      '```text\n== 20260105 CreateOrders: migrating ===\n-- create_table(:orders)\n',
    );
  });

  it('R10: has a table of the steps with their seconds, and the same as a gantt', () => {
    const steps = section(summary, 'Steps');
    expect(steps).toContain('| ✅ Provide the image | 1 min 14 s | Built and pushed |');
    expect(steps).toContain('| ✅ Read the configuration | 0.1 s | deploy staging |');
    expect(steps).toContain('```mermaid\ngantt\n  dateFormat x\n');
    expect(steps).toContain('  4 Provide the image :done, 1767603601000, 1767603675000\n');
  });

  it('cuts digests in the table of the steps, which would be as wide as they are', () => {
    const digest = `sha256:${'0123456789ab'.repeat(5)}0123`;
    const report = completedReport();
    for (const step of report.steps) step.result = `Reused r/shop@${digest}`;
    expect(section(jobSummary(report), 'Steps')).toContain('| Reused r/shop@sha256:0123456789ab… |');
    expect(section(jobSummary(report), 'Steps')).not.toContain(digest);
  });

  it('repeats the warnings', () => {
    expect(section(summary, 'Warnings')).toBe('### Warnings\n\n- **Old image**: the image is 40 days old\n');
  });
});

describe('the summary of a failed migration', () => {
  const summary = jobSummary(failedMigrationReport());

  it('says what failed and what to do first, with what came with the error in a fence of its own', () => {
    expect(summary).toContain(
      [
        '> [!CAUTION]',
        '> **TASK\\_FAILED**: migration: container app exited with code 3',
        '> ',
        '> Read the log below; no service was changed.',
        '> ',
        '> ````text',
        '> FATAL: relation "orders" already exists',
        '> ```',
        '> ````',
        '> ',
        '> More about it: `docs/errors.md#task_failed`',
      ].join('\n'),
    );
  });

  it('says that no service was touched, and what would have been deployed', () => {
    const definitions = section(summary, 'Task definitions');
    expect(definitions).toContain('No service was touched.');
    expect(definitions).toContain('| `web` | `shop-web:11` | `shop-web:12` | registered |');
    expect(summary).not.toContain('### Services');
  });

  it('does not claim so once the rollout has begun', () => {
    const report = failedMigrationReport();
    report.steps.push({ id: 'rollout', title: 'Roll out', startedAt: 1, endedAt: 2, state: 'failed' });
    expect(jobSummary(report)).not.toContain('No service was touched.');
  });

  it('marks the step that failed, in the table and in the gantt', () => {
    const steps = section(summary, 'Steps');
    expect(steps).toContain('| ❌ Migrate: bin/rails db:migrate |');
    expect(steps).toContain('  4 Migrate bin/rails db migrate :crit, ');
  });

  it('has its log in a fence that the log cannot close', () => {
    expect(section(summary, 'Migration')).toContain(
      '`````text\nstarting\n```\n</details><script>alert(1)</script>\n::error::x @acme/ops\n````\n`````\n\n</details>',
    );
  });
});

describe('the summary of a run that was rolled back', () => {
  const summary = jobSummary(rolledBackReport());

  it('is no success anywhere', () => {
    expect(summary.split('\n').slice(0, 3)).toEqual([
      '## ↩️ staging: rolled-back',
      '',
      'The new revision failed; the revision from before serves again.',
    ]);
    expect(section(summary, 'Services')).not.toContain('✅');
    expect(section(summary, 'Services')).toContain('ECS deployment circuit breaker: tasks failed to start.');
  });

  it('tells why tasks stopped, what to do, and the last lines of one', () => {
    const stopped = section(summary, 'Stopped tasks of `web`');
    expect(stopped).toContain(
      '| 3 | Essential container in task exited: app exited with code 1 \\| see \\*log\\* | Read the last lines of its log. |',
    );
    expect(stopped).toContain('Error: Cannot find module "/app/server.js"');
    expect(summary).not.toContain('Stopped tasks of `worker`');
  });

  it('tells why before it tells what', () => {
    expect(summary.indexOf('### Stopped tasks')).toBeLessThan(summary.indexOf('### Image'));
  });
});

describe('any summary', () => {
  it.each(OUTCOMES)('has a headline and a meaning for %s', (outcome) => {
    const report: RunReport = { ...newRunReport('deploy'), environment: 'production', outcome };
    expect(headline(report)).toMatch(new RegExp(`^\\S+ production: ${outcome}$`, 'u'));
    expect(jobSummary(report).split('\n')[2]).toMatch(/^[A-Z].*\.$/u);
    expect(headline(report).startsWith('✅')).toBe(outcome === 'completed' || outcome === 'no-change');
  });

  it('is no success where nothing is known', () => {
    expect(headline(newRunReport('deploy'))).toBe('❌ deploy: failed');
  });

  it('says of a wrong request that nothing was touched', () => {
    const report: RunReport = {
      ...newRunReport('deploy'),
      outcome: 'failed',
      error: { code: 'BRANCH_NOT_MAPPED', message: 'no environment for branch x', details: [] },
    };
    expect(jobSummary(report)).toContain('The request itself is wrong; nothing was touched.');
  });

  it('shows a step that still runs, and the reason the guards were overridden', () => {
    const report = {
      ...completedReport(),
      forced: 'hotfix for <INC-7>',
      steps: [
        { id: 'rollout' as const, title: 'Roll out', startedAt: 1000, state: 'running' as const },
        {
          id: 'migrate' as const,
          title: 'Migrate',
          startedAt: 500,
          endedAt: 900,
          state: 'skipped' as const,
          result: 'done before',
        },
      ],
    };
    const summary = jobSummary(report);
    expect(summary).toContain('Guards overridden: hotfix for \\<INC-7\\>');
    expect(summary).toContain('| 🏃 Roll out |  |  |');
    expect(summary).toContain('  1 Roll out :active, 1000, 1000\n');
    expect(summary).toContain('| ⏭️ Migrate | 0.4 s | done before |');
  });

  it('links to no console where there is none', () => {
    const summary = jobSummary({ ...completedReport(), region: 'us-iso-east-1', tasks: [] });
    expect(summary).toContain('| `web` | ✅ completed |');
    expect(summary).not.toContain('console.');
  });

  it('lets nothing from outside become markup', () => {
    const hostile =
      '</td></details><img src=x> [x](https://evil.example) @acme/ops #12 | `a` *b*\n# c\n```\n~~~';
    const report = rolledBackReport();
    const summary = jobSummary({
      ...report,
      environment: hostile,
      actor: hostile,
      repository: hostile,
      cluster: hostile,
      runUrl: 'javascript:alert(1)',
      forced: hostile,
      error: { code: 'ROLLOUT_FAILED', message: hostile, hint: hostile, details: [hostile] },
      image: { uri: hostile, digest: hostile, tag: hostile, reused: true },
      services: report.services.map((service) => ({
        ...service,
        name: hostile,
        from: hostile,
        to: hostile,
        reason: hostile,
        stopReasons: [{ reason: hostile, count: 1, hint: hostile }],
        logTail: [hostile],
      })),
      tasks: report.tasks.map((task) => ({ ...task, command: [hostile], service: hostile, reason: hostile })),
      steps: report.steps.map((step) => ({ ...step, title: hostile, result: hostile })),
      warnings: [{ title: hostile, message: hostile }],
    });
    // What is left outside of fences, code and escapes has to be ours.
    const prose = summary
      .replace(/^(?:> )?(`{3,})\w+\n[^]*?\n(?:> )?\1$/gmu, '')
      .replace(/<code>(?:&#\d+;|[\p{L}\p{N} ])*<\/code>/gu, '')
      .replace(/\\[\p{P}\p{S}]/gu, '')
      .replace(/\]\(https:[^)\s]*\)/gu, ']');
    expect(new Set(prose.match(/<[^>]*>/gu))).toEqual(
      new Set(['<details open>', '<summary>', '</summary>', '</details>']),
    );
    expect(prose).not.toMatch(/@acme|#12|\]\(|javascript:|\n# c|~~~|\*b\*/u);
    // No row more than before, but for the three lines of the second service's stop reasons.
    const rows = (text: string) => text.match(/^\| .* \|$/gmu)?.length ?? 0;
    expect(rows(summary)).toBe(rows(jobSummary(report)) + 3);
  });

  it('stays below what GitHub keeps, however much there is to tell', () => {
    const report = rolledBackReport();
    const wide = '✗'.repeat(10_000);
    const many = Array.from({ length: 400 }, (_, index) => ({
      ...report.services[0]!,
      name: `service-${index}`,
      reason: wide,
      logTail: Array.from({ length: 1000 }, () => wide),
    }));
    const summary = jobSummary({ ...report, services: many });
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(1024 * 1024);
    expect(summary).toContain('The rest did not fit; see the log.');
  });

  it('keeps the last lines of a long log, each of a readable length', () => {
    const report = completedReport();
    report.tasks[0]!.logTail = Array.from({ length: 200 }, (_, index) => `line ${index} ${'x'.repeat(1000)}`);
    const migration = section(jobSummary(report), 'Migration');
    expect(migration).toContain('<summary>The last 50 lines of its log</summary>');
    expect(migration).not.toContain('line 149 ');
    expect(migration).toContain('line 199 ');
    expect(Math.max(...migration.split('\n').map((line) => line.length))).toBeLessThanOrEqual(501);
  });

  it('names ten services with stopped tasks, and counts the others', () => {
    const report = rolledBackReport();
    const services = Array.from({ length: 12 }, (_, index) => ({
      ...report.services[0]!,
      name: `s${index}`,
    }));
    const summary = jobSummary({ ...report, services });
    expect(summary.match(/### Stopped tasks of/gu)).toHaveLength(10);
    expect(summary).toContain('The stopped tasks of 2 more services are in the log.');
  });
});
