import { Document, isScalar, visit } from 'yaml';
import type { InitDraft, ServiceDraft } from './draft.ts';

/**
 * Where editors find the schema of this major version. The comment that names it is read by the YAML language server (its
 * README, "Using inlined schema"), so by VS Code, Neovim and others.
 */
export const SCHEMA_URL = 'https://raw.githubusercontent.com/org/deploy-action/v1/schema/deploy.schema.json';

/** The text of deploy.yml, with the notes above it. */
export function deployConfigText(draft: InitDraft, path: string): string {
  const document = new Document(withoutAbsent(contentOf(draft)));
  visit(document, {
    // Lists of words stand on one line, as people write them.
    Seq: (_, node) => {
      if (node.items.every((item) => isScalar(item))) node.flow = true;
      return undefined;
    },
  });
  const notes = draft.notes.map((note) => `# - ${note}\n`).join('');
  const head = `# yaml-language-server: $schema=${SCHEMA_URL}\n# ${path}\n${notes === '' ? '' : `#\n# To look at:\n${notes}`}`;
  return `${head}${document.toString({ lineWidth: 100, flowCollectionPadding: false })}`;
}

function contentOf({
  repository,
  image,
  environments,
  services,
  migrate,
  rolloutTimeout,
  families,
  rules,
}: InitDraft): Record<string, unknown> {
  return {
    version: 1,
    image: {
      repository,
      context: image.context,
      dockerfile: image.dockerfile,
      target: image.target,
      platform: image.platform,
      'build-args': image.buildArguments,
      secrets: image.secrets,
      ...(image.codebuildProject === undefined
        ? {}
        : { builder: 'codebuild', codebuild: { project: image.codebuildProject } }),
    },
    environments: Object.fromEntries(
      environments.map(({ name, branches, region, role, cluster }) => [
        name,
        { branch: branches.length === 1 ? branches[0] : branches, region, role, cluster },
      ]),
    ),
    services: services.map(serviceEntry),
    families: families.length === 0 ? undefined : families,
    migrate: migrate && { command: migrate.command, container: migrate.container },
    rollout: rolloutTimeout === undefined ? undefined : { timeout: durationOf(rolloutTimeout) },
    schedules: rules.length === 0 ? undefined : rules.map((rule) => ({ rule })),
  };
}

function serviceEntry({ name, container, taskDefinition, minimumTasks }: ServiceDraft): unknown {
  if (container === undefined && taskDefinition === undefined && minimumTasks === undefined) return name;
  return { name, container, 'task-definition': taskDefinition, 'minimum-tasks': minimumTasks };
}

function durationOf(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}

/** Keys without a value are not written, nor are sections that have none left. */
function withoutAbsent(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutAbsent);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .map(([key, inner]): [string, unknown] => [key, withoutAbsent(inner)])
    .filter(([, inner]) => inner !== undefined && !isEmptyMap(inner));
  return Object.fromEntries(entries);
}

function isEmptyMap(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
  );
}
