import { fail, pass, skip, type Check, type Finding } from '../../rules/preflight/check.ts';
import { secretReference, type SecretReference } from '../../rules/preflight/secret-reference.ts';
import { secretSources } from '../../rules/preflight/task-needs.ts';
import { checked } from './checked.ts';
import { unique, type CheckContext, type CheckSubjects, type ToCheck } from './subjects.ts';

/** Secrets and parameters that the tasks are started with: are they there? Their values are never asked for. */
export function secretChecks(
  context: Pick<CheckContext, 'secrets' | 'region'>,
  { tasks }: Pick<CheckSubjects, 'tasks'>,
): ToCheck[] {
  const sources = unique(tasks.flatMap(({ definition }) => secretSources(definition)));
  const references = sources.map((source) => ({ source, is: secretReference(source, context.region) }));
  const unreadable = references.flatMap(({ source, is }) =>
    is === undefined
      ? [
          async () => [
            await checked('secret', source, () =>
              fail('it is neither the ARN of a secret, nor the ARN or name of a parameter'),
            ),
          ],
        ]
      : [],
  );
  const known = references.flatMap(({ is }) => is ?? []);
  const secrets = new Map(known.flatMap((one) => (one.kind === 'secret' ? [[one.id, one] as const] : [])));
  const parameters = known.filter((one) => one.kind === 'parameter');
  const regions = unique(parameters.map(({ region }) => region));
  return [
    ...unreadable,
    ...[...secrets.values()].map((secret) => async () => [
      await checked('secret', secret.name, () => judgeSecret(context, secret)),
    ]),
    ...regions.map((region) => () => {
      const names = unique(parameters.filter((one) => one.region === region).map(({ name }) => name));
      return parameterChecks(context, names, region);
    }),
  ];
}

async function judgeSecret(
  { secrets }: Pick<CheckContext, 'secrets'>,
  { id, region }: SecretReference & { kind: 'secret' },
): Promise<Finding> {
  const found = await secrets.describeSecret(id, region);
  if (found === undefined) return fail('Secrets Manager has no such secret');
  return found.isDeleted ? fail('the secret is about to be deleted') : pass('Secrets Manager has it');
}

/** One question for all names; each is a check of its own. */
async function parameterChecks(
  { secrets }: Pick<CheckContext, 'secrets'>,
  names: readonly string[],
  region: string,
): Promise<Check[]> {
  let existing: ReadonlySet<string> = new Set();
  const asked = await checked('secret', '', async () => {
    existing = await secrets.existingParameters(names, region);
    return pass('');
  });
  return names.map((subject) => ({ check: 'secret', subject, ...judge(subject) }));

  function judge(name: string): Finding {
    if (asked.state === 'skip') return skip(asked.message);
    return existing.has(name)
      ? pass('Parameter Store has it')
      : fail('Parameter Store has no such parameter');
  }
}
