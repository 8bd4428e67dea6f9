import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** What a picture is taken of: a whole HTML page, whose element `#picture` is what is wanted. */
export type Page = string;

const FONTS = {
  text: "'Liberation Sans', 'DejaVu Sans', 'Noto Color Emoji', sans-serif",
  code: "'DejaVu Sans Mono', 'Noto Color Emoji', monospace",
};

/** A frame of a colour that is seen on a light page and on a dark one. */
export function pageOf(parts: { css: string; body: string; width: number; scripts?: string }): Page {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<style>
:root { --text: ${FONTS.text}; --code: ${FONTS.code}; }
body { margin: 0; padding: 8px; background: transparent; }
#picture { box-sizing: border-box; width: ${parts.width}px; border: 1px solid #8c959f; border-radius: 8px; overflow: hidden; }
${parts.css}
</style>
</head>
<body><div id="picture">${parts.body}</div>${parts.scripts ?? ''}</body>
</html>`;
}

/** The text of a file of a library, such as `github-markdown-css/github-markdown-light.css`. */
export function libraryFile(name: string): string {
  return readFileSync(createRequire(import.meta.url).resolve(name), 'utf8');
}
