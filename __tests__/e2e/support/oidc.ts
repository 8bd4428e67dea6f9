import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Hands out OIDC tokens as GitHub does to a job with `id-token: write`. */
export interface OidcServer {
  /** ACTIONS_ID_TOKEN_REQUEST_URL and ACTIONS_ID_TOKEN_REQUEST_TOKEN. */
  environment: Record<string, string>;
  /** The audiences that tokens were asked for. */
  audiences: string[];
  stop(): Promise<void>;
}

const requestToken = 'the-job-may-ask-for-a-token';

/** @param subject the `sub` of every token: `repo:OWNER/NAME:environment:ENVIRONMENT` */
export async function startOidcServer(subject: string): Promise<OidcServer> {
  const audiences: string[] = [];
  const server = createServer((request, response) => {
    if (request.headers.authorization !== `Bearer ${requestToken}`) {
      response.writeHead(401).end();
      return;
    }
    const audience = new URL(request.url!, 'http://localhost').searchParams.get('audience') ?? '';
    audiences.push(audience);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ value: token(subject, audience) }));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    environment: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
    },
    audiences,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Of the right shape; the stage believes every signature. */
function token(subject: string, audience: string): string {
  const now = Math.floor(Date.now() / 1000);
  const parts = [
    { alg: 'RS256', typ: 'JWT' },
    {
      iss: 'https://token.actions.githubusercontent.com',
      sub: subject,
      aud: audience,
      iat: now,
      exp: now + 300,
    },
  ];
  return [...parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')), 'c2lnbmVk'].join(
    '.',
  );
}
