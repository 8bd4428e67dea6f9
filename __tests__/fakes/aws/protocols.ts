import { readSchedulerCall } from './scheduler.ts';
import type { AwsException, ServiceName, WireAnswer, WireRequest } from './wire.ts';

export interface Call {
  service: ServiceName;
  operation: string;
  input: Record<string, unknown>;
}

const TARGETS: Readonly<Record<string, ServiceName>> = {
  AmazonEC2ContainerServiceV20141113: 'ecs',
  AmazonEC2ContainerRegistry_V20150921: 'ecr',
  Logs_20140328: 'logs',
  CodeBuild_20161006: 'codebuild',
  AWSEvents: 'events',
  AmazonSSM: 'ssm',
  secretsmanager: 'secretsmanager',
};

/** The services that speak the query protocol, by the version of their API. */
const QUERY_SERVICES: Readonly<Record<string, { service: ServiceName; namespace: string }>> = {
  '2011-06-15': { service: 'sts', namespace: 'https://sts.amazonaws.com/doc/2011-06-15/' },
  '2015-12-01': {
    service: 'elasticloadbalancing',
    namespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
  },
  '2010-05-08': { service: 'iam', namespace: 'https://iam.amazonaws.com/doc/2010-05-08/' },
  '2016-11-15': { service: 'ec2', namespace: 'http://ec2.amazonaws.com/doc/2016-11-15/' },
};

function namespaceOf({ service }: Call): string | undefined {
  return Object.values(QUERY_SERVICES).find((known) => known.service === service)?.namespace;
}

/** Which call a request is: JSON services name it in a header, Scheduler and S3 in method and path, the others in their form. */
export function readCall(request: WireRequest): Call {
  const { headers, body, method, path = '/', bytes } = request;
  const target = headers['x-amz-target'];
  if (target !== undefined) {
    const [prefix = '', operation = ''] = target.split('.');
    const service = TARGETS[prefix];
    if (service === undefined) throw new Error(`the fake has no service ${prefix}`);
    return { service, operation, input: JSON.parse(body === '' ? '{}' : body) as Record<string, unknown> };
  }
  const byPath = readSchedulerCall(request);
  if (byPath !== undefined) return byPath;
  if (method === 'PUT') {
    // The bucket is the first part of the host, or of the path.
    const [, hosted] = /^(.+)\.s3[.-]/.exec(headers['host'] ?? '') ?? [];
    const [first = '', ...rest] = path.slice(1).replace(/\?.*/, '').split('/');
    const Key = hosted === undefined ? rest.join('/') : [first, ...rest].join('/');
    return { service: 's3', operation: 'PutObject', input: { Bucket: hosted ?? first, Key, Body: bytes } };
  }
  const { Action: operation = '', Version = '', ...input } = Object.fromEntries(new URLSearchParams(body));
  const service = QUERY_SERVICES[Version]?.service;
  if (service === undefined) throw new Error(`the fake has no service of version ${Version}`);
  return { service, operation, input: service === 'ec2' ? renamed(nested(input)) : nested(input) };
}

/** "Names.member.1" and "Filter.1.Value.2" as lists and structures. */
function nested(form: Record<string, string>): Record<string, unknown> {
  const tree: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(form)) {
    const parts = key.split('.').filter((part) => part !== 'member');
    const last = parts.pop() ?? '';
    let at = tree;
    for (const part of parts) at = (at[part] ??= {}) as Record<string, unknown>;
    at[last] = value;
  }
  return listed(tree) as Record<string, unknown>;
}

function listed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  return entries.length > 0 && entries.every(([key]) => /^[0-9]+$/.test(key))
    ? entries.map(([, element]) => listed(element))
    : Object.fromEntries(entries.map(([key, element]) => [key, listed(element)]));
}

/** EC2 writes lists in the singular. */
function renamed(input: Record<string, unknown>): Record<string, unknown> {
  const { Filter = [], ...rest } = input;
  const Filters = (Filter as { Name?: string; Value?: string[] }[]).map(({ Name, Value }) => ({
    Name,
    Values: Value,
  }));
  return { ...rest, Filters };
}

export function writeAnswer(call: Call, requestId: string, output: object): WireAnswer & { kind: 'answer' } {
  const namespace = namespaceOf(call);
  if (call.service === 'ec2') {
    const body =
      `<${call.operation}Response xmlns="${namespace}"><requestId>${requestId}</requestId>` +
      `${xml(output, 'item')}</${call.operation}Response>`;
    return { kind: 'answer', status: 200, headers: headersOf(call, requestId, body), body };
  }
  if (namespace !== undefined) {
    const { operation } = call;
    const body =
      `<${operation}Response xmlns="${namespace}"><${operation}Result>${xml(output)}</${operation}Result>` +
      `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`;
    return { kind: 'answer', status: 200, headers: headersOf(call, requestId, body), body };
  }
  const body = call.service === 's3' ? '' : JSON.stringify(output);
  return { kind: 'answer', status: 200, headers: headersOf(call, requestId, body), body };
}

export function writeException(
  call: Call,
  requestId: string,
  exception: AwsException,
): WireAnswer & { kind: 'answer' } {
  const { name, message, status, members } = exception;
  const namespace = namespaceOf(call);
  const body =
    call.service === 'ec2'
      ? `<Response><Errors><Error>${xml({ Code: name, Message: message })}</Error></Errors><RequestID>${requestId}</RequestID></Response>`
      : namespace !== undefined
        ? `<ErrorResponse xmlns="${namespace}"><Error><Type>Sender</Type>${xml({ Code: name, Message: message })}</Error>` +
          `<RequestId>${requestId}</RequestId></ErrorResponse>`
        : call.service === 's3'
          ? `<Error>${xml({ Code: name, Message: message, RequestId: requestId })}</Error>`
          : call.service === 'scheduler'
            ? JSON.stringify({ Message: message, ...members })
            : JSON.stringify({ __type: name, message, ...members });
  const headers = {
    ...headersOf(call, requestId, body),
    ...(call.service === 'scheduler' ? { 'x-amzn-errortype': name } : {}),
  };
  return { kind: 'answer', status, headers, body };
}

function headersOf(call: Call, requestId: string, body: string): Record<string, string> {
  return {
    'x-amzn-requestid': requestId,
    ...(call.service === 's3' ? { 'x-amz-request-id': requestId, etag: '"fake"' } : {}),
    'content-type':
      namespaceOf(call) !== undefined || call.service === 's3' ? 'text/xml' : 'application/x-amz-json-1.1',
    'content-length': String(Buffer.byteLength(body)),
  };
}

/** EC2 calls the elements of its lists `item`, the others `member`. */
function xml(members: object, element: 'member' | 'item' = 'member'): string {
  return Object.entries(members)
    .map(([name, value]) => `<${name}>${xmlValue(value, element)}</${name}>`)
    .join('');
}

function xmlValue(value: unknown, element: 'member' | 'item'): string {
  if (Array.isArray(value))
    return value.map((member) => `<${element}>${xmlValue(member, element)}</${element}>`).join('');
  return typeof value === 'object' && value !== null ? xml(value, element) : escaped(String(value));
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
