import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPostWebhook } from '../../src/adapters/webhook.ts';

const SECRET = '/services/T000/B000/SeCrEt';

let server: Server;
let requests: { method: string; path: string; type: string; body: string }[];
/** What the server answers; undefined: nothing, ever. */
let answer: { status: number; headers?: Record<string, string> } | undefined;
let masked: string[];

beforeEach(async () => {
  requests = [];
  masked = [];
  answer = { status: 200 };
  server = createServer((request, response) => {
    const { method = '', url: path = '', headers } = request;
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      requests.push({ method, path, type: headers['content-type'] ?? '', body });
      if (answer === undefined) return;
      response.writeHead(answer.status, answer.headers);
      response.end('invalid_payload ' + SECRET);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  return new Promise<void>((resolve) => server.close(() => resolve()));
});

const here = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const post = (HOOK: string | undefined, timeoutMs = 5_000) =>
  createPostWebhook({ environment: { HOOK }, mask: (secret) => masked.push(secret) })({
    variable: 'HOOK',
    body: { text: 'hello' },
    timeoutMs,
  });
const messageOf = (HOOK: string | undefined, timeoutMs?: number) =>
  post(HOOK, timeoutMs).then(
    () => 'sent',
    (thrown: unknown) => (thrown instanceof Error ? `${thrown.message} ${String(thrown.cause)}` : thrown),
  );

describe('a webhook', () => {
  it('gets JSON, once, and its address is masked', async () => {
    await post(`${here()}${SECRET}`);
    expect(requests).toEqual([
      { method: 'POST', path: SECRET, type: 'application/json', body: '{"text":"hello"}' },
    ]);
    expect(masked).toEqual([`${here()}${SECRET}`, SECRET]);
  });

  it.each([
    [400, '127.0.0.1 answered 400 undefined'],
    [404, '127.0.0.1 answered 404 undefined'],
    [500, '127.0.0.1 answered 500 undefined'],
  ])('that answers %d is told, without the address', async (status, message) => {
    answer = { status };
    expect(await messageOf(`${here()}${SECRET}`)).toBe(message);
    expect(requests).toHaveLength(1);
  });

  it('is not followed to another place', async () => {
    answer = { status: 302, headers: { location: `${here()}/elsewhere` } };
    expect(await messageOf(`${here()}${SECRET}`)).toBe('127.0.0.1 answered 302 undefined');
    expect(requests).toHaveLength(1);
  });

  it('that never answers is given up', async () => {
    answer = undefined;
    expect(await messageOf(`${here()}${SECRET}`, 50)).toBe(
      '127.0.0.1 did not answer within 0.05 s undefined',
    );
  });

  it('that is not there is told by the kind of failure', async () => {
    expect(await messageOf(`http://127.0.0.1:1${SECRET}`)).toMatch(/^127\.0\.0\.1 could not be reached/);
  });

  it.each([undefined, '', ' '])('whose variable is %p is not asked', async (value) => {
    expect(await messageOf(value)).toBe('the environment variable HOOK is not set undefined');
  });

  it.each(['http://hooks.example.com/services/SeCrEt', 'file:///etc/passwd', 'SeCrEt'])(
    'that is no https address is not asked, and not shown: %s',
    async (value) => {
      const message = await messageOf(value);
      expect(message).toBe('the environment variable HOOK holds no https address undefined');
      expect(masked).toEqual([value]);
    },
  );
});
