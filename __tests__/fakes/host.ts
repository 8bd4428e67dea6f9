import type { Annotation, Host, HostEvent } from '../../src/ports/host.ts';

/** A push to develop of the shop repository: what most tests start from. */
export const PUSH_TO_DEVELOP: HostEvent = {
  kind: 'push',
  name: 'push',
  repository: 'acme/shop',
  commit: '1111111111111111111111111111111111111111',
  branch: 'develop',
  before: '0000000000000000000000000000000000000001',
  actor: 'mika',
  runId: '4711',
  runAttempt: 1,
  runUrl: 'https://github.com/acme/shop/actions/runs/4711',
  commitUrl: 'https://github.com/acme/shop/commit/1111111111111111111111111111111111111111',
};

/**
 * A host that writes everything down. `lines` is the log as a person would read it, in order: our own lines as they
 * are, lines from outside after "| ", groups as "> title" and "<", annotations as "LEVEL title: message".
 */
export class FakeHost implements Host {
  kind: Host['kind'] = 'github';
  arguments: string[] = [];
  inputs: Record<string, string>;
  currentEvent: HostEvent;
  /** What the host answers when asked for an OIDC token. */
  oidc: string | undefined;

  readonly lines: string[] = [];
  readonly infos: string[] = [];
  readonly outsideLines: string[] = [];
  readonly debugLines: string[] = [];
  readonly annotations: Annotation[] = [];
  readonly masked: string[] = [];
  readonly outputs: Record<string, string> = {};
  /** Every output in the order it was set, repeated ones included. */
  readonly outputCalls: [name: string, value: string][] = [];
  readonly states: Record<string, string> = {};
  readonly summaries: string[] = [];
  readonly results: string[] = [];
  readonly audiences: string[] = [];
  /** Groups that are open; 0 at the end of a run that balances them. */
  openGroups = 0;

  constructor({
    inputs = {},
    event = PUSH_TO_DEVELOP,
    oidc,
  }: { inputs?: Record<string, string>; event?: HostEvent; oidc?: string } = {}) {
    this.inputs = inputs;
    this.currentEvent = event;
    this.oidc = oidc;
  }

  /** Starts the record anew, for a second run on the same host. */
  forget(): void {
    for (const list of [this.lines, this.infos, this.outsideLines, this.annotations, this.summaries])
      list.length = 0;
  }

  input(name: string): string | undefined {
    const value = this.inputs[name]?.trim();
    return value === '' ? undefined : value;
  }

  async event(): Promise<HostEvent> {
    return this.currentEvent;
  }

  info(line: string): void {
    this.infos.push(line);
    this.lines.push(line);
  }

  outside(lines: readonly string[]): void {
    this.outsideLines.push(...lines);
    this.lines.push(...lines.map((line) => `| ${line}`));
  }

  openGroup(title: string): void {
    this.openGroups += 1;
    this.lines.push(`> ${title}`);
  }

  closeGroup(): void {
    this.openGroups -= 1;
    this.lines.push('<');
  }

  annotate(annotation: Annotation): void {
    this.annotations.push(annotation);
    this.lines.push(`${annotation.level.toUpperCase()} ${annotation.title}: ${annotation.message}`);
  }

  mask(secret: string): void {
    this.masked.push(secret);
  }

  shareable(text: string): string {
    return text;
  }

  setOutput(name: string, value: string): void {
    this.outputs[name] = value;
    this.outputCalls.push([name, value]);
  }

  saveState(name: string, value: string): void {
    this.states[name] = value;
  }

  savedState(): Readonly<Record<string, string>> {
    return { ...this.states };
  }

  async writeSummary(markdown: string): Promise<void> {
    this.summaries.push(markdown);
  }

  async oidcToken(audience: string): Promise<string | undefined> {
    this.audiences.push(audience);
    return this.oidc;
  }

  debug(line: string): void {
    this.debugLines.push(line);
  }

  result(json: string): void {
    this.results.push(json);
  }
}
