import { stringify } from 'yaml';

/** The role of an environment: who may assume it, and what it may do. */
export interface DeployRole {
  environment: string;
  trust: object;
  policy: object;
}

/** The same role for each way that people keep roles: path → text. */
export function roleFiles({ environment, trust, policy }: DeployRole): { path: string; text: string }[] {
  const folder = `deploy-role/${environment}`;
  const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
  return [
    { path: `${folder}/policy.json`, text: json(policy) },
    { path: `${folder}/trust-policy.json`, text: json(trust) },
    { path: `${folder}/role.tf`, text: terraform(environment, trust, policy) },
    { path: `${folder}/role.cloudformation.yml`, text: cloudformation(environment, trust, policy) },
  ];
}

function terraform(environment: string, trust: object, policy: object): string {
  const name = `deploy-${environment}`;
  const id = name.replaceAll(/[^A-Za-z0-9_]/g, '_');
  return `resource "aws_iam_role" "${id}" {
  name               = "${name}"
  assume_role_policy = jsonencode(${expression(trust)})
}

resource "aws_iam_role_policy" "${id}" {
  name   = "deploy"
  role   = aws_iam_role.${id}.id
  policy = jsonencode(${expression(policy)})
}

output "${id}_role" {
  value = aws_iam_role.${id}.arn
}
`;
}

/** Objects of JSON are expressions of HCL once nothing in them reads as a template (HCL specification, Templates). */
function expression(value: object): string {
  return JSON.stringify(value, null, 2)
    .replaceAll('${', () => '$${')
    .replaceAll('%{', '%%{')
    .replaceAll('\n', '\n  ');
}

function cloudformation(environment: string, trust: object, policy: object): string {
  return stringify(
    {
      AWSTemplateFormatVersion: '2010-09-09',
      Description: `The role that deploys ${environment}`,
      Resources: {
        DeployRole: {
          Type: 'AWS::IAM::Role',
          Properties: {
            RoleName: `deploy-${environment}`,
            AssumeRolePolicyDocument: trust,
            Policies: [{ PolicyName: 'deploy', PolicyDocument: policy }],
          },
        },
      },
      Outputs: { Role: { Value: { 'Fn::GetAtt': ['DeployRole', 'Arn'] } } },
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}
