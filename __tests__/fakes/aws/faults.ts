import { AwsException, type ServiceName } from './wire.ts';

/** What goes wrong on the way: see `Fault.kind`. */
export type FaultKind =
  | 'throttle'
  | 'http-500'
  /** The connection ends before AWS saw the call. */
  | 'connection-reset-before'
  /** AWS carried the call out, and the answer is lost. */
  | 'connection-reset-after'
  /** Carried out; half of the answer arrives. */
  | 'truncated-body'
  | 'access-denied'
  | 'expired-token'
  /** Carried out; 200 with nothing in it. */
  | 'empty-answer';

export interface Fault {
  /** "UpdateService", or "*" for every call. */
  operation: string;
  /** Which of the calls from now on, counted from 1. */
  nth?: number;
  /** How many in a row; Infinity: from then on always. */
  times?: number;
  kind: FaultKind;
}

export class Faults {
  readonly #faults: { fault: Fault; seen: number }[] = [];

  add(fault: Fault): void {
    this.#faults.push({ fault, seen: 0 });
  }

  /** The fault that this call meets. Each fault counts every call of its operation, met or not. */
  meet(operation: string): FaultKind | undefined {
    let met: FaultKind | undefined;
    for (const entry of this.#faults) {
      const { fault } = entry;
      if (fault.operation !== operation && fault.operation !== '*') continue;
      entry.seen += 1;
      const { nth = 1, times = 1 } = fault;
      if (entry.seen >= nth && entry.seen < nth + times) met ??= fault.kind;
    }
    return met;
  }
}

/** The refusal that a fault stands for, in AWS's words; undefined where it is none. */
export function refusal(
  kind: FaultKind,
  call: { service: ServiceName; operation: string; callerArn: string; resource: string },
): AwsException | undefined {
  const isQuery = ['sts', 'elasticloadbalancing', 'iam', 'ec2'].includes(call.service);
  switch (kind) {
    case 'throttle':
      return new AwsException(isQuery ? 'Throttling' : 'ThrottlingException', 'Rate exceeded');
    case 'http-500':
      return new AwsException(
        isQuery ? 'InternalFailure' : 'ServerException',
        'Service Unavailable. Please try again later.',
        { status: 500 },
      );
    case 'access-denied': {
      const action = `${call.service}:${call.operation}`;
      return new AwsException(
        call.service === 'ec2' ? 'UnauthorizedOperation' : isQuery ? 'AccessDenied' : 'AccessDeniedException',
        `User: ${call.callerArn} is not authorized to perform: ${action} on resource: ${call.resource} because no identity-based policy allows the ${action} action`,
        isQuery ? { status: 403 } : {},
      );
    }
    case 'expired-token':
      return new AwsException(
        isQuery ? 'ExpiredToken' : 'ExpiredTokenException',
        'The security token included in the request is expired',
        {
          status: isQuery ? 403 : 400,
        },
      );
    case 'connection-reset-before':
    case 'connection-reset-after':
    case 'truncated-body':
    case 'empty-answer':
      return undefined;
  }
}
