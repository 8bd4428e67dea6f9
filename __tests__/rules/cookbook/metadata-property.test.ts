import { applyEdits } from '../../../src/rules/cookbook/edits.ts';
import { readCookbook } from '../../../src/rules/cookbook/read-cookbook.ts';

/** mulberry32: the same files on every machine, and a seed to repeat a failure with. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const DECOYS = [
  'description \'version "9.9.9"\'',
  "# version '9.9.9'",
  "chef_version '>= 9.9.9'",
  "depends 'apt', '~> 9.9.9'",
  "attribute 'x', :default => '9.9.9'",
  "long_description <<-EOH\nversion '9.9.9'\n  it's \"odd\nEOH",
  '=begin\nversion "9.9.9"\n=end',
  '%w(debian ubuntu).each do |os|\n  supports os, ">= 9.9"\nend',
  "supports 'windows' if true",
  "maintainer 'O\\'Neil #9'",
  'description "two\n version \'9.9.9\'\n lines"',
  "recipe 'a::b', %q(version '9.9.9')",
  '',
];

describe('R1 real files: whatever stands around it', () => {
  it('only the bytes of the version change in generated files', () => {
    for (let seed = 1; seed <= 600; seed += 1) {
      const random = randomFrom(seed);
      const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
      const some = () => Array.from({ length: Math.floor(random() * 6) }, () => pick(DECOYS));
      const newline = pick(['\n', '\n', '\r\n']);
      const number = pick(['1.2.3', '0.1', '10.20.30', '0.0.1', '1.02.3']);
      const quote = pick(["'", '"']);
      const head = `${pick(['', ' ', '  ', '\t'])}version${pick([' ', '      ', '\t\t', ' \t'])}${quote}`;
      const tail = `${quote}${pick(['', ' ', ' # WiP', " # version '8.8.8'"])}`;
      const above = some()
        .map((line) => `${line}\n`)
        .join('')
        .replaceAll('\n', newline);
      const below =
        some()
          .map((line) => `\n${line}`)
          .join('')
          .replaceAll('\n', newline) + pick(['', newline]);
      const text = `${above}${head}${number}${tail}${below}`;

      const { cookbook, problems } = readCookbook('c', (path) =>
        path === 'c/metadata.rb' ? text : undefined,
      );
      expect([seed, problems]).toEqual([seed, []]);
      const edited = applyEdits(text, [{ token: cookbook!.versionTokens[0]!, text: '7.7.7' }]);
      expect([seed, edited]).toEqual([seed, `${above}${head}7.7.7${tail}${below}`]);
    }
  });
});
