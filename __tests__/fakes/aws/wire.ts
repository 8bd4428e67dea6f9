/** One request as it arrives, the same over HTTP and in process. */
export interface WireRequest {
  /** Of the services whose calls are told by method and path. */
  method?: string;
  /** With its query. */
  path?: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  bytes?: Uint8Array;
}

/** What goes back: an answer, or a connection that ends without a whole one. */
export type WireAnswer =
  | { kind: 'answer'; status: number; headers: Record<string, string>; body: string }
  | { kind: 'reset' }
  | { kind: 'truncated'; status: number; headers: Record<string, string>; body: string };

/** An exception as AWS would answer it. */
export class AwsException extends Error {
  readonly status: number;
  readonly members: object;

  constructor(
    name: string,
    message: string,
    { status = 400, members = {} }: { status?: number; members?: object } = {},
  ) {
    super(message);
    this.name = name;
    this.status = status;
    this.members = members;
  }
}

export type ServiceName =
  | 'ecs'
  | 'ecr'
  | 'logs'
  | 'sts'
  | 'elasticloadbalancing'
  | 'codebuild'
  | 's3'
  | 'events'
  | 'scheduler'
  | 'iam'
  | 'ssm'
  | 'secretsmanager'
  | 'ec2';

/** Takes an input that is shaped as the API reference says; a wrong one is the caller's fault and shows. */
export type Operation = { answer(input: object): object }['answer'];
export type Operations = Readonly<Record<string, Operation>>;

/** Seconds since the epoch, as JSON protocols of AWS write points in time. */
export function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}

/** Without the members that are undefined, as JSON would write it. */
export function defined<T extends object>(members: T): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}
