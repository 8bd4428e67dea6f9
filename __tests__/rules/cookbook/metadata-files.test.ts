import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyEdits } from '../../../src/rules/cookbook/edits.ts';
import { readCookbook } from '../../../src/rules/cookbook/read-cookbook.ts';
import { decodeSource, encodeSource } from '../../../src/rules/cookbook/source-text.ts';
import { METADATA_FILES } from '../../fixtures/cookbook/metadata-files.ts';

const folder = join(import.meta.dirname, '../../fixtures/cookbook/metadata');
const bytesOf = (file: string) => readFileSync(join(folder, file));
const read = (file: string) => {
  const source = decodeSource(bytesOf(file));
  const texts: Record<string, string> = {
    'c/metadata.rb': source.text,
    'c/VERSION': '4.5.6\n',
    'c/.version': '4.5.6\n',
    VERSION: '4.5.6\n',
  };
  return { source, reading: readCookbook('c', (path) => texts[path]) };
};

describe('R1 real files: every form of metadata.rb is bumped or refused with a reason', () => {
  it('has at least sixty of them', () => {
    expect(METADATA_FILES.length).toBeGreaterThanOrEqual(60);
  });

  it.each(METADATA_FILES)('%s %j: %s', (file, expected) => {
    const { reading } = read(file);
    const [token] = reading.cookbook?.versionTokens ?? [];
    if ('version' in expected) {
      expect(reading.problems).toEqual([]);
      expect(token).toMatchObject({ file: 'c/metadata.rb', text: expected.version, line: expected.line });
    } else if ('file' in expected) {
      expect(reading.problems).toEqual([]);
      expect(token).toMatchObject({ file: expected.file, text: '4.5.6', start: 0, end: 5 });
    } else {
      expect(reading.cookbook).toBeUndefined();
      expect(reading.problems).toHaveLength(1);
      const [problem] = reading.problems;
      expect(problem).toMatchObject({ file: 'c/metadata.rb' });
      expect(problem?.message).toContain(expected.problem);
      expect(problem?.line).toBe(expected.line);
      expect(problem?.hint).toMatch(/\.$/u);
    }
  });

  it.each(METADATA_FILES.filter(([, expected]) => 'version' in expected))(
    '%s: nothing changes but the bytes of the number',
    (file, expected) => {
      const { source, reading } = read(file);
      const [token] = reading.cookbook?.versionTokens ?? [];
      const edited = encodeSource({
        ...source,
        text: applyEdits(source.text, [{ token: token!, text: '7.8.9' }]),
      });
      const before = bytesOf(file);
      const at = before.indexOf(
        'version' in expected ? expected.version : '',
        byteOffset(source, token!.start),
      );
      const length = token!.text.length;
      expect(Buffer.from(edited)).toEqual(
        Buffer.concat([before.subarray(0, at), Buffer.from('7.8.9'), before.subarray(at + length)]),
      );
    },
  );
});

function byteOffset(
  { text, encoding }: { text: string; encoding: 'utf-8' | 'latin1' },
  offset: number,
): number {
  return Buffer.from(text.slice(0, offset), encoding).length;
}
