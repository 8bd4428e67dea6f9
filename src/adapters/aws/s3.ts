import type { S3 } from '../../ports/s3.ts';
import { type AwsClientSettings, lazily, prepared } from './client-settings.ts';

/** Few runs write to S3, so the SDK's client is read from disk only then. `pathStyle` is for emulators. */
export function awsS3({ config, ...about }: AwsClientSettings, { pathStyle }: { pathStyle: boolean }): S3 {
  const client = lazily(async () => {
    const { S3Client } = await import('@aws-sdk/client-s3');
    return prepared('s3', new S3Client({ ...config, forcePathStyle: pathStyle }), about);
  });
  return {
    async putObject({ bucket, key, body }) {
      const { PutObjectCommand } = await import('@aws-sdk/client-s3');
      await (
        await client()
      ).send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: 'application/zip' }));
    },
  };
}
