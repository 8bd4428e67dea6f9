// Fails when dist/ is not, byte for byte, what src/ and the lock file build to: users run the committed bundle.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const committed = fileURLToPath(new URL('../dist', import.meta.url));
const build = fileURLToPath(new URL('./build.mjs', import.meta.url));
const fresh = mkdtempSync(join(tmpdir(), 'dist-'));

try {
  execFileSync(process.execPath, [build, fresh], { stdio: ['ignore', 'inherit', 'inherit'] });
  const differing = [...new Set([...filesOf(committed), ...filesOf(fresh)])].sort().filter(differs);
  for (const file of differing) console.error(`dist/${file} is not what src/ builds to`);
  if (differing.length > 0) {
    console.error('Run `npm run build` and commit dist/.');
    process.exitCode = 1;
  } else {
    console.log('dist/ is up to date');
  }
} catch (error) {
  console.error(`The bundle cannot be built: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

function differs(file) {
  const [one, other] = [join(committed, file), join(fresh, file)];
  return !existsSync(one) || !existsSync(other) || !readFileSync(one).equals(readFileSync(other));
}

function filesOf(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((file) => statSync(join(folder, file)).isFile());
}
