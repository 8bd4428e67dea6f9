import type { Files } from '../../ports/files.ts';
import type { Log } from '../../report/log.ts';
import type { InitReport, RunReport } from '../../report/run-report.ts';

/** A file to write: at the first of these paths that is free. */
export interface NewFile {
  paths: readonly [string, ...string[]];
  text: (path: string) => string;
}

/** Writes each file at a path where there is none; a file that exists is never touched. */
export async function writeNew(
  { files, log, report }: { files: Pick<Files, 'create'>; log: Log; report: RunReport },
  wanted: readonly NewFile[],
): Promise<InitReport['files']> {
  const init = (report.init ??= { files: [], notes: [] });
  for (const { paths, text } of wanted) {
    const written = await firstFree(files, paths, text);
    const [usual] = paths;
    const told =
      written === undefined
        ? ({ path: usual, state: 'kept' } as const)
        : ({ path: written, state: 'written' } as const);
    init.files.push(told);
    if (told.state === 'kept') log.info(`Kept ${usual}: it exists, and is not changed`);
    else log.info(`Wrote ${told.path}${told.path === usual ? '' : ` beside ${usual}`}`);
  }
  return init.files;
}

async function firstFree(
  files: Pick<Files, 'create'>,
  paths: readonly string[],
  text: (path: string) => string,
): Promise<string | undefined> {
  for (const path of paths) if (await files.create(path, text(path))) return path;
  return undefined;
}
