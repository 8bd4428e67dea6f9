import { originUrl, runWithAct, type ActResult } from './act.ts';
import { checkOut, pushEvent } from './checkout.ts';
import type { Shop } from './shop.ts';

/** Pushes the current branch, and lets act run the workflows of the commit. */
export async function pushWithAct(
  { git, inputs, jobEnvironment }: Shop,
  act: string,
  { withHistory = false }: { withHistory?: boolean } = {},
): Promise<ActResult> {
  const push = await git.push();
  const checkout = await checkOut(git, push);
  const inCheckout = (...args: string[]) => git.git('-C', checkout.folder, ...args);
  try {
    // What `fetch-depth: 0` brings; act copies the workspace and fetches nothing.
    if (withHistory) await inCheckout('fetch', '--quiet', '--unshallow', '--tags');
    await inCheckout('remote', 'set-url', 'origin', originUrl);
    return await runWithAct({
      act,
      workspace: checkout.folder,
      event: pushEvent(push),
      variables: { DEPLOY_ROLE: inputs['role']! },
      environment: jobEnvironment,
    });
  } finally {
    checkout.remove();
  }
}
