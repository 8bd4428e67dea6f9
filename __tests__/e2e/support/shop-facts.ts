import { DescribeImagesCommand } from '@aws-sdk/client-ecr';
import { ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import { awsClients } from '../../stage/aws.ts';
import type { Database } from '../../stage/database.ts';
import { docker } from '../../stage/docker.ts';
import { runningContainers, serviceState } from '../../stage/probes.ts';
import type { Stage } from '../../stage/stage.ts';
import { until } from '../../stage/until.ts';
import { ecrRepository, type Environment, type Shop } from './shop.ts';

/** What is true of one environment, as the stage itself tells. */
export interface Facts {
  services: Record<string, ServiceFacts>;
  /** Names of the migrations that its database knows, in the order they were applied. */
  migrations: string[];
  tables: string[];
}

export interface ServiceFacts {
  /** `FAMILY:REVISION` of the primary deployment. */
  revision: string;
  deploymentId: string;
  rollout: string | undefined;
  /** Of the containers that run now. */
  containers: { id: string; revision: string; digest: string | undefined }[];
  newestRevision: string;
}

/** Service → digests of its running containers. */
export function runningDigests({ services }: Facts): Record<string, (string | undefined)[]> {
  return Object.fromEntries(
    Object.entries(services).map(([name, { containers }]) => [name, containers.map(({ digest }) => digest)]),
  );
}

/** `factsOf` once nothing of an earlier revision is left: ECS takes old tasks away after the new ones serve. */
export async function settledFactsOf(shop: Shop, environment: Environment): Promise<Facts> {
  return until(
    `only the current revisions run in ${environment}`,
    () => factsOf(shop, environment),
    (facts) =>
      Object.values(facts.services).every(
        ({ revision, containers }) =>
          containers.length === 1 && containers.every((container) => container.revision === revision),
      ),
  );
}

export async function factsOf(shop: Shop, environment: Environment): Promise<Facts> {
  const found = await Promise.all(
    shop.applications[environment].services.map(async ({ name, family }): Promise<[string, ServiceFacts]> => {
      const state = await serviceState(shop.stage, environment, name);
      const containers = await runningContainers(shop.stage, family);
      return [
        name,
        {
          revision: state.revision,
          deploymentId: state.deploymentId,
          rollout: state.rollout,
          containers: containers.map(({ id, revision, digest }) => ({ id, revision, digest })),
          newestRevision: await newestRevision(shop.stage, family),
        },
      ];
    }),
  );
  return { services: Object.fromEntries(found), ...(await schemaOf(shop.databases[environment])) };
}

async function schemaOf(database: Database): Promise<Pick<Facts, 'migrations' | 'tables'>> {
  const found = await database.query<{ tablename: string }>(
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
  );
  const tables = found.map(({ tablename }) => tablename);
  if (!tables.includes('schema_migrations')) return { tables, migrations: [] };
  const rows = await database.query<{ name: string }>(
    'SELECT name FROM schema_migrations ORDER BY applied_at',
  );
  return { tables, migrations: rows.map(({ name }) => name) };
}

async function newestRevision(stage: Stage, family: string): Promise<string> {
  const { taskDefinitionArns = [] } = await awsClients(stage).ecs.send(
    new ListTaskDefinitionsCommand({ familyPrefix: family, sort: 'DESC', maxResults: 1 }),
  );
  return taskDefinitionArns[0]!.split('/').at(-1)!;
}

/** Digests of all images in the shop's repository. */
export async function imagesInRegistry(stage: Stage): Promise<string[]> {
  const { imageDetails = [] } = await awsClients(stage).ecr.send(
    new DescribeImagesCommand({ repositoryName: ecrRepository }),
  );
  return [...new Set(imageDetails.map(({ imageDigest }) => imageDigest!))].toSorted();
}

/** What the web service's container answers to a visitor, asked inside of it: not every engine's network is reachable. */
export async function servedVersion(shop: Shop, environment: Environment): Promise<string> {
  const { web } = (await factsOf(shop, environment)).services;
  const ask = "fetch('http://127.0.0.1:8080/').then(r => r.json()).then(a => console.log(a.version))";
  return docker(shop.stage, ['exec', web!.containers[0]!.id, 'node', '--eval', ask]);
}
