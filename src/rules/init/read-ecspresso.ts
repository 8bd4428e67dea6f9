import { parseDuration } from '../input/duration.ts';
import { environmentFor, EMPTY_DRAFT, type InitDraft } from './draft.ts';
import { isFilledIn, textIn } from './yaml-values.ts';
import type { Section } from './yaml-values.ts';

/** ecspresso.yml: one service of one cluster (ecspresso documentation, configuration file). */
export function readEcspresso(content: Section): InitDraft {
  const of = (key: string) => {
    const text = textIn(content, key);
    return text === undefined || isTemplate(text) ? undefined : text;
  };
  const [cluster, region, service, file] = [
    of('cluster'),
    of('region'),
    of('service'),
    of('task_definition'),
  ];
  const isPlain = file?.endsWith('.json') === true;
  const timeout = parseDuration(of('timeout') ?? '');
  const filledIn = ['cluster', 'region', 'service', 'task_definition'].filter((key) =>
    isTemplate(textIn(content, key) ?? ''),
  );
  return {
    ...EMPTY_DRAFT,
    environments: [
      {
        ...environmentFor(cluster ?? 'production'),
        ...(region === undefined ? {} : { region }),
        ...(cluster === undefined ? {} : { cluster }),
      },
    ],
    services: service === undefined ? [] : [{ name: service, ...(isPlain ? { taskDefinition: file } : {}) }],
    ...('value' in timeout ? { rolloutTimeout: timeout.value } : {}),
    notes: [
      ...filledIn.map((key) => `\`${key}\` of ecspresso is a template: write its value.`),
      ...(file !== undefined && isPlain
        ? [
            `${file} is used as it is; if it has templates (\`{{ … }}\`), leave \`task-definition\` out: then the running revision is the base.`,
          ]
        : []),
      ...(file !== undefined && !isPlain
        ? [
            `${file} is not plain JSON: the running revision is the base. To keep a file, write what \`ecspresso render taskdef\` prints.`,
          ]
        : []),
      ...('service_definition' in content
        ? [
            'The service definition is not read: the service itself is left as it is, apart from its revision.',
          ]
        : []),
      ...('codedeploy' in content ? ['`codedeploy`: see docs/services.md.'] : []),
      ...('plugins' in content ? ['`plugins` have no counterpart.'] : []),
    ],
  };
}

function isTemplate(text: string): boolean {
  return text.includes('{{') || isFilledIn(text);
}
