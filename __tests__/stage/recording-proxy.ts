import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A request to AWS, as IAM names it. */
export interface RecordedRequest {
  /** As in the signature: `ecs`, `ecr`; `unsigned` where nothing signed it. */
  service: string;
  /** `DescribeServices`; method and path where the request does not name one. */
  action: string;
  status: number;
}

const LAYER_LINK = /https:\/\/\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com\/v2\//gu;

export interface RecordingProxy {
  /** For AWS_ENDPOINT_URL. */
  url: string;
  /** What came by since the last look. */
  take(): RecordedRequest[];
  stop(): Promise<void>;
}

/**
 * Stands between a process and the stage, passes every request on, and writes down which call it was. Of the answers
 * one thing is changed: the link to a layer, where MiniStack names a host of AWS, leads through here as well.
 */
export async function startRecordingProxy(endpoint: string): Promise<RecordingProxy> {
  const recorded: RecordedRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const fail = (error: Error) => outgoing.destroy(error);
    void buffer(incoming).then((body) => {
      const { method, headers } = incoming;
      const onward = request(new URL(incoming.url ?? '/', endpoint), { method, headers }, (answer) => {
        const { statusCode: status = 0 } = answer;
        recorded.push({ service: serviceOf(incoming), action: actionOf(incoming, body.toString()), status });
        void buffer(answer).then((bytes) => {
          const text = bytes.toString('latin1').replaceAll(LAYER_LINK, `http://${headers.host}/v2/`);
          const sent = { ...answer.headers, 'content-length': text.length };
          delete sent['transfer-encoding'];
          outgoing.writeHead(status, sent);
          outgoing.end(text, 'latin1');
        }, fail);
      });
      onward.once('error', fail);
      onward.end(body);
    }, fail);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    take: () => recorded.splice(0),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}

/** From the scope of the signature: `Credential=KEY/DATE/REGION/SERVICE/aws4_request`. */
function serviceOf({ headers }: IncomingMessage): string {
  const [, service] = /Credential=[^/]+\/\d+\/[^/]+\/([a-z0-9-]+)\//u.exec(headers.authorization ?? '') ?? [];
  return service ?? 'unsigned';
}

/** JSON services say it in a header, query services in the body, and Scheduler, of which both reads are here, in the path. */
function actionOf({ headers, method = '', url = '' }: IncomingMessage, body: string): string {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return target.slice(target.lastIndexOf('.') + 1);
  const inBody = new URLSearchParams(body).get('Action');
  if (inBody !== null) return inBody;
  const { pathname } = new URL(url, 'http://stage');
  if (method === 'GET' && pathname === '/schedules') return 'ListSchedules';
  if (method === 'GET' && /^\/schedules\/[^/]+$/u.test(pathname)) return 'GetSchedule';
  return `${method} ${pathname}`;
}
