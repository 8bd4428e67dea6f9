import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export interface Ministack {
  port: number;
  version: string;
  logFile: string;
  /** How it labels its containers: `ministack.instance=…`. */
  instance: string;
  kill(): Promise<void>;
}

export interface MinistackOptions {
  /** For its log and data. */
  folder: string;
  region: string;
  environment: Record<string, string>;
}

const startLimit = 60_000;

/** Starts MiniStack on a free port and returns when it answers. */
export async function startMinistack(program: string, options: MinistackOptions): Promise<Ministack> {
  const port = await freePort();
  const logFile = join(options.folder, 'ministack.log');
  const log = openSync(logFile, 'w');
  const child = spawn(program, [], {
    env: { ...process.env, ...options.environment, ...settings(port, options) },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  // Killed, not asked: it has nothing to save, and must not start services anew while their containers are removed.
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };

  const version = await Promise.race([versionWhenReady(port), ended]);
  if (version === undefined) {
    await kill();
    throw new Error(`MiniStack did not start. Its log, ${logFile}, ends:\n${tail(logFile)}`);
  }
  return { port, version, logFile, instance: instanceOf(port), kill };
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

/** The address it serves on is its identity: only one process can hold it. */
function instanceOf(port: number): string {
  return `${hostname()}:${port}`;
}

async function versionWhenReady(port: number): Promise<string | undefined> {
  const deadline = Date.now() + startLimit;
  while (Date.now() < deadline) {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/_ministack/health`);
      if (answer.ok) return ((await answer.json()) as { version: string }).version;
    } catch {
      // It does not listen yet.
    }
    await pause(50);
  }
  return undefined;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}

function tail(file: string): string {
  return readFileSync(file, 'utf8').trim().split('\n').slice(-15).join('\n');
}
