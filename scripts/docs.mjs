/**
 * The entry of `npm run docs`: writes what is generated in the documentation. It imports the TypeScript sources as they
 * are, which Node does from 22.18 on; on an older Node it goes on under the Node 24 of `.stage/`.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { explain } from './setup/errors.mjs';
import { provideNode24 } from './setup/node24.mjs';

if (process.features.typescript) {
  await import('./docs/main.ts');
} else {
  try {
    const node = await provideNode24();
    const script = fileURLToPath(import.meta.url);
    process.exitCode = spawnSync(node, [script], { stdio: 'inherit' }).status ?? 1;
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
  }
}
