import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import type { Identity } from '../../ports/identity.ts';
import { expectMember } from './answer.ts';

export function awsIdentity(client: () => STSClient): Identity {
  return {
    async caller() {
      const answer = await client().send(expectMember(new GetCallerIdentityCommand({}), 'Account', 'Arn'));
      return { account: answer.Account ?? '', arn: answer.Arn ?? '' };
    },
  };
}
