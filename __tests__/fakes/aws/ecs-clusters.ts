import type { Names } from './names.ts';
import { AwsException } from './wire.ts';

export class Clusters {
  readonly #names: Names;
  readonly #clusters = new Set<string>();

  constructor(names: Names) {
    this.#names = names;
  }

  add(name: string): void {
    this.#clusters.add(name);
  }

  arn(name: string): string {
    return this.#names.arn('ecs', `cluster/${name}`);
  }

  /** The name behind a name or an ARN; without one it is the cluster "default", as everywhere in ECS. */
  known(nameOrArn = 'default'): string {
    const name = nameOrArn.replace(/^arn:[^/]*:cluster\//, '');
    if (!this.#clusters.has(name)) throw new AwsException('ClusterNotFoundException', 'Cluster not found.');
    return name;
  }
}
