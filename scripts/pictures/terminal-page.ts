import serialize from '@xterm/addon-serialize';
import xterm from '@xterm/headless';
import type { TerminalSize } from '../../__tests__/bundle/pseudo-terminal.ts';
import { pageOf, type Page } from './page.ts';

/** At this size a line of the terminal is as wide as the page of a README. */
const FONT_PIXELS = 13;
const PADDING_PIXELS = 16;
/** DejaVu Sans Mono: how wide a letter is, of its size. */
const LETTER_WIDTH = 0.602;

/** The addon has the colours of xterm; these are as bright as a dark background asks for. */
const theme = Object.entries({
  'color: #4e9a06': 'color: #3fb950',
  'color: #cc0000': 'color: #ff7b72',
  'color: #c4a000': 'color: #d29922',
  'opacity: 0.5': 'opacity: 0.7',
})
  .map(([written, ours]) => `span[style*='${written}'] { ${ours} !important; }`)
  .join('\n');

/** What a terminal shows after these bytes, its scrollback included. */
export async function terminalPage(bytes: string, size: TerminalSize): Promise<Page> {
  const terminal = new xterm.Terminal({
    cols: size.columns,
    rows: size.rows,
    scrollback: 10_000,
    allowProposedApi: true,
  });
  const addon = new serialize.SerializeAddon();
  terminal.loadAddon(addon);
  await new Promise<void>((resolve) => terminal.write(bytes, resolve));
  const html = addon.serializeAsHTML();
  terminal.dispose();
  const [, screen = ''] = /<!--StartFragment-->([^]*)<!--EndFragment-->/.exec(html) ?? [];
  return pageOf({
    width: Math.ceil(size.columns * FONT_PIXELS * LETTER_WIDTH) + 2 * PADDING_PIXELS + 2,
    body: withoutEmptyEnd(screen),
    css: `
#picture { background: #0d1117; }
pre { margin: 0; padding: ${PADDING_PIXELS}px; }
/* The addon writes the colours of paper where none were asked for. */
pre > div { color: #e6edf3 !important; background: none !important; font: ${FONT_PIXELS}px/1.45 var(--code) !important; }
${theme}
`,
  });
}

/** The rows of the screen that nothing was written to. */
function withoutEmptyEnd(screen: string): string {
  return screen.replace(/(?:<div><span>\s*<\/span><\/div>)+(<\/div><\/pre>)$/u, '$1');
}
