import type { Act } from './act.ts';
import { bumpMerged } from './acts/bump-merged.ts';
import { codebuildBuild } from './acts/codebuild-build.ts';
import { cookbookChange } from './acts/cookbook-change.ts';
import { crashingRevision } from './acts/crashing-revision.ts';
import { failingMigration } from './acts/failing-migration.ts';
import { firstDeploy } from './acts/first-deploy.ts';
import { plan } from './acts/plan.ts';
import { promotion } from './acts/promotion.ts';
import { sameAgain } from './acts/same-again.ts';
import { scheduledTasks } from './acts/scheduled-tasks.ts';

/** In this order: each goes on from where the one before left the shop. */
export const acts: readonly Act[] = [
  firstDeploy,
  sameAgain,
  promotion,
  failingMigration,
  crashingRevision,
  cookbookChange,
  bumpMerged,
  codebuildBuild,
  scheduledTasks,
  plan,
];
