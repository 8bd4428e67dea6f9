import type { PushFacts } from '../../stage/git.ts';
import { checkOut, pushEvent } from './checkout.ts';
import { runAction, type ActionRequest, type ActionRun } from './runner.ts';
import type { Shop } from './shop.ts';

/** Pushes the current branch and runs what its workflow runs. */
export async function pushAndDeploy(shop: Shop, more: Partial<ActionRequest> = {}): Promise<ActionRun> {
  return deployPush(shop, await shop.git.push(), more);
}

/** Runs the workflow of a push, on a checkout of its own; rejects once a cancelled run has ended. */
export async function deployPush(
  shop: Shop,
  push: PushFacts,
  more: Partial<ActionRequest> = {},
): Promise<ActionRun> {
  const checkout = await checkOut(shop.git, push);
  try {
    const run = await runAction({
      workspace: checkout.folder,
      event: pushEvent(push),
      inputs: shop.inputs,
      environment: shop.jobEnvironment,
      ...more,
    });
    more.signal?.throwIfAborted();
    return run;
  } finally {
    checkout.remove();
  }
}
