import type { StepContext } from '../context.ts';

/** What the steps of a build work with. */
export type BuildContext = Pick<
  StepContext,
  | 'codebuild'
  | 's3'
  | 'builds'
  | 'logs'
  | 'files'
  | 'clock'
  | 'log'
  | 'report'
  | 'region'
  | 'signal'
  | 'saveState'
  | 'setOutput'
>;
