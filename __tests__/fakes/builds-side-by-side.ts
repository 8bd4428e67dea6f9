import { Log } from '../../src/report/log.ts';
import { newRunReport } from '../../src/report/run-report.ts';
import { BuildLooks } from '../../src/steps/codebuild/build-looks.ts';
import { buildImageOnCodeBuild, type ImageBuildRequest } from '../../src/steps/codebuild/build-image.ts';
import { FakeAws } from './aws/fake-aws.ts';
import { FakeClock } from './clock.ts';
import { FakeFiles } from './files.ts';
import { FakeHost } from './host.ts';

const REGISTRY = '111111111111.dkr.ecr.ap-northeast-1.amazonaws.com';

/** Builds of several images on one context, as a run with several images has them. */
export async function sideBySide(
  projects = ['shop-build'],
  { clock = new FakeClock(), host = new FakeHost() }: { clock?: FakeClock; host?: FakeHost } = {},
) {
  const aws = new FakeAws({ clock });
  for (const project of projects) aws.codebuild.addProject(project);
  const report = newRunReport('deploy');
  const connected = await aws.connect();
  const stopAll = new AbortController();
  const context = {
    ...connected,
    clock,
    report,
    log: new Log(host, clock, report),
    files: new FakeFiles({ Dockerfile: 'FROM scratch' }),
    builds: new BuildLooks({ codebuild: connected.codebuild, clock }),
    signal: stopAll.signal,
    saveState: (name: string, value: string) => host.saveState(name, value),
    setOutput: (name: string, value: string) => host.setOutput(name, value),
  };
  const build = (name: string, project = 'shop-build', signal = stopAll.signal) => {
    aws.ecr.addRepository(name, { immutableTags: true });
    return buildImageOnCodeBuild({ ...context, signal }, requestFor(name, project));
  };
  return { aws, clock, host, build, context, stopAll };
}

function requestFor(name: string, project: string): ImageBuildRequest {
  const codebuild = { project, variables: [], source: { kind: 'project' }, timeoutSeconds: 3600 } as const;
  return {
    repository: {
      uri: `${REGISTRY}/${name}`,
      ecr: { name },
      account: '111111111111',
      region: 'ap-northeast-1',
      login: { registry: REGISTRY, username: 'AWS', password: 'none' },
    },
    image: {
      repository: name,
      context: '.',
      dockerfile: 'Dockerfile',
      buildArguments: {},
      secrets: [],
      cache: 'registry',
      reuse: { mode: 'content' },
    },
    codebuild,
    tag: 'src-1',
    commit: '1'.repeat(40),
    runId: '4711',
  };
}
