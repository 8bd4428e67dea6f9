import type { JsonObject } from '../../../src/rules/text/json.ts';
import { commonPlatform, platformOf } from '../../../src/rules/task-definition/runtime-platform.ts';

const FARGATE = { requiresCompatibilities: ['FARGATE'] };

describe('the platform of a task definition', () => {
  it.each<[JsonObject, string | undefined, string]>([
    [{ runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' } }, 'linux/arm64', 'ARM'],
    [
      { runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' } },
      'linux/amd64',
      'x86',
    ],
    [
      { ...FARGATE, runtimePlatform: { cpuArchitecture: 'ARM64' } },
      'linux/arm64',
      'only the architecture is said',
    ],
    [
      { ...FARGATE, runtimePlatform: { operatingSystemFamily: 'LINUX' } },
      'linux/amd64',
      'only the system is said',
    ],
    [FARGATE, 'linux/amd64', "Fargate's default"],
    [
      { ...FARGATE, runtimePlatform: { cpuArchitecture: '', operatingSystemFamily: '' } },
      'linux/amd64',
      'empty texts',
    ],
    [{ requiresCompatibilities: ['EC2'] }, undefined, 'the instances decide'],
    [{}, undefined, 'nothing is said'],
    [
      {
        ...FARGATE,
        runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' },
      },
      undefined,
      'Windows: docker needs a version that is not here',
    ],
    [
      { runtimePlatform: { cpuArchitecture: 'RISCV', operatingSystemFamily: 'LINUX' } },
      undefined,
      'an architecture of later days',
    ],
  ])('%j is %s (%s)', (definition, expected) => {
    expect(platformOf(definition)).toBe(expected);
  });

  it('is that of all services only where they agree', () => {
    const arm = { runtimePlatform: { cpuArchitecture: 'ARM64' } };
    expect(commonPlatform([arm, arm])).toBe('linux/arm64');
    expect(commonPlatform([arm, FARGATE])).toBeUndefined();
    expect(commonPlatform([arm, {}])).toBeUndefined();
    expect(commonPlatform([])).toBeUndefined();
  });
});
