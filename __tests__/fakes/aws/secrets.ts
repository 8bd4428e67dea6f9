import type { Agenda } from './agenda.ts';
import type { Names } from './names.ts';
import { AwsException, defined, type Operations, seconds } from './wire.ts';

interface Filter {
  Key?: string;
  Option?: string;
  Values?: string[];
}

/** Parameter Store and Secrets Manager: what is there, without values. */
export class FakeSecrets {
  readonly #names: Names;
  readonly #agenda: Agenda;
  readonly #parameters = new Set<string>();
  readonly #secrets = new Map<string, { isDeleted: boolean }>();
  /** So many parameters come in one page. */
  pageSize = 10;

  constructor(names: Names, agenda: Agenda) {
    this.#names = names;
    this.#agenda = agenda;
  }

  addParameter(name: string): void {
    this.#parameters.add(name);
  }

  /** Answers its ARN. */
  addSecret(name: string, { isDeleted = false } = {}): string {
    const arn = this.#names.arn('secretsmanager', `secret:${name}`);
    this.#secrets.set(arn, { isDeleted });
    return arn;
  }

  readonly parameterOperations: Operations = {
    DescribeParameters: ({
      ParameterFilters = [],
      MaxResults = 10,
      NextToken = '0',
    }: {
      ParameterFilters?: Filter[];
      MaxResults?: number;
      NextToken?: string;
    }) => {
      const wanted = ParameterFilters.find(({ Key }) => Key === 'Name')?.Values ?? [];
      const found = [...this.#parameters].filter((name) => wanted.includes(name)).toSorted();
      const from = Number(NextToken);
      const end = from + Math.min(this.pageSize, MaxResults);
      return defined({
        Parameters: found.slice(from, end).map((Name) => ({ Name, Type: 'SecureString', Version: 1 })),
        NextToken: end < found.length ? String(end) : undefined,
      });
    },
  };

  readonly operations: Operations = {
    DescribeSecret: ({ SecretId = '' }: { SecretId?: string }) => {
      const secret = this.#secrets.get(SecretId);
      if (secret === undefined)
        throw new AwsException(
          'ResourceNotFoundException',
          "Secrets Manager can't find the specified secret.",
        );
      return defined({
        ARN: SecretId,
        Name: SecretId.split(':').at(-1),
        DeletedDate: secret.isDeleted ? seconds(this.#agenda.now) : undefined,
      });
    },
  };
}
