/** Owns one stage: see companion.ts for how it is started and ended. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setUp, type Docker } from '../../scripts/setup.mjs';
import { beCompanion } from './companion.ts';
import { dockerConfigFor } from './docker-config.ts';
import { removeContainers, removeImages } from './leftovers.ts';
import { startMinistack, type Ministack } from './ministack.ts';
import type { StageFacts } from './stage.ts';

const account = '000000000000';
const [region = 'us-east-1'] = process.argv.slice(2);

await beCompanion(async (tell, isOver) => {
  const tools = await setUp(['node24', 'docker', 'python', 'base-image']);
  const docker = tools.docker!;
  const folder = mkdtempSync(join(tmpdir(), 'stage-'));
  const environment = { ...tools.environment, DOCKER_CONFIG: dockerConfigFor(folder, docker) };
  try {
    const ministack = await startMinistack(tools.python!.ministack, { folder, region, environment });
    try {
      tell(factsOf(ministack, docker, environment, folder));
      await isOver;
    } finally {
      await ministack.kill();
      await removeContainers({ environment }, ministack.instance);
      await removeImages({ environment }, registryOf(ministack));
    }
    // Only now: where MiniStack did not start, its log in there tells why.
    rmSync(folder, { recursive: true, force: true });
  } finally {
    await tools.release();
  }
});

function factsOf(
  ministack: Ministack,
  docker: Docker,
  environment: Record<string, string>,
  folder: string,
): StageFacts {
  const endpoint = `http://127.0.0.1:${ministack.port}`;
  const registry = registryOf(ministack);
  return {
    endpoint,
    registry,
    dockerHost: docker.host,
    environment: {
      ...environment,
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      // MiniStack takes twelve digits as the account that calls.
      AWS_ACCESS_KEY_ID: account,
      AWS_SECRET_ACCESS_KEY: 'not-a-secret',
      AWS_CONFIG_FILE: join(folder, 'no-aws-config'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'no-aws-credentials'),
      AWS_EC2_METADATA_DISABLED: 'true',
      DEPLOY_REGISTRY: registry,
    },
    account,
    region,
    ministackVersion: ministack.version,
    images: docker.images!,
    logFile: ministack.logFile,
    instance: ministack.instance,
    processes: [ministack.pid, process.pid],
  };
}

/** Docker trusts a registry without TLS only under a loopback name. */
function registryOf({ port }: Ministack): string {
  return `localhost:${port}`;
}
