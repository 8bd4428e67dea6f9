import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpGet } from '../../src/adapters/http.ts';
import type { HttpRequest } from '../../src/ports/http.ts';

let server: Server;
let listener: RequestListener;
let url: string;
let asked: { url: string | undefined; headers: NodeJS.Dict<string | string[]> }[];

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push({ url: request.url, headers: request.headers });
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const get = (more: Partial<HttpRequest> = {}, environment: NodeJS.ProcessEnv = {}) =>
  createHttpGet({ environment })({
    url,
    headers: {},
    secretHeaders: {},
    signal: new AbortController().signal,
    ...more,
  });

const reasonOf = (answer: Promise<unknown>) =>
  answer.then(
    () => 'it answered',
    (error: unknown) => (error instanceof Error ? error.message : 'no error'),
  );

it('gives status and body, and sends the headers, those from the environment too', async () => {
  listener = (_, response) => response.writeHead(503).end('größe');
  const secretHeaders = { Authorization: 'SMOKE_TOKEN' };
  const answer = await get({ headers: { 'X-Test': '1' }, secretHeaders }, { SMOKE_TOKEN: 'Bearer s3cret\n' });
  expect(answer).toEqual({ status: 503, body: 'größe', isCut: false });
  expect(asked).toHaveLength(1);
  expect(asked[0]?.headers).toMatchObject({ 'x-test': '1', authorization: 'Bearer s3cret' });
});

it('follows no redirect', async () => {
  listener = (_, response) => response.writeHead(302, { location: '/login' }).end();
  expect(await get()).toMatchObject({ status: 302, location: '/login' });
  expect(asked.map((one) => one.url)).toEqual(['/health']);
});

it('reads a long body no further than its first mebibyte', async () => {
  listener = (_, response) => {
    response.writeHead(200);
    response.end(Buffer.alloc(3 * 1024 * 1024, 'a'));
  };
  const { body, isCut } = await get();
  expect({ length: body.length, isCut }).toEqual({ length: 1024 * 1024, isCut: true });
});

it('says why there was no answer', async () => {
  listener = (request) => request.socket.destroy();
  expect(await reasonOf(get())).toMatch(/other side closed|socket hang up|ECONNRESET/);
  expect(await reasonOf(get({ url: 'http://127.0.0.1:1/' }))).toMatch(/ECONNREFUSED|bad port/);
});

it('never shows the value of a header that cannot be sent', async () => {
  const reason = await reasonOf(get({ secretHeaders: { 'X-Key': 'KEY' } }, { KEY: 'two\nlines' }));
  expect(reason).toBe('the value of KEY cannot be sent as the header X-Key');
  expect(asked).toEqual([]);
});

it.each(['before the answer', 'amid the body'])('ends by its signal %s', async (when) => {
  const cancel = new AbortController();
  listener = (_, response) => {
    if (when === 'amid the body') {
      response.writeHead(200);
      response.write('half');
    }
    setTimeout(() => cancel.abort(new Error('the time is over')), 20);
  };
  expect(await reasonOf(get({ signal: cancel.signal }))).toBe('the time is over');
});
