import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

interface Sent {
  path: string | undefined;
  authorization: string | undefined;
  body: { query: string; variables: Record<string, string> };
}

/** A CircleCI that answers everything with the same. */
async function listen(
  status: number,
  answer: object,
): Promise<{ server: Server; url: string; sent: Sent[] }> {
  const sent: Sent[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      sent.push({
        path: request.url,
        authorization: request.headers.authorization,
        body: JSON.parse(body) as Sent['body'],
      });
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sent };
}

async function publish(args: string[], environment: Record<string, string>) {
  const child = spawn(process.execPath, ['scripts/orb/publish.mjs', ...args], {
    env: { PATH: process.env['PATH'], ...environment },
  });
  const [stdout, stderr, ended] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code: (ended as [number])[0], said: `${stdout}${stderr}` };
}

const known = { CIRCLECI_TOKEN: 'circle-token', CIRCLECI_ORB_ID: 'bb604b45-b6b0-4b81-ad80-796f15eddf87' };

describe('publishing the orb', () => {
  it('sends the packed orb once, under the version without its v', async () => {
    const { server, url, sent } = await listen(200, {
      data: { publishOrb: { orb: { version: '1.4.0' }, errors: [] } },
    });
    const { code, said } = await publish(['orb/src/@orb.yml', 'v1.4.0'], { ...known, CIRCLECI_API_URL: url });
    server.close();
    expect({ code, said }).toEqual({ code: 0, said: 'Published version 1.4.0 of the orb\n' });
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ path: '/graphql-unstable', authorization: 'circle-token' });
    expect(sent[0]?.body.variables).toMatchObject({ version: '1.4.0', orbId: known.CIRCLECI_ORB_ID });
    expect(sent[0]?.body.variables['config']).toContain('version: 2.1');
  });

  it.each([
    [
      200,
      { data: { publishOrb: { orb: null, errors: [{ message: 'version 1.4.0 exists' }] } } },
      'version 1.4.0 exists',
    ],
    [401, { errors: [{ message: 'Unauthorized' }] }, 'Unauthorized'],
    [200, {}, 'did not publish the orb (HTTP 200)'],
  ])('%i %j is a failure, without the token', async (status, answer, wanted) => {
    const { server, url } = await listen(status, answer);
    const { code, said } = await publish(['orb/src/@orb.yml', 'v1.4.0'], { ...known, CIRCLECI_API_URL: url });
    server.close();
    expect(code).toBe(1);
    expect(said).toContain(wanted);
    expect(said).not.toContain(known.CIRCLECI_TOKEN);
  });

  it('is not begun without token, id and version', async () => {
    expect((await publish(['orb/src/@orb.yml', '1.4'], known)).code).toBe(2);
    expect((await publish(['orb/src/@orb.yml', 'v1.4.0'], {})).code).toBe(2);
  });
});
