import { readFileSync } from 'node:fs';
import { STOP_REASONS, stopReasonOf } from '../../src/rules/task/stop-reasons.ts';

const [, ...sections] = readFileSync('docs/troubleshooting.md', 'utf8').split(/^## /m);
const entries = new Map(
  sections.map((section) => {
    const [heading = '', ...lines] = section.split('\n');
    return [heading, lines.join('\n')];
  }),
);

it('has an entry for every stop reason, and none without one, in the order of the code', () => {
  expect([...entries.keys()]).toEqual(STOP_REASONS.map(({ name }) => name));
});

it.each([...entries])(
  '%s: the text that is shown is taken for it, and cause and cure are said',
  (name, entry) => {
    const [, shown = ''] = /^```text\n(.*)\n```$/m.exec(entry) ?? [];
    expect(stopReasonOf(shown)?.name).toBe(name);
    expect(entry).toMatch(/^- \*\*Cause:\*\* \S/m);
    expect(entry).toMatch(/^- \*\*Cure:\*\* \S/m);
  },
);
