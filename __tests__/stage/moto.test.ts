import { DescribeImagesCommand, ECRClient, CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { startMoto, type Moto } from './moto.ts';

const limit = 120_000;

describe('the second emulator', () => {
  let moto: Moto;

  beforeAll(async () => {
    moto = await startMoto();
  }, limit);

  afterAll(() => moto.stop(), limit);

  it(
    'says of a missing image what AWS says, where MiniStack does not',
    async () => {
      const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
      const ecr = new ECRClient({ endpoint: moto.endpoint, region: 'us-east-1', credentials });
      await ecr.send(new CreateRepositoryCommand({ repositoryName: 'shop' }));

      const answer = ecr.send(
        new DescribeImagesCommand({ repositoryName: 'shop', imageIds: [{ imageTag: 'missing' }] }),
      );

      await expect(answer).rejects.toMatchObject({ name: 'ImageNotFoundException' });
    },
    limit,
  );
});
