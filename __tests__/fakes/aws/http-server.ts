import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WireAnswer, WireRequest } from './wire.ts';

/** The same fake behind HTTP, for a child process that is given AWS_ENDPOINT_URL. */
export async function listen(
  answer: (request: WireRequest) => WireAnswer,
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    void bodyOf(request).then((bytes) => {
      const { method = 'POST', url = '/' } = request;
      const answered = answer({
        headers: singleHeaders(request),
        body: bytes.toString(),
        bytes,
        method,
        path: url,
      });
      if (answered.kind === 'reset') {
        request.socket.destroy();
        return;
      }
      response.writeHead(answered.status, answered.headers);
      if (answered.kind === 'answer') response.end(answered.body);
      else response.write(answered.body.slice(0, answered.body.length / 2), () => request.socket.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => close(server) };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function singleHeaders({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
