import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { readCall } from '../fakes/aws/protocols.ts';

/** Hands every call on to another endpoint, and writes down which it was. */
export interface RecordingProxy {
  /** As AWS_ENDPOINT_URL. */
  url: string;
  /** "ecs DescribeServices" of each call that was answered with success, in their order. */
  answered: readonly string[];
  stop(): Promise<void>;
}

/** Said anew by whoever sends next. */
const OF_THE_CONNECTION = ['connection', 'content-length', 'transfer-encoding', 'expect'];

function without(headers: Record<string, string>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}

export async function startRecordingProxy(endpoint: string): Promise<RecordingProxy> {
  const answered: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      const { method = 'POST', url: path = '/', headers: given } = request;
      const headers = Object.fromEntries(
        Object.entries(given).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
      );
      const { service, operation } = readCall({ method, path, headers, bytes, body: bytes.toString() });
      const answer = await fetch(new URL(path, endpoint), {
        method,
        headers: without(headers, OF_THE_CONNECTION),
        ...(bytes.length === 0 ? {} : { body: bytes }),
      });
      if (answer.ok) answered.push(`${service} ${operation}`);
      const body = Buffer.from(await answer.arrayBuffer());
      const back = without(Object.fromEntries(answer.headers), [...OF_THE_CONNECTION, 'content-encoding']);
      response.writeHead(answer.status, { ...back, 'content-length': String(body.length) }).end(body);
    })().catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answered,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
