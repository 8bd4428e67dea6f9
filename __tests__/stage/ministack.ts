import { hostname } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { startServer } from './server.ts';

export interface Ministack {
  port: number;
  pid: number;
  version: string;
  logFile: string;
  /** How it labels its containers: `ministack.instance=…`. */
  instance: string;
  /** Killed at once, so that it cannot start services anew while their containers are removed. */
  kill: () => Promise<void>;
}

export interface MinistackOptions {
  /** For its log and data. */
  folder: string;
  region: string;
  environment: Record<string, string>;
}

/** Starts MiniStack on a free port and returns when it answers. */
export async function startMinistack(program: string, options: MinistackOptions): Promise<Ministack> {
  const port = await freePort();
  const logFile = join(options.folder, 'ministack.log');
  const { pid, health, kill } = await startServer({
    name: 'MiniStack',
    program,
    args: [],
    environment: { ...options.environment, ...settings(port, options) },
    logFile,
    health: `http://127.0.0.1:${port}/_ministack/health`,
  });
  const { version } = JSON.parse(health) as { version: string };
  // The address it serves on is its identity: only one process can hold it.
  return { port, pid, version, logFile, instance: `${hostname()}:${port}`, kill };
}

function settings(port: number, { folder, region }: MinistackOptions): Record<string, string> {
  return {
    GATEWAY_PORT: String(port),
    BIND_HOST: '127.0.0.1',
    MINISTACK_HOSTNAME: hostname(),
    MINISTACK_REGION: region,
    // Services with ports of their own that nobody here needs.
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    S3_DATA_DIR: join(folder, 's3'),
    STATE_DIR: join(folder, 'state'),
    PYTHONUNBUFFERED: '1',
  };
}
