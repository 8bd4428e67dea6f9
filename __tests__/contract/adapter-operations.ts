import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../src/adapters/aws/', import.meta.url);

/** Every operation of AWS that an adapter names, with the adapter: `new DescribeServicesCommand(` in `ecs.ts`. */
export function adapterOperations(): { adapter: string; operation: string }[] {
  return readdirSync(folder).flatMap((file) =>
    [...readFileSync(new URL(file, folder), 'utf8').matchAll(/new (\w+)Command\(/g)].map(
      ([, operation = '']) => ({ adapter: file.replace(/\.ts$/, ''), operation }),
    ),
  );
}
