import { AwsException, type Operations } from './wire.ts';

/** Amazon S3: buckets and the objects that are put into them. */
export class FakeS3 {
  readonly #buckets = new Map<string, Map<string, Uint8Array>>();

  addBucket(name: string): void {
    this.#buckets.set(name, new Map());
  }

  /** Key → content. */
  objects(bucket: string): ReadonlyMap<string, Uint8Array> {
    return this.#buckets.get(bucket) ?? new Map<string, Uint8Array>();
  }

  readonly operations: Operations = {
    PutObject: ({ Bucket = '', Key = '', Body }: { Bucket?: string; Key?: string; Body?: Uint8Array }) => {
      const bucket = this.#buckets.get(Bucket);
      if (bucket === undefined)
        throw new AwsException('NoSuchBucket', 'The specified bucket does not exist', { status: 404 });
      bucket.set(Key, Body ?? new Uint8Array());
      return {};
    },
  };
}
