import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { FileEdit } from './raise-plan.ts';

/** The change as `git diff` shows it; `git apply` takes it. */
export function unifiedDiff(edits: readonly FileEdit[]): string {
  return edits
    .map(({ path, before, after }) =>
      createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, {
        context: 3,
        headerOptions: FILE_HEADERS_ONLY,
      }),
    )
    .join('');
}
