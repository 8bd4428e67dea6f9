import { createHash } from 'node:crypto';

/** ARNs and ids of one account in one region; the same sequence in every run, so that a failing test can be read. */
export class Names {
  readonly account: string;
  readonly region: string;
  #count = 0;

  constructor(account: string, region: string) {
    this.account = account;
    this.region = region;
  }

  arn(service: string, resource: string): string {
    return `arn:aws:${service}:${this.region}:${this.account}:${resource}`;
  }

  /** As in task ids. */
  hex32(): string {
    return this.#next().slice(0, 32);
  }

  /** As in "ecs-svc/3348108895209946212". */
  digits19(): string {
    return String(10n ** 18n + (BigInt(`0x${this.#next().slice(0, 16)}`) % (9n * 10n ** 18n)));
  }

  /** As in service deployment ids. */
  base62of21(): string {
    return Buffer.from(this.#next(), 'hex').toString('base64url').replaceAll(/[-_]/g, 'x').slice(0, 21);
  }

  /** As in the ids of pause hooks. */
  base64of43(): string {
    return Buffer.from(this.#next(), 'hex').toString('base64url').slice(0, 43);
  }

  uuid(): string {
    const hex = this.#next();
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
      '-',
    );
  }

  #next(): string {
    this.#count += 1;
    return createHash('sha256').update(`${this.account}/${this.region}/${this.#count}`).digest('hex');
  }
}
