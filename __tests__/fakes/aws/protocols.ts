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
};

/** Which call a request is: JSON services name it in a header, STS in its form. */
export function readCall({ headers, body }: WireRequest): Call {
  const target = headers['x-amz-target'];
  if (target !== undefined) {
    const [prefix = '', operation = ''] = target.split('.');
    const service = TARGETS[prefix];
    if (service === undefined) throw new Error(`the fake has no service ${prefix}`);
    return { service, operation, input: JSON.parse(body === '' ? '{}' : body) as Record<string, unknown> };
  }
  const { Action: operation = '', ...input } = Object.fromEntries(new URLSearchParams(body));
  delete input['Version'];
  return { service: 'sts', operation, input };
}

export function writeAnswer(call: Call, requestId: string, output: object): WireAnswer & { kind: 'answer' } {
  if (call.service === 'sts') {
    const { operation } = call;
    const body =
      `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${operation}Result>${xml(output)}</${operation}Result>` +
      `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`;
    return { kind: 'answer', status: 200, headers: headersOf(call, requestId, body), body };
  }
  const body = JSON.stringify(output);
  return { kind: 'answer', status: 200, headers: headersOf(call, requestId, body), body };
}

export function writeException(
  call: Call,
  requestId: string,
  exception: AwsException,
): WireAnswer & { kind: 'answer' } {
  const { name, message, status, members } = exception;
  const body =
    call.service === 'sts'
      ? `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>${xml({ Code: name, Message: message })}</Error>` +
        `<RequestId>${requestId}</RequestId></ErrorResponse>`
      : JSON.stringify({ __type: name, message, ...members });
  return { kind: 'answer', status, headers: headersOf(call, requestId, body), body };
}

function headersOf({ service }: Call, requestId: string, body: string): Record<string, string> {
  return {
    'x-amzn-requestid': requestId,
    'content-type': service === 'sts' ? 'text/xml' : 'application/x-amz-json-1.1',
    'content-length': String(Buffer.byteLength(body)),
  };
}

function xml(members: object): string {
  return Object.entries(members)
    .map(
      ([name, value]) =>
        `<${name}>${typeof value === 'object' && value !== null ? xml(value as object) : escaped(String(value))}</${name}>`,
    )
    .join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
