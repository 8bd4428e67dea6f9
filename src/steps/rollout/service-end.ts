import type { DeployError } from '../../errors.ts';
import type { ServiceReport } from '../../report/run-report.ts';
import type { LiveService } from '../services/read-services.ts';
import type { StartedRollout } from './start-rollout.ts';
import type { RolloutEnd } from './watch-rollouts.ts';

/** One service's part of the release, for the report and for the return on failure. */
export interface ServiceEnd {
  live: LiveService;
  rollout?: StartedRollout;
  end?: RolloutEnd;
  report: ServiceReport;
  /** Set where the service could not even be updated. */
  error?: DeployError;
}
