import type { Names } from './names.ts';
import { pageOf } from './pages.ts';
import { AwsException, defined, type Operations } from './wire.ts';

/** A target as AWS stores it: what it does not know it would not take, but what it takes it gives back whole. */
export interface Target {
  Id: string;
  Arn: string;
  [member: string]: unknown;
}

interface Rule {
  name: string;
  bus: string;
  managedBy?: string;
  state: string;
  targets: Target[];
}

interface RuleRequest {
  Rule?: string;
  EventBusName?: string;
}

/** EventBridge: buses, rules and their targets. */
export class FakeEvents {
  readonly #names: Names;
  readonly #buses = ['default'];
  readonly #rules: Rule[] = [];
  readonly #refusals = new Map<string, { code: string; times: number }>();
  /** Members on one page of any list; AWS gives a hundred. */
  pageSize = 100;

  constructor(names: Names) {
    this.#names = names;
  }

  addBus(name: string): void {
    this.#buses.push(name);
  }

  addRule(
    name: string,
    {
      bus = 'default',
      targets,
      managedBy,
      state = 'ENABLED',
    }: { bus?: string; targets: readonly Target[]; managedBy?: string; state?: string },
  ): void {
    this.#rules.push({
      name,
      bus,
      state,
      targets: structuredClone([...targets]),
      ...(managedBy === undefined ? {} : { managedBy }),
    });
  }

  hasRule(name: string): boolean {
    return this.#rules.some((rule) => rule.name === name);
  }

  removeRule(name: string): void {
    const index = this.#rules.findIndex((rule) => rule.name === name);
    if (index !== -1) this.#rules.splice(index, 1);
  }

  /** What somebody else puts, past the program. */
  putTarget(rule: string, target: Target, bus = 'default'): void {
    this.#put(this.#existing({ Rule: rule, EventBusName: bus }), target);
  }

  targets(rule: string, bus = 'default'): Target[] {
    return structuredClone(this.#existing({ Rule: rule, EventBusName: bus }).targets);
  }

  /** The next puts of a target are not taken, while the call itself succeeds. */
  refuseTarget(id: string, { code, times = Infinity }: { code: string; times?: number }): void {
    this.#refusals.set(id, { code, times });
  }

  readonly operations: Operations = {
    ListEventBuses: ({ NextToken }: { NextToken?: string }) => {
      const { page, ...rest } = pageOf(this.#buses, { token: NextToken, size: this.pageSize });
      return {
        EventBuses: page.map((name) => ({ Name: name, Arn: this.#names.arn('events', `event-bus/${name}`) })),
        ...rest,
      };
    },

    ListRules: ({ EventBusName = 'default', NextToken }: RuleRequest & { NextToken?: string }) => {
      const rules = this.#rules.filter(({ bus }) => bus === EventBusName);
      const { page, ...rest } = pageOf(rules, { token: NextToken, size: this.pageSize });
      return {
        Rules: page.map(({ name, bus, state, managedBy }) =>
          defined({
            Name: name,
            Arn: this.#names.arn('events', `rule/${bus === 'default' ? '' : `${bus}/`}${name}`),
            State: state,
            ScheduleExpression: 'rate(1 day)',
            EventBusName: bus,
            ManagedBy: managedBy,
          }),
        ),
        ...rest,
      };
    },

    ListTargetsByRule: (request: RuleRequest & { NextToken?: string }) => {
      const { targets } = this.#existing(request);
      const { page, ...rest } = pageOf(targets, { token: request.NextToken, size: this.pageSize });
      return { Targets: structuredClone(page), ...rest };
    },

    PutTargets: ({ Targets = [], ...request }: RuleRequest & { Targets?: Target[] }) => {
      const rule = this.#existing(request);
      if (rule.managedBy !== undefined)
        throw new AwsException('ManagedRuleException', `Rule ${rule.name} is managed by ${rule.managedBy}.`);
      const FailedEntries = Targets.flatMap((target) => {
        const refusal = this.#refusals.get(target.Id);
        if (refusal === undefined || refusal.times <= 0) {
          this.#put(rule, structuredClone(target));
          return [];
        }
        refusal.times -= 1;
        return [{ TargetId: target.Id, ErrorCode: refusal.code, ErrorMessage: 'The target was not taken.' }];
      });
      return { FailedEntryCount: FailedEntries.length, FailedEntries };
    },
  };

  #put({ targets }: Rule, target: Target): void {
    const index = targets.findIndex(({ Id }) => Id === target.Id);
    if (index === -1) targets.push(target);
    else targets[index] = target;
  }

  #existing({ Rule: name = '', EventBusName = 'default' }: RuleRequest): Rule {
    const rule = this.#rules.find((one) => one.name === name && one.bus === EventBusName);
    if (rule !== undefined) return rule;
    throw new AwsException(
      'ResourceNotFoundException',
      `Rule ${name} does not exist on EventBus ${EventBusName}.`,
    );
  }
}
