import { runningImage } from '../../../src/rules/image/running-image.ts';

const definition = {
  containerDefinitions: [
    { name: 'datadog', image: 'public.ecr.aws/datadog/agent:7' },
    { name: 'app', image: '111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop@sha256:aa' },
    { name: 'web', image: '111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop:v1' },
  ],
};

describe('the image that a revision runs', () => {
  it.each<[why: string, wanted: { container?: string; repository: string }, image: string | undefined]>([
    [
      'of the named container',
      { container: 'datadog', repository: 'shop' },
      'public.ecr.aws/datadog/agent:7',
    ],
    ['of a container that there is not', { container: 'nginx', repository: 'shop' }, undefined],
    [
      'by the bare name of the repository',
      { repository: 'shop' },
      '111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop:v1',
    ],
    [
      'by its full URI',
      { repository: '111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop' },
      '111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop:v1',
    ],
    [
      'not of the same name in another registry',
      { repository: '222222222222.dkr.ecr.eu-west-1.amazonaws.com/shop' },
      undefined,
    ],
    ['not of another repository', { repository: 'agent' }, undefined],
  ])('%s', (_why, wanted, image) => {
    expect(runningImage(definition, wanted)).toBe(image);
  });
});
