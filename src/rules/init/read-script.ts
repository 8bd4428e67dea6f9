import { split } from 'shlex';
import { environmentFor, EMPTY_DRAFT, type InitDraft } from './draft.ts';
import { mergeDrafts } from './merge-drafts.ts';
import { withVariables } from './workflow-jobs.ts';
import { isFilledIn, overriddenCommand } from './yaml-values.ts';

/** Options by name; what stands before the first of them are words. */
interface Call {
  words: string[];
  /** Undefined, too, where a variable stands there. */
  option: (...names: string[]) => string | undefined;
  /** As it stands there. */
  written: (...names: string[]) => string | undefined;
}

type Reader = (call: Call) => Partial<InitDraft>;

/** The programs that we know, and how each is told what to do (their READMEs; versions in docs/comparison.md). */
const PROGRAMS: Readonly<Record<string, Reader>> = {
  // fabfuel: ecs deploy CLUSTER SERVICE
  ecs: ({ words: [what, cluster, service], option }) => {
    const timeout = Number(option('--timeout') ?? NaN);
    return what === 'deploy'
      ? {
          ...target(cluster, service, option('--region')),
          ...(timeout > 0 ? { rolloutTimeout: timeout } : {}),
        }
      : {};
  },
  // silinternational: ecs-deploy -c CLUSTER -n SERVICE -i IMAGE
  'ecs-deploy': ({ option, written }) => ({
    ...target(written('-c', '--cluster'), written('-n', '--service-name'), option('-r', '--region')),
    ...repositoryOf(written('-i', '--image')),
  }),
  // crowdworks and h3poteto: ecs-goploy update service, update scheduled-task
  'ecs-goploy': ({ words: [, what], option }) => ({
    ...(what === 'service'
      ? target(option('-c', '--cluster'), option('-n', '--service-name'), option('--region'))
      : {}),
    ...(what === 'task-definition'
      ? { families: [option('-d', '--base-task-definition') ?? []].flat() }
      : {}),
    ...(what === 'scheduled-task' ? { rules: [option('-n', '--name') ?? []].flat() } : {}),
    ...repositoryOf(option('-i', '--image')),
  }),
  // h3poteto: ecs-task run
  'ecs-task': ({ option }) => {
    const command = option('--command');
    const container = option('--container');
    return {
      ...target(option('-c', '--cluster'), undefined, option('--region')),
      ...(command === undefined
        ? {}
        : { migrate: { command: split(command), ...(container === undefined ? {} : { container }) } }),
    };
  },
  // docker build -t REGISTRY/shop:TAG, docker push REGISTRY/shop:TAG
  docker: ({ words, written }) => {
    const tag = words.includes('push') ? words.at(-1) : written('-t', '--tag');
    const name = /^(?:\$\w+|\$\{\w+\}|\d{12}\.dkr\.ecr\.[\w.-]+)\/([a-z0-9][a-z0-9._/-]*)(?::.*)?$/.exec(
      tag ?? '',
    )?.[1];
    return name === undefined ? {} : { repository: name };
  },
  ecspresso: ({ words, option }) => {
    const overrides = option('--overrides');
    const migrate = overrides === undefined ? undefined : overriddenCommand(overrides);
    return {
      ...(migrate === undefined ? {} : { migrate }),
      notes:
        words.includes('deploy') || words.includes('run')
          ? [
              `ecspresso keeps its settings in ${option('--config') ?? 'ecspresso.yml'}: run \`init --from\` on that file too.`,
            ]
          : [],
    };
  },
};

/**
 * A shell script, or the `run` of a step: the calls of deploy tools in it. Nothing is executed; of variables only those
 * are filled in that the script sets once, to plain text.
 */
export function readScript(script: string): InitDraft {
  const text = withVariables(script, plainVariables(script));
  const lines = text.replaceAll(/\\\r?\n/g, ' ').split(/\r?\n/);
  return mergeDrafts([EMPTY_DRAFT, ...lines.flatMap((line) => callsIn(line))]);
}

function plainVariables(script: string): Record<string, string> {
  const found = [...script.matchAll(/^\s*(?:export\s+|readonly\s+)?([A-Za-z_]\w*)=(.*)$/gm)];
  return Object.fromEntries(
    found.flatMap(([, name = '', value = '']) => {
      const plain = /^(?:"([^"$`\\]*)"|'([^']*)'|([\w./:@-]*))\s*(?:#.*)?$/.exec(value.trim());
      const isOnly = found.filter(([, other]) => other === name).length === 1;
      const text = plain?.[1] ?? plain?.[2] ?? plain?.[3];
      return isOnly && text !== undefined && text !== '' ? [[name, text]] : [];
    }),
  );
}

function callsIn(line: string): Partial<InitDraft>[] {
  return line.split(/&&|\|\||;|\$\(|`/).flatMap((part) => {
    const [program = '', ...rest] = wordsOf(part);
    const name = program.replace(/^.*\//, '');
    const reader = Object.hasOwn(PROGRAMS, name) ? PROGRAMS[name] : undefined;
    return reader === undefined ? [] : [reader(callOf(rest))];
  });
}

function wordsOf(text: string): string[] {
  try {
    return split(text);
  } catch {
    // A quote that the cut at `$(` or `&&` left open.
    return text.split(/\s+/).flatMap((word) => word.replaceAll(/["']/g, '') || []);
  }
}

function callOf(all: readonly string[]): Call {
  const first = all.findIndex((word) => word.startsWith('-'));
  const written = (...names: string[]) => {
    const index = all.findIndex((word) => names.includes(word));
    const joined = all.find((word) =>
      names.some((name) => name.startsWith('--') && word.startsWith(`${name}=`)),
    );
    return index >= 0 ? all[index + 1] : joined?.slice(joined.indexOf('=') + 1);
  };
  return {
    // Options may come first: `ecspresso --config x deploy`.
    words:
      first > 0
        ? all.slice(0, first)
        : all.filter((word, index) => !word.startsWith('-') && !(all[index - 1] ?? '').startsWith('-')),
    option: (...names) => {
      const value = written(...names);
      return value === undefined || isFilledIn(value) ? undefined : value;
    },
    written,
  };
}

function target(
  cluster: string | undefined,
  service: string | undefined,
  region: string | undefined,
): Partial<InitDraft> {
  const known = (text: string | undefined) => (text === undefined || isFilledIn(text) ? undefined : text);
  const [inCluster, named] = [known(cluster), known(service)];
  return {
    environments:
      inCluster === undefined
        ? []
        : [
            {
              ...environmentFor(inCluster),
              branches: [],
              cluster: inCluster,
              ...(region === undefined ? {} : { region }),
            },
          ],
    services: named === undefined ? [] : [{ name: named }],
    notes: [
      ...(cluster !== undefined && inCluster === undefined
        ? [`The cluster is a variable of the script (${cluster}): write its name under \`environments\`.`]
        : []),
      ...(service !== undefined && named === undefined
        ? [`The service is a variable of the script (${service}): write its name under \`services\`.`]
        : []),
    ],
  };
}

function repositoryOf(image: string | undefined): Partial<InitDraft> {
  const name = image?.replace(/(?::(?:[\w.-]+|\$\{?\w+\}?)|@sha256:[0-9a-f]+)$/, '');
  return name === undefined || name === '' || isFilledIn(name) ? {} : { repository: name };
}
