import type { Agenda } from './agenda.ts';
import type { Names } from './names.ts';
import { AwsException, type Operations } from './wire.ts';

interface AssumeRoleInput {
  RoleArn?: string;
  RoleSessionName?: string;
  WebIdentityToken?: string;
  DurationSeconds?: string;
}

/** AWS STS: who calls, and roles for web identity tokens. */
export class FakeSts {
  readonly #agenda: Agenda;
  readonly #denied = new Set<string>();
  #sessions = 0;
  /** What GetCallerIdentity says. */
  callerArn: string;

  constructor(names: Names, agenda: Agenda) {
    this.#agenda = agenda;
    this.callerArn = `arn:aws:sts::${names.account}:assumed-role/deploy/session`;
  }

  /** The role's trust policy does not let us in. */
  denyRole(roleArn: string): void {
    this.#denied.add(roleArn);
  }

  readonly operations: Operations = {
    GetCallerIdentity: () => ({
      Arn: this.callerArn,
      UserId: 'AROAEXAMPLEROLEID:session',
      Account: this.callerArn.split(':')[4],
    }),

    AssumeRoleWithWebIdentity: ({
      RoleArn = '',
      RoleSessionName = '',
      WebIdentityToken = '',
      DurationSeconds = '3600',
    }: AssumeRoleInput) => {
      if (this.#denied.has(RoleArn)) {
        throw new AwsException('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', {
          status: 403,
        });
      }
      if (WebIdentityToken === '') throw new AwsException('InvalidIdentityToken', 'No token was given.');
      this.#sessions += 1;
      this.callerArn = `${RoleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${RoleSessionName}`;
      const life = Number(DurationSeconds) * 1000;
      return {
        Credentials: {
          AccessKeyId: `ASIAFAKE${String(this.#sessions).padStart(12, '0')}`,
          SecretAccessKey: `secret-of-session-${this.#sessions}`,
          SessionToken: `token-of-session-${this.#sessions}`,
          Expiration: new Date(this.#agenda.now + life).toISOString(),
        },
        AssumedRoleUser: { AssumedRoleId: `AROAEXAMPLEROLEID:${RoleSessionName}`, Arn: this.callerArn },
        Provider: 'token.actions.githubusercontent.com',
        Audience: 'sts.amazonaws.com',
        SubjectFromWebIdentityToken: 'repo:org/shop:ref:refs/heads/develop',
      };
    },
  };
}
