import pLimit from 'p-limit';
import type { StoredTaskDefinition } from '../../ports/ecs.ts';
import { splitRevision } from '../../rules/aws/ecs-names.ts';
import { readLedger, type LedgerEntry } from '../../rules/record/ledger.ts';
import type { StepContext } from '../context.ts';

export interface LedgerRevision {
  arn: string;
  entry: LedgerEntry;
  /** When ECS stored it, in milliseconds. */
  registeredAt: number;
}

/** Each is a call of its own (DescribeTaskDefinition: 20 a second), and older releases are seldom asked for. */
const MOST_REVISIONS = 30;
const AT_ONCE = 8;

/** The revisions of the families that these run, newest first, with what the ledger says of each in this environment. */
export async function readPastRevisions(
  { ecs }: Pick<StepContext, 'ecs'>,
  current: readonly string[],
  environment: string,
): Promise<LedgerRevision[]> {
  const families = [...new Set(current.map((taskDefinition) => splitRevision(taskDefinition).family))];
  const limit = pLimit(AT_ONCE);
  const lists = await Promise.all(families.map((family) => ecs.listRevisions(family, MOST_REVISIONS)));
  return Promise.all(
    lists.flat().map((arn) =>
      limit(async () => {
        const { definition, tags } = await ecs.describeTaskDefinition(arn);
        return { arn, entry: readLedger(tags, environment), registeredAt: millisecondsOf(definition) };
      }),
    ),
  );
}

/** ECS tells seconds since the epoch. */
function millisecondsOf({ registeredAt }: StoredTaskDefinition['definition']): number {
  return typeof registeredAt === 'number' ? registeredAt * 1000 : 0;
}
