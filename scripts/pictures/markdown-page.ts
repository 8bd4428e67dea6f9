import { Marked } from 'marked';
import markedAlert from 'marked-alert';
import { libraryFile, pageOf, type Page } from './page.ts';

/** About as wide as GitHub shows a job summary, and a comment. */
const WIDTH = 960;

/** Markdown as GitHub renders it: tables, alerts, and Mermaid, which draws itself in the page. */
export async function markdownPage(markdown: string): Promise<Page> {
  const marked = new Marked({ gfm: true }).use(markedAlert(), { renderer: { code: drawing } });
  return pageOf({
    width: WIDTH,
    body: `<div class="markdown-body">${await marked.parse(markdown)}</div>`,
    css: `
${libraryFile('github-markdown-css/github-markdown-light.css')}
.markdown-body { padding: 24px 32px; font-family: var(--text); font-size: 15px; }
.markdown-body code, .markdown-body pre { font-family: var(--code) !important; }
`,
    scripts: markdown.includes('```mermaid')
      ? `<script>${libraryFile('@mermaid-js/tiny')}</script><script>mermaid.run();</script>`
      : '',
  });
}

/** Mermaid finds what it is to draw by this class; every other block is left to the renderer. */
function drawing({ lang, text }: { lang?: string | undefined; text: string }): string | false {
  return lang === 'mermaid' ? `<pre class="mermaid">${text}</pre>` : false;
}
