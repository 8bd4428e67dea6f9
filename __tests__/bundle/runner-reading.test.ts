import { readAsRunner } from '../e2e/support/runner-commands.ts';
import { readRunnerFile } from '../e2e/support/runner-file.ts';

describe('the runner that the tests put in place of GitHub', () => {
  it.each([
    ['::error::boom', [{ name: 'error', properties: {}, value: 'boom' }]],
    [
      '   ::error file=a.js,line=3::boom',
      [{ name: 'error', properties: { file: 'a.js', line: '3' }, value: 'boom' }],
    ],
    ['a log line ##[error]boom', [{ name: 'error', properties: {}, value: 'boom' }]],
    ['a log line ::error::boom', []],
    ['::unknown::boom', []],
    ['##[unknown]boom', []],
    ['::error::one%0Atwo', [{ name: 'error', properties: {}, value: 'one\ntwo' }]],
  ])('reads %j as the runner does', (line, commands) => {
    expect(readAsRunner(line).commands).toEqual(commands);
  });

  it('obeys nothing between stop-commands and its token', () => {
    const output = [
      '::stop-commands::t0ken',
      '::error::boom',
      '##[error]boom',
      '::t0ken::',
      '::notice::after',
    ];
    const { commands, shown, isStopped } = readAsRunner(output.join('\n'));
    expect(commands.map(({ name }) => name)).toEqual(['stop-commands', 'notice']);
    expect(shown).toEqual(['::error::boom', '##[error]boom']);
    expect(isStopped).toBe(false);
  });

  it('notices commands that stay stopped', () => {
    expect(readAsRunner('::stop-commands::t0ken\n::error::boom').isStopped).toBe(true);
  });

  it('reads values of one line and of many, the last of a name', () => {
    expect(readRunnerFile('a=1\nb<<END\nx\ny=z\nEND\na=2\n')).toEqual({ a: '2', b: 'x\ny=z' });
  });

  it('refuses a value without an end', () => {
    expect(() => readRunnerFile('b<<END\nx\n')).toThrow('END');
  });
});
