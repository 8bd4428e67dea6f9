import { code, table } from '../rules/text/markdown.ts';
import type { ImageReport, RunReport } from './run-report.ts';

/** The one image, or those of the map `images`; undefined where there is none. */
export function imagesSection({ image, images }: RunReport): string | undefined {
  if (images === undefined) return image === undefined ? undefined : imageSection(image);
  const rows = images.map(({ name, uri, digest, reused, tag }) => [
    code(name),
    code(`${uri}@${digest}`),
    reused ? 'reused' : 'built',
    code(tag ?? ''),
  ]);
  return ['### Images', '', table(['image', 'reference', '', 'tag'], rows)].join('\n');
}

function imageSection({ uri, digest, tag, reused }: ImageReport): string {
  return [
    '### Image',
    '',
    `${code(`${uri}@${digest}`)}  `,
    `${reused ? 'Reused: nothing was built.' : 'Built and pushed.'}${tag === undefined ? '' : ` Tag ${code(tag)}.`}`,
  ].join('\n');
}
