import { DeployError } from '../../errors.ts';
import type { Identity } from '../../ports/identity.ts';
import { mergeDrafts } from '../../rules/init/merge-drafts.ts';
import { environmentFor, type InitDraft } from '../../rules/init/draft.ts';
import { draftOfLive, type LiveFacts } from '../../rules/init/live-draft.ts';
import type { DeployResources } from '../../rules/init/permission-policy.ts';
import { containersOf, textOf } from '../../rules/task-definition/task-definition.ts';
import type { StepContext } from '../context.ts';
import { readServices, type LiveService } from '../services/read-services.ts';

/** Where to look. */
export interface LiveRequest {
  cluster: string;
  services: readonly [string, ...string[]];
  /** As the user or the file of another tool says it. */
  repository?: string;
  environment?: string;
}

export interface LiveAnswer {
  draft: InitDraft;
  /** What a deploy of them touches: what the role has to allow. */
  resources: DeployResources;
}

type Context = Pick<StepContext, 'ecs' | 'region'> & { identity: Identity };

/** Reads the services as they run. Rejects with CLUSTER_NOT_FOUND, SERVICE_NOT_FOUND, or what AWS says. */
export async function readLive(context: Context, request: LiveRequest): Promise<LiveAnswer> {
  const { account, arn } = await context.identity.caller();
  const plans = request.services.map((name) => ({ name, minimumTasks: 1 }));
  const services = await readServices(context, request.cluster, plans);
  const facts: LiveFacts = {
    partition: arn.split(':')[1] ?? 'aws',
    region: context.region,
    account,
    cluster: request.cluster,
    services: services.map(factsOf),
  };
  const found = draftOfLive(facts, request.repository);
  if (found === undefined) {
    throw new DeployError(
      'CONTAINER_NOT_FOUND',
      `no container of ${request.services.join(', ')} runs an image of Amazon ECR`,
      {
        hint: 'Name the repository that their images come from: --repository shop.',
        details: services.flatMap(({ plan, current }) =>
          containersOf(current.definition).map(
            ({ name, image }) => `${plan.name}: ${textOf(name)}: ${textOf(image)}`,
          ),
        ),
      },
    );
  }
  const environment = {
    ...environmentFor(request.environment ?? request.cluster),
    region: context.region,
    cluster: request.cluster,
  };
  return {
    draft: mergeDrafts([{ ...found.draft, environments: [environment] }]),
    resources: found.resources,
  };
}

function factsOf({ plan, service, current }: LiveService): LiveFacts['services'][number] {
  return {
    name: plan.name,
    controller: service.deploymentController?.type ?? 'ECS',
    desired: service.desiredCount ?? 0,
    family: textOf(current.definition['family']),
    definition: current.definition,
  };
}
