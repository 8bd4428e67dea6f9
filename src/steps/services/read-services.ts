import { DeployError, isAwsError } from '../../errors.ts';
import type { Service, StoredTaskDefinition } from '../../ports/ecs.ts';
import type { ServicePlan } from '../../config/plan.ts';
import type { StepContext } from '../context.ts';

/** A service as the plan wants it and as it runs now. */
export interface LiveService {
  plan: ServicePlan;
  service: Service;
  /** The revision that the service runs now. */
  current: StoredTaskDefinition;
}

type Context = Pick<StepContext, 'ecs' | 'region'>;

/** Reads the services and the revisions they run. All that are missing are named together. */
export async function readServices(
  context: Context,
  cluster: string,
  plans: readonly ServicePlan[],
): Promise<LiveService[]> {
  const found = await describe(context, cluster, plans);
  const missing = plans.filter(({ name }) => !found.has(name));
  if (missing.length > 0) {
    throw new DeployError(
      'SERVICE_NOT_FOUND',
      `cluster ${cluster} has no active service ${missing.map(({ name }) => name).join(', ')}`,
      {
        hint: `Check the names, the cluster and the region (${context.region}). Services are created by your infrastructure code; deploy-action updates them.`,
      },
    );
  }

  // Several services often run one revision: it is read once.
  const definitions = new Map<string, Promise<StoredTaskDefinition>>();
  const definitionOf = (arn: string) => {
    const known = definitions.get(arn) ?? context.ecs.describeTaskDefinition(arn);
    definitions.set(arn, known);
    return known;
  };
  return Promise.all(
    plans.flatMap((plan) => {
      const service = found.get(plan.name);
      if (service === undefined) return [];
      return [definitionOf(runningDefinition(service)).then((current) => ({ plan, service, current }))];
    }),
  );
}

async function describe(
  { ecs, region }: Context,
  cluster: string,
  plans: readonly ServicePlan[],
): Promise<Map<string, Service>> {
  try {
    const { services } = await ecs.describeServices(
      cluster,
      plans.map(({ name }) => name),
    );
    const active = services.filter(({ status }) => status === 'ACTIVE');
    return new Map(
      plans.flatMap(({ name }) => {
        const service = active.find(({ serviceName }) => serviceName === name);
        return service === undefined ? [] : [[name, service]];
      }),
    );
  } catch (error) {
    if (!isAwsError(error, 'ClusterNotFoundException')) throw error;
    throw new DeployError('CLUSTER_NOT_FOUND', `there is no cluster ${cluster} in ${region}`, {
      cause: error,
      hint: 'Check `cluster` and `region`, and that the role signs in to the account the cluster lives in.',
    });
  }
}

/** Services deployed by CodeDeploy or by task sets have no revision of their own; a guard refuses those by name. */
function runningDefinition(service: Service): string {
  const definition =
    service.taskDefinition ?? service.deployments?.find(({ status }) => status === 'PRIMARY')?.taskDefinition;
  if (definition !== undefined && definition !== '') return definition;
  throw new DeployError(
    'SERVICE_UNSUPPORTED',
    `service ${service.serviceName ?? '?'} names no task definition`,
    {
      hint: 'Services with task sets (controller EXTERNAL) and Express Mode services are not supported yet.',
    },
  );
}
