import { createHash } from 'node:crypto';

/**
 * The line by which the comment of a plan is found again. Each of several plans on one pull request (environments, or
 * applications of one repository) has its own. Invisible on the page.
 */
export function commentMarker(plan: { environment: string; cluster: string; repository: string }): string {
  const { environment, cluster, repository } = plan;
  // As a hash, since a name may hold what ends a comment in HTML.
  const key = createHash('sha256')
    .update(JSON.stringify([environment, cluster, repository]))
    .digest('hex')
    .slice(0, 16);
  return `<!-- deploy-action:plan ${key} -->`;
}
