import { isAwsError } from '../../errors.ts';
import type { Roles } from '../../ports/roles.ts';
import type { JsonObject } from '../../rules/text/json.ts';
import { expectMember } from './answer.ts';
import { type AwsClientSettings, lazily, prepared } from './client-settings.ts';

/** Only `plan` asks, so the SDK's client is read from disk only then. */
export function awsRoles({ config, ...about }: AwsClientSettings): Roles {
  const client = lazily(async () => {
    const { IAMClient } = await import('@aws-sdk/client-iam');
    return prepared('iam', new IAMClient(config), about);
  });
  return {
    async trustPolicy(name) {
      const { GetRoleCommand } = await import('@aws-sdk/client-iam');
      try {
        const command = expectMember(new GetRoleCommand({ RoleName: name }), 'Role');
        const { Role } = await (await client()).send(command);
        // "The policy is URL-encoded compliant with RFC 3986" (IAM API reference, Role).
        return JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '{}')) as JsonObject;
      } catch (error) {
        if (isAwsError(error, 'NoSuchEntityException') || isAwsError(error, 'NoSuchEntity')) return undefined;
        throw error;
      }
    },
  };
}
