import { readFile } from 'node:fs/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProcess } from '../../src/adapters/process.ts';
import { CancelledError } from '../../src/errors.ts';

/** Runs a script in a Node of its own. */
const node = (script: string, more: Partial<Parameters<typeof runProcess>[0]> = {}) =>
  runProcess({ program: process.execPath, args: ['--input-type=module', '-e', script], ...more });

describe('a child process', () => {
  it('gives its exit code, its output and its lines as they come', async () => {
    const lines: string[] = [];
    const result = await node(
      'console.log("one"); console.error("two"); process.stdout.write("three"); process.exitCode = 7',
      {
        onLine: (line) => lines.push(line),
      },
    );
    expect(result).toMatchObject({ exitCode: 7, signal: null, output: 'one\nthree' });
    expect(lines.sort()).toEqual(['one', 'three', 'two']);
    expect([...result.tail].sort()).toEqual(['one', 'three', 'two']);
  });

  it('keeps only the last lines', async () => {
    const { tail } = await node('for (let i = 0; i < 1000; i += 1) console.log(i)');
    expect([tail.length, tail[0], tail.at(-1)]).toEqual([200, '800', '999']);
  });

  it('may cut a character in two', async () => {
    const script = `
      const bytes = Buffer.from('päck\\n');
      for (const byte of bytes) {
        process.stdout.write(Buffer.from([byte]));
        await new Promise((resolve) => setImmediate(resolve));
      }`;
    expect((await node(script)).tail).toEqual(['päck']);
  });

  it('gets arguments as they are: no shell reads them', async () => {
    const args = [
      '-e',
      'console.log(JSON.stringify(process.argv.slice(1)))',
      '--',
      '$(id)',
      '`id`',
      'a b',
      '*',
      ';',
    ];
    const { output } = await runProcess({ program: process.execPath, args });
    expect(JSON.parse(output)).toEqual(['$(id)', '`id`', 'a b', '*', ';']);
  });

  it('gets an environment, a folder and an input', async () => {
    const script =
      'for await (const text of process.stdin.setEncoding("utf8")) console.log(text, process.env.A, process.cwd())';
    const folder = tmpdir();
    const { output } = await node(script, {
      environment: { ...process.env, A: 'b' },
      folder,
      input: 'hello',
    });
    expect(output).toBe(`hello b ${folder}\n`);
  });

  it('has an empty input when none is given, so that nothing waits for an answer', async () => {
    expect((await node('for await (const _ of process.stdin);')).exitCode).toBe(0);
  });

  it('that does not read its input still ends by itself', async () => {
    expect((await node('process.exitCode = 3', { input: 'x'.repeat(1_000_000) })).exitCode).toBe(3);
  });

  it('that is not there is an error with its code', async () => {
    await expect(runProcess({ program: '/no/such/program', args: [] })).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  it('that a signal has ended has no exit code', async () => {
    expect(await node('process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)')).toMatchObject({
      exitCode: null,
      signal: 'SIGTERM',
    });
  });
});

describe('cancelling a child process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'process-test-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Aborts as soon as the child says that it is ready. */
  function cancelWhenReady() {
    const controller = new AbortController();
    const reason = new CancelledError('SIGINT');
    return {
      signal: controller.signal,
      reason,
      onLine: (line: string) => line === 'ready' && controller.abort(reason),
    };
  }

  it('sends SIGINT, waits for the end and rejects with the reason', async () => {
    const { signal, reason, onLine } = cancelWhenReady();
    const file = join(folder, 'cleaned-up');
    const script = `
      import { writeFileSync } from 'node:fs';
      process.on('SIGINT', () => setTimeout(() => { writeFileSync(${JSON.stringify(file)}, 'yes'); process.exit(0); }, 20));
      setInterval(() => {}, 1000);
      console.log('ready');`;
    await expect(node(script, { signal, onLine })).rejects.toBe(reason);
    expect(await readFile(file, 'utf8')).toBe('yes');
  });

  it('kills what does not listen, after the grace', async () => {
    const { signal, reason, onLine } = cancelWhenReady();
    const script = `process.on('SIGINT', () => {}); setInterval(() => {}, 1000); console.log('ready')`;
    await expect(node(script, { signal, onLine, graceMs: 50 })).rejects.toBe(reason);
  });

  it('reaches what the child has started itself', async () => {
    const { signal, reason, onLine } = cancelWhenReady();
    const pids: number[] = [];
    const script = `
      import { spawn } from 'node:child_process';
      const inner = "process.on('SIGINT', () => {}); setInterval(() => {}, 1000); console.log('pid ' + process.pid); console.log('ready')";
      spawn(process.execPath, ['-e', inner], { stdio: 'inherit' });
      process.on('SIGINT', () => process.exit(0));`;
    const see = (line: string) => {
      if (line.startsWith('pid ')) pids.push(Number(line.slice(4)));
      onLine(line);
    };
    await expect(node(script, { signal, onLine: see, graceMs: 50 })).rejects.toBe(reason);
    expect(pids).toHaveLength(1);
    // Gone, or dead and only not yet collected by its new parent.
    const { output } = await runProcess({ program: 'ps', args: ['-o', 'stat=', '-p', String(pids[0])] });
    expect(output.trim()).toMatch(/^(?:Z.*)?$/);
  });

  it('that came before starts nothing', async () => {
    const reason = new CancelledError('SIGTERM');
    await expect(
      runProcess({ program: '/no/such/program', args: [], signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason);
  });
});
