import { shown } from '../input/parsed.ts';
import type { Cookbook, CookbookProblem } from './reading.ts';

/** Two cookbooks of one name cannot be told apart by Chef. */
export function sameNames(cookbooks: readonly Cookbook[]): CookbookProblem[] {
  return cookbooks.flatMap((cookbook, index) => {
    const other = cookbooks.findIndex(({ name }) => name === cookbook.name);
    return other === index
      ? []
      : [
          {
            cookbook: cookbook.name,
            file: cookbook.files[0] ?? cookbook.path,
            message: `has the name ${shown(cookbook.name)}, as ${cookbooks[other]?.path ?? ''} has`,
            hint: 'Give each cookbook a name of its own.',
          },
        ];
  });
}
