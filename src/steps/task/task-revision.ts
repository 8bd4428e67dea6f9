import type { OneOffPlan } from '../../config/plan.ts';
import type { DeployedImage } from '../../rules/image/replace-images.ts';
import { referenceOf } from '../../rules/image/task-image.ts';
import { revisionName } from '../../rules/aws/ecs-names.ts';
import type { DeployFacts } from '../../rules/record/ledger.ts';
import { oneOffContainer } from '../../rules/task-definition/container-match.ts';
import { registrable, textOf, withImage } from '../../rules/task-definition/task-definition.ts';
import type { JsonObject } from '../../rules/text/json.ts';
import type { StepContext } from '../context.ts';
import type { Revision } from '../revision/register.ts';
import { reuseOrRegister } from '../revision/register-definition.ts';

export interface TaskRevisionRequest {
  purpose: 'migrate' | 'before-deploy';
  plan: OneOffPlan;
  /** Of the service that the task takes after. */
  revision: Revision;
  image: DeployedImage;
  ledger: DeployFacts;
}

/**
 * What a one-off task runs: the service's new revision. RunTask can put another command into a container, but no other
 * image, so one that the service does not run gets a copy of that revision in a family of its own: in the service's
 * family it would be the newest, and somebody's next deployment.
 */
export async function taskRevision(
  context: Pick<StepContext, 'ecs' | 'clock' | 'log' | 'signal'>,
  { purpose, plan, revision, image, ledger }: TaskRevisionRequest,
): Promise<{ arn: string; definition: JsonObject }> {
  const { definition, images, tags } = revision;
  if (images.some((each) => referenceOf(each) === referenceOf(image))) return revision;
  const [ours = image] = images;
  const container = oneOffContainer(definition, {
    service: plan.service,
    image: referenceOf(ours),
    ...(plan.container === undefined ? {} : { container: plan.container }),
  });
  const copy = {
    ...withImage(registrable(definition), [container], referenceOf(image)),
    family: `${textOf(definition['family'])}-deploy-action-${purpose}`,
  };
  const { stored } = await reuseOrRegister(context, copy, tags, {
    ...ledger,
    ...(image.tag === undefined ? {} : { content: image.tag }),
  });
  context.log.info(
    `${purpose}: ${revisionName(stored.arn)}, which is ${revision.name} with the image ${image.name ?? image.uri} in container ${container}`,
  );
  return stored;
}
