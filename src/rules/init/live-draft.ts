import { ecrRegistry, parseImageReference, repositoryUri, type ImageReference } from '../image/image-ref.ts';
import { logLocation } from '../task/log-location.ts';
import { containersOf, textOf } from '../task-definition/task-definition.ts';
import type { JsonObject } from '../text/json.ts';
import { EMPTY_DRAFT, type InitDraft, type ServiceDraft } from './draft.ts';
import type { DeployResources } from './permission-policy.ts';

/** What was read of the services. */
export interface LiveFacts {
  partition: string;
  region: string;
  account: string;
  cluster: string;
  services: readonly {
    name: string;
    /** ECS, CODE_DEPLOY or EXTERNAL. */
    controller: string;
    desired: number;
    family: string;
    definition: JsonObject;
  }[];
}

/** Undefined where no container runs an image of ECR and no repository was named. */
export function draftOfLive(
  facts: LiveFacts,
  named?: string,
): { draft: InitDraft; resources: DeployResources } | undefined {
  const { region, account, services } = facts;
  const images = services.flatMap(({ definition }) => ecrImages(definition));
  const [first] = images;
  const repository = named ?? (first === undefined ? undefined : shortName(first, facts));
  if (repository === undefined) return undefined;
  const others = [...new Set(images.map(repositoryUri))].filter((uri) => !isOf(uri, repository));
  const where = located(repository, images) ?? { account, region, name: repository };
  return {
    draft: {
      ...EMPTY_DRAFT,
      repository,
      services: services.map((service) => serviceDraft(service, repository)),
      notes: [
        ...others.map(
          (uri) => `Containers with images of ${uri} keep them: only images of ${repository} are replaced.`,
        ),
        ...services
          .filter(({ controller }) => controller !== 'ECS')
          .map(
            ({ name, controller }) =>
              `${name} has the deployment controller ${controller}: see docs/services.md.`,
          ),
      ],
    },
    resources: { ...facts, ...touched(facts), repository: where },
  };
}

function touched({ region, services }: LiveFacts) {
  const families = unique(services.map(({ family }) => family));
  const definitions = services.map(({ definition }) => definition);
  return {
    services: services.map(({ name }) => name),
    families,
    // Whichever service the migration takes its network from.
    taskFamilies: families,
    roles: unique(
      definitions.flatMap((definition) => [
        textOf(definition['taskRoleArn']),
        textOf(definition['executionRoleArn']),
      ]),
    ).sort(),
    logGroups: unique(
      definitions.flatMap((definition) =>
        containersOf(definition).map((container) => {
          const location = logLocation(definition, textOf(container['name']), region);
          return 'group' in location ? location.group : '';
        }),
      ),
    ),
  };
}

/** A container is named only where the image would not be found by its repository: a placeholder, for instance. */
function serviceDraft(
  { name, desired, definition }: LiveFacts['services'][number],
  repository: string,
): ServiceDraft {
  const isFound = ecrImages(definition).some((image) => isOf(repositoryUri(image), repository));
  const [container] = containersOf(definition).map((one) => textOf(one['name']));
  return {
    name,
    ...(isFound || container === undefined ? {} : { container }),
    ...(desired === 0 ? { minimumTasks: 0 as const } : {}),
  };
}

function ecrImages(definition: JsonObject): ImageReference[] {
  return containersOf(definition).flatMap(({ image }) => {
    const reference = parseImageReference(textOf(image));
    return reference?.registry !== undefined && ecrRegistry(reference.registry) !== undefined
      ? [reference]
      : [];
  });
}

/** The name alone, where the repository is in the account and region of the services. */
function shortName({ registry = '', repository }: ImageReference, { account, region }: LiveFacts): string {
  const at = ecrRegistry(registry);
  return at?.account === account && at.region === region ? repository : `${registry}/${repository}`;
}

function isOf(uri: string, repository: string): boolean {
  return uri === repository || uri.endsWith(`/${repository}`);
}

function located(
  repository: string,
  images: readonly ImageReference[],
): DeployResources['repository'] | undefined {
  const image = images.find((one) => isOf(repositoryUri(one), repository));
  const at = ecrRegistry(image?.registry ?? parseImageReference(repository)?.registry ?? '');
  const name = image?.repository ?? parseImageReference(repository)?.repository;
  return at === undefined || name === undefined ? undefined : { ...at, name };
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values.filter((value) => value !== ''))];
}
