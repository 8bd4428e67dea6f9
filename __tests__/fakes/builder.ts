import { createHash } from 'node:crypto';
import type { BuilderFacts, BuildRequest, BuiltImage, ImageBuilder } from '../../src/ports/builder.ts';
import type { RegistryLogin } from '../../src/ports/ecr.ts';
import type { FakeEcr } from './ecr.ts';

/**
 * A builder that pushes into a fake ECR. As with a real one, no two builds give the same digest, even of the same
 * content.
 */
export class FakeBuilder implements ImageBuilder {
  readonly builds: BuildRequest[] = [];
  readonly tagged: string[] = [];
  probes = 0;
  facts: BuilderFacts = { kind: 'buildx', driver: 'docker', version: '0.13.1' };
  /** What a build prints. */
  lines: string[] = [];
  /** Thrown by what it is named after. */
  failures: { probe?: Error; build?: Error; tag?: Error } = {};
  /** Called at the beginning of a build, which waits for it. */
  onBuild: (request: BuildRequest) => Promise<void> = () => Promise.resolve();
  /** Called after the build and before the push. */
  beforePush: (request: BuildRequest) => void = () => undefined;
  readonly #ecr: Pick<FakeEcr, 'push' | 'digestOf'>;

  constructor(ecr: Pick<FakeEcr, 'push' | 'digestOf'>) {
    this.#ecr = ecr;
  }

  async probe(): Promise<BuilderFacts> {
    this.probes += 1;
    if (this.failures.probe !== undefined) throw this.failures.probe;
    return this.facts;
  }

  async buildAndPush(request: BuildRequest): Promise<BuiltImage> {
    request.signal.throwIfAborted();
    this.builds.push(request);
    const number = this.builds.length;
    await this.onBuild(request);
    request.signal.throwIfAborted();
    this.lines.forEach((line) => request.onLine(line));
    if (this.failures.build !== undefined) throw this.failures.build;
    const digest = `sha256:${createHash('sha256').update(`build ${number}`).digest('hex')}`;
    this.beforePush(request);
    for (const reference of request.references) this.#ecr.push(reference, digest);
    return { digest, buildSeconds: 12, pushSeconds: 3.04 };
  }

  async tagRemote(_login: RegistryLogin, from: string, to: string): Promise<boolean> {
    if (this.failures.tag !== undefined) throw this.failures.tag;
    const [, name = '', tag = ''] = /^[^/]+\/(.+):([^:]+)$/.exec(from) ?? [];
    const digest = this.#ecr.digestOf(name, tag);
    if (digest === undefined) throw new Error(`${from} was never pushed`);
    try {
      this.#ecr.push(to, digest);
    } catch {
      return false;
    }
    this.tagged.push(to);
    return true;
  }
}
