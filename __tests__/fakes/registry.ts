import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Stored {
  bytes: Buffer;
  type: string;
}

/**
 * A container registry in memory that checks its password, as ECR does and the stage does not, and that fails when
 * told so. It speaks as much of the OCI distribution specification as docker and BuildKit ask for.
 */
export class FakeRegistry {
  readonly username = 'AWS';
  readonly password = `password-${randomUUID()}`;
  /** "METHOD path" of every request that was let in. */
  readonly requests: string[] = [];
  /** How many requests came without the right password, the usual first one of each client included. */
  refused = 0;
  immutableTags = false;
  /** So many of the next manifests are answered with 503. */
  failingPushes = 0;
  readonly #blobs = new Map<string, Buffer>();
  readonly #uploads = new Map<string, Buffer[]>();
  /** "name@digest" and "name:tag" */
  readonly #manifests = new Map<string, Stored>();
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });

  /** Host and port. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => void this.#server.listen(0, '127.0.0.1', resolve));
    return `localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => void this.#server.close(resolve));
  }

  digestOf(name: string, tag: string): string | undefined {
    const stored = this.#manifests.get(`${name}:${tag}`);
    return stored === undefined ? undefined : digestOf(stored.bytes);
  }

  manifestOf(name: string, tag: string): Record<string, unknown> {
    return JSON.parse(this.#manifests.get(`${name}:${tag}`)?.bytes.toString() ?? 'null') as Record<
      string,
      unknown
    >;
  }

  /** The image's configuration: history, labels, environment. */
  configOf(name: string, tag: string): string {
    const { config } = this.manifestOf(name, tag) as { config: { digest: string } };
    return this.#blobs.get(config.digest)?.toString() ?? '';
  }

  /** Every byte that was pushed, decompressed by nobody. */
  get blobs(): Buffer[] {
    return [...this.#blobs.values()];
  }

  get tags(): string[] {
    return [...this.#manifests.keys()].filter((key) => !key.includes('@')).sort();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '/' } = request;
    const expected = `Basic ${Buffer.from(`${this.username}:${this.password}`).toString('base64')}`;
    if (request.headers.authorization !== expected) {
      this.refused += 1;
      request.resume();
      refuse(response, 401, 'UNAUTHORIZED', 'authentication required', {
        'www-authenticate': 'Basic realm="registry"',
      });
      return;
    }
    const { pathname, searchParams } = new URL(url, 'http://registry');
    this.requests.push(`${method} ${pathname}`);
    const body = await readAll(request);

    const upload = /^\/v2\/(.+)\/blobs\/uploads\/([^/]*)$/.exec(pathname);
    if (upload !== null) {
      this.#upload(method, upload[1]!, upload[2]!, searchParams.get('digest'), body, response);
      return;
    }
    const blob = /^\/v2\/.+\/blobs\/(.+)$/.exec(pathname);
    if (blob !== null) {
      this.#blob(method, blob[1]!, response);
      return;
    }
    const manifest = /^\/v2\/(.+)\/manifests\/(.+)$/.exec(pathname);
    if (manifest === null) return void response.writeHead(200).end('{}');
    const [, name = '', reference = ''] = manifest;
    if (method === 'PUT') {
      this.#putManifest(
        name,
        reference,
        { bytes: body, type: request.headers['content-type'] ?? '' },
        response,
      );
    } else this.#getManifest(method, name, reference, response);
  }

  #upload(
    method: string,
    name: string,
    id: string,
    digest: string | null,
    body: Buffer,
    response: ServerResponse,
  ): void {
    const upload = id === '' ? randomUUID() : id;
    const pieces = [...(this.#uploads.get(upload) ?? []), body];
    this.#uploads.set(upload, pieces);
    const bytes = Buffer.concat(pieces);
    if (method === 'PUT' && digest !== null) {
      this.#blobs.set(digest, bytes);
      response
        .writeHead(201, { 'docker-content-digest': digest, location: `/v2/${name}/blobs/${digest}` })
        .end();
      return;
    }
    response
      .writeHead(202, {
        location: `/v2/${name}/blobs/uploads/${upload}`,
        'docker-upload-uuid': upload,
        range: `0-${Math.max(bytes.length - 1, 0)}`,
      })
      .end();
  }

  #blob(method: string, digest: string, response: ServerResponse): void {
    const bytes = this.#blobs.get(digest);
    if (bytes === undefined) {
      refuse(response, 404, 'BLOB_UNKNOWN', 'blob unknown to registry');
      return;
    }
    response.writeHead(200, {
      'content-length': bytes.length,
      'content-type': 'application/octet-stream',
      'docker-content-digest': digest,
    });
    response.end(method === 'HEAD' ? undefined : bytes);
  }

  #getManifest(method: string, name: string, reference: string, response: ServerResponse): void {
    const key = reference.startsWith('sha256:') ? `${name}@${reference}` : `${name}:${reference}`;
    const stored = this.#manifests.get(key);
    if (stored === undefined) {
      refuse(response, 404, 'MANIFEST_UNKNOWN', 'manifest unknown');
      return;
    }
    response.writeHead(200, {
      'content-length': stored.bytes.length,
      'content-type': stored.type,
      'docker-content-digest': digestOf(stored.bytes),
    });
    response.end(method === 'HEAD' ? undefined : stored.bytes);
  }

  #putManifest(name: string, reference: string, stored: Stored, response: ServerResponse): void {
    if (this.failingPushes > 0) {
      this.failingPushes -= 1;
      refuse(response, 503, 'UNAVAILABLE', 'service unavailable');
      return;
    }
    const digest = digestOf(stored.bytes);
    const holder = this.digestOf(name, reference);
    if (this.immutableTags && holder !== undefined && holder !== digest) {
      // The words of ECR (containers-roadmap#2380).
      const message = `The image tag '${reference}' already exists in the '${name}' repository and cannot be overwritten because the repository is immutable.`;
      refuse(response, 400, 'TAG_INVALID', message);
      return;
    }
    this.#manifests.set(`${name}@${digest}`, stored);
    if (!reference.startsWith('sha256:')) this.#manifests.set(`${name}:${reference}`, stored);
    response
      .writeHead(201, { 'docker-content-digest': digest, location: `/v2/${name}/manifests/${digest}` })
      .end();
  }
}

function refuse(
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ errors: [{ code, message }] }));
}

async function readAll(stream: AsyncIterable<Buffer | string>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
