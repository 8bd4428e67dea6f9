import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerGraphql } from './graphql.ts';
import { answerRest } from './rest.ts';
import { GitHubState, type Identity } from './state.ts';

export interface RecordedRequest {
  method: string;
  /** Without the host, with its query. */
  path: string;
  body: unknown;
  status: number;
}

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Request {
  method: string;
  url: URL;
  body: Record<string, unknown>;
  identity: Identity;
}

/** The next request that matches is answered with this; `after` carries it out first, so that only its answer is lost. */
export interface Fault {
  method: string;
  path: RegExp;
  answer: Answer | 'reset';
  after?: boolean;
  times?: number;
}

export interface FakeGitHub {
  url: string;
  state: GitHubState;
  requests: RecordedRequest[];
  faults: Fault[];
  /** Called before a request is carried out: the moment in which somebody else is faster. */
  before: ((request: Request) => Promise<void> | void) | undefined;
  /** Requests that change something. */
  writes(): RecordedRequest[];
  stop(): Promise<void>;
}

/** GitHub's API over a real bare repository, as strict as GitHub where our program depends on it. */
export async function startGitHub({
  repository = 'acme/infra',
  branch = 'master',
  origin,
}: {
  repository?: string;
  branch?: string;
  /** A bare repository that is there already; it stays. */
  origin?: string;
} = {}): Promise<FakeGitHub> {
  const state = new GitHubState(repository, origin);
  await state.start(branch);
  const requests: RecordedRequest[] = [];
  const faults: Fault[] = [];
  let turn: Promise<void> = Promise.resolve();

  const fake: FakeGitHub = {
    url: '',
    state,
    requests,
    faults,
    before: undefined,
    writes: () =>
      requests.filter(
        ({ method, body }) => method !== 'GET' && !JSON.stringify(body).includes('query DeployAction'),
      ),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          state.remove();
          resolve();
        });
      }),
  };

  const server = createServer((incoming, outgoing) => {
    void readBody(incoming).then(async (text) => {
      const method = incoming.method ?? 'GET';
      const url = new URL(incoming.url ?? '/', 'http://localhost');
      const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
      const answer = await answerTo(incoming, { method, url, body });
      requests.push({
        method,
        path: url.pathname + url.search,
        body,
        status: answer === 'reset' ? 0 : answer.status,
      });
      if (answer === 'reset') {
        incoming.socket.destroy();
        return;
      }
      outgoing.writeHead(answer.status, {
        'content-type': 'application/json; charset=utf-8',
        'x-github-request-id': 'F00D:1',
        ...answer.headers,
      });
      outgoing.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
    });
  });

  async function answerTo(
    incoming: IncomingMessage,
    asked: Omit<Request, 'identity'>,
  ): Promise<Answer | 'reset'> {
    const token = /^(?:token|bearer) (.+)$/iu.exec(incoming.headers.authorization ?? '')?.[1] ?? '';
    const identity = state.tokens.get(token);
    if (identity === undefined) return { status: 401, body: { message: 'Bad credentials' } };
    const request = { ...asked, identity };
    await fake.before?.(request);
    const fault = faults.find(({ method, path }) => method === asked.method && path.test(asked.url.pathname));
    if (fault !== undefined) {
      fault.times = (fault.times ?? 1) - 1;
      if (fault.times <= 0) faults.splice(faults.indexOf(fault), 1);
      if (fault.after !== true) return fault.answer;
    }
    // One after the other, as GitHub's own checks are: two who open the same pull request do not both get it.
    const answered = turn.then(() =>
      asked.url.pathname === '/graphql' ? answerGraphql(state, request) : answerRest(state, request),
    );
    turn = answered.then(
      () => undefined,
      () => undefined,
    );
    const answer = await answered;
    return fault?.answer ?? answer;
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return fake;
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
