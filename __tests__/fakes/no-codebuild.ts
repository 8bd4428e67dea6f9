import type { StepContext } from '../../src/steps/context.ts';

/** For a context whose builds run elsewhere: any use of CodeBuild shows. */
export function noCodeBuild(): Pick<
  StepContext,
  'codebuild' | 's3' | 'builds' | 'logs' | 'saveState' | 'setOutput'
> {
  const never = new Proxy(
    {},
    {
      get: (_target, name) => {
        throw new Error(`this test has no CodeBuild, and ${String(name)} was asked for`);
      },
    },
  ) as never;
  return {
    codebuild: never,
    s3: never,
    builds: never,
    logs: never,
    saveState: () => undefined,
    setOutput: () => undefined,
  };
}
