import { isAwsError } from '../../errors.ts';
import type { Secrets } from '../../ports/secrets.ts';
import { expectMember } from './answer.ts';
import { type AwsClientSettings, prepared } from './client-settings.ts';

/** So many values one filter of DescribeParameters takes (SSM API reference, ParameterStringFilter). */
const NAMES_A_CALL = 50;
/** A page may be empty and still not be the last one. */
const MOST_PAGES = 20;

/** Only `plan` asks, so the SDK's clients are read from disk only then. No call here can return a value. */
export function awsSecrets({ config, ...about }: AwsClientSettings): Secrets {
  return {
    async existingParameters(names, region) {
      const { SSMClient, DescribeParametersCommand } = await import('@aws-sdk/client-ssm');
      const client = prepared('ssm', new SSMClient({ ...config, region }), about);
      const found = new Set<string>();
      for (let from = 0; from < names.length; from += NAMES_A_CALL) {
        const Values = names.slice(from, from + NAMES_A_CALL);
        let NextToken: string | undefined;
        for (let page = 0; page < MOST_PAGES; page += 1) {
          const command: InstanceType<typeof DescribeParametersCommand> = new DescribeParametersCommand({
            ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values }],
            MaxResults: NAMES_A_CALL,
            ...(NextToken === undefined ? {} : { NextToken }),
          });
          const answer = await client.send(expectMember(command, 'Parameters'));
          for (const { Name } of answer.Parameters ?? []) if (Name !== undefined) found.add(Name);
          NextToken = answer.NextToken;
          if (NextToken === undefined || NextToken === '') break;
        }
      }
      return found;
    },

    async describeSecret(id, region) {
      const { SecretsManagerClient, DescribeSecretCommand } = await import('@aws-sdk/client-secrets-manager');
      const client = prepared('secretsmanager', new SecretsManagerClient({ ...config, region }), about);
      try {
        const command = expectMember(new DescribeSecretCommand({ SecretId: id }), 'ARN');
        const { DeletedDate } = await client.send(command);
        return { isDeleted: DeletedDate !== undefined };
      } catch (error) {
        if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
        throw error;
      }
    },
  };
}
