import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { Docker } from '../../scripts/setup.mjs';

/** A DOCKER_CONFIG folder for one stage: what `docker login` writes there must not reach another stage. */
export function dockerConfigFor(folder: string, docker: Docker): string {
  const config = join(folder, 'docker');
  cpSync(docker.config, config, { recursive: true });
  return config;
}
