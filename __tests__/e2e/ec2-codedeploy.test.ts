import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { jest } from '@jest/globals';
import { setUp } from '../../scripts/setup.mjs';
import { infraEnvironment } from '../../src/steps/cookbook/infra-deploy.ts';
import { nginx, openFakeInfrastructure, type FakeInfrastructure } from '../bundle/fake-infrastructure.ts';
import { example } from './support/sample-app.ts';

jest.setTimeout(120_000);

const recipe = example('ec2-codedeploy');
const doubles = join(import.meta.dirname, '../fakes/ec2/bin');
const revisionOf = (commit: string) => ({
  revisionType: 'S3',
  s3Location: { bucket: 'shop-releases', key: `${commit}.zip`, bundleType: 'zip' },
});

interface State {
  servers: { name: string; revision?: object }[];
  deployments: Record<string, { revision: object; status: string }>;
  groups: Record<string, { lastSuccessful: string | null; lastAttempted: string | null }>;
  chef: Record<string, string[]>;
  calls: { operation: string; input: object }[];
  isBroken?: boolean;
}

let folder: string;
let infrastructure: FakeInfrastructure | undefined;
const file = () => join(folder, 'state.json');
const state = () => JSON.parse(readFileSync(file(), 'utf8')) as State;
const change = (more: Partial<State>) => writeFileSync(file(), JSON.stringify({ ...state(), ...more }));
const environment = () => ({
  PATH: [doubles, process.env['PATH']].join(delimiter),
  EC2_STATE: file(),
});

/** Two servers run commit `aaa`; `bbb` was tried after it and failed. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ec2-'));
  const first: State = {
    servers: ['server-1', 'server-2'].map((name) => ({ name, revision: revisionOf('aaa') })),
    deployments: {
      'd-1': { revision: revisionOf('aaa'), status: 'Succeeded' },
      'd-2': { revision: revisionOf('bbb'), status: 'Failed' },
    },
    groups: { production: { lastSuccessful: 'd-1', lastAttempted: 'd-2' } },
    chef: { nginx: ['1.2.3'] },
    calls: [],
  };
  writeFileSync(file(), JSON.stringify(first));
});
afterEach(async () => {
  await infrastructure?.close();
  infrastructure = undefined;
  rmSync(folder, { recursive: true });
});

describe('R6 current revision: new servers on EC2 get the application that runs now', () => {
  it('the whole flow: the merged version is uploaded, a server is made, and it runs what ran before', async () => {
    infrastructure = await openFakeInfrastructure({
      '.github/deploy.yml': recipe['deploy.yml']!,
      'infra/deploy.sh': recipe['infra/deploy.sh']!,
    });
    const push = await infrastructure.push(nginx('1.3.0'), 'Release');
    change({ isBroken: true });
    const broken = await infrastructure.run(push, { environment: environment() });
    expect({ exitCode: broken.exitCode, log: broken.stdout }).toMatchObject({ exitCode: 1 });
    expect(broken.outputs['failed-step']).toBe('infra-deploy');
    expect(await infrastructure.record()).toBe(push.before);

    // What was uploaded is frozen by now: the next run goes on from there.
    change({ isBroken: false });
    const run = await infrastructure.run(push, { environment: environment() });
    expect({ exitCode: run.exitCode, log: run.stdout }).toMatchObject({ exitCode: 0 });
    expect(run.outputs['released-cookbooks']).toBe('{"nginx":"1.3.0"}');
    expect(state().chef).toEqual({ nginx: ['1.2.3', '1.3.0'] });
    expect(state().servers).toEqual(
      ['server-1', 'server-2', 'server-3'].map((name) => ({ name, revision: revisionOf('aaa') })),
    );
    expect(await infrastructure.record()).toBe(push.after);
  });

  it('R4 verify: tests of the new servers that fail stop it before any server is deployed to; the record stays', async () => {
    infrastructure = await openFakeInfrastructure({
      '.github/deploy.yml': recipe['deploy.yml']!,
      'infra/deploy.sh': recipe['infra/deploy.sh']!,
      'infra/verify.sh': 'echo "Port 80 should be listening"; exit 9\n',
    });
    const push = await infrastructure.push(nginx('1.3.0'), 'Release');
    const run = await infrastructure.run(push, { environment: environment() });
    expect({ exitCode: run.exitCode, log: run.stdout }).toMatchObject({ exitCode: 1 });
    expect(run.stdout).toContain('Port 80 should be listening');
    expect(run.stdout).toContain('exited with code 9');
    expect(state().calls.map(({ operation }) => operation)).not.toContain('CreateDeployment');
    expect(await infrastructure.record()).toBe(push.before);
  });

  const deploy = (commit: string | undefined) =>
    spawnSync('bash', [join('examples/ec2-codedeploy/infra/deploy.sh')], {
      encoding: 'utf8',
      env: {
        ...environment(),
        ...infraEnvironment({
          command: ['bash'],
          environment: 'production',
          commit: 'ccc',
          released: { cookbooks: [], since: 'bbb' },
          current: commit === undefined ? {} : { commit },
        }),
      },
    });

  it('where the application runs on ECS too, it is the commit that serves there', () => {
    const { status, stderr } = deploy('ddd');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(state().servers.map(({ revision }) => revision)).toEqual([1, 2, 3].map(() => revisionOf('ddd')));
  });

  it('where nothing was ever deployed with success, nothing is made', () => {
    change({ groups: { production: { lastSuccessful: null, lastAttempted: 'd-2' } } });
    const { status, stderr } = deploy(undefined);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'No deployment of shop to production has succeeded yet: deploy the application first.\n',
    });
    expect(state().servers).toHaveLength(2);
    expect(state().calls.map(({ operation }) => operation)).toEqual(['GetDeploymentGroup']);
  });

  it('what it asks of CodeDeploy is what botocore would send', async () => {
    const { python } = await setUp(['python']);
    expect(deploy(undefined).status).toBe(0);
    const { calls } = state();
    expect(calls.map(({ operation }) => operation)).toEqual([
      'GetDeploymentGroup',
      'GetDeployment',
      'CreateDeployment',
    ]);
    const program = `
import json, sys, botocore.session, botocore.validate
model = botocore.session.get_session().get_service_model("codedeploy")
check = lambda call: botocore.validate.ParamValidator().validate(call["input"], model.operation_model(call["operation"]).input_shape)
print(json.dumps([check(call).generate_report() for call in json.load(sys.stdin)]))`;
    const wrong = [...calls, { operation: 'CreateDeployment', input: { revision: 'aaa' } }];
    const reports = JSON.parse(
      execFileSync(python?.python ?? '', ['-c', program], { input: JSON.stringify(wrong), encoding: 'utf8' }),
    ) as string[];
    expect(reports.slice(0, -1)).toEqual(['', '', '']);
    expect(reports.at(-1)).toContain('applicationName');
  });

  it('shellcheck finds nothing in it', async () => {
    const { python } = await setUp(['python']);
    const script = 'examples/ec2-codedeploy/infra/deploy.sh';
    const { status, stdout } = spawnSync(python?.shellcheck ?? '', [script], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });
});
