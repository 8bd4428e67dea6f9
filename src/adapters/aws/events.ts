import type {
  ListEventBusesCommandOutput,
  ListRulesCommandOutput,
  PutTargetsCommandInput,
} from '@aws-sdk/client-eventbridge';
import { isAwsError } from '../../errors.ts';
import type { Events, RuleFacts, RuleName } from '../../ports/events.ts';
import type { JsonObject } from '../../rules/text/json.ts';
import { expectMember } from './answer.ts';
import { type AwsClientSettings, lazily, prepared } from './client-settings.ts';
import { asObject, withRawJson } from './raw-json.ts';

/** Many deploys have no rules, so the SDK's client is read from disk only on the first call. */
export function awsEvents({ config, ...about }: AwsClientSettings): Events {
  const client = lazily(async () => {
    const { EventBridgeClient } = await import('@aws-sdk/client-eventbridge');
    return prepared('events', new EventBridgeClient(config), about);
  });

  return {
    async listEventBuses() {
      const { ListEventBusesCommand } = await import('@aws-sdk/client-eventbridge');
      const buses: string[] = [];
      for (let token: string | undefined, isFirst = true; isFirst || token !== undefined; isFirst = false) {
        const answer: ListEventBusesCommandOutput = await (
          await client()
        ).send(expectMember(new ListEventBusesCommand(nextPage(token)), 'EventBuses'));
        buses.push(...(answer.EventBuses ?? []).flatMap(({ Name }) => Name ?? []));
        token = tokenOf(answer.NextToken);
      }
      return buses;
    },

    async listRules(bus) {
      const { ListRulesCommand } = await import('@aws-sdk/client-eventbridge');
      const rules: RuleFacts[] = [];
      for (let token: string | undefined, isFirst = true; isFirst || token !== undefined; isFirst = false) {
        const answer: ListRulesCommandOutput = await (
          await client()
        ).send(expectMember(new ListRulesCommand({ EventBusName: bus, ...nextPage(token) }), 'Rules'));
        for (const { Name, State, ScheduleExpression, ManagedBy } of answer.Rules ?? []) {
          if (Name === undefined) continue;
          rules.push({
            name: Name,
            enabled: State !== 'DISABLED',
            ...(ScheduleExpression === undefined ? {} : { expression: ScheduleExpression }),
            ...(ManagedBy === undefined ? {} : { managedBy: ManagedBy }),
          });
        }
        token = tokenOf(answer.NextToken);
      }
      return rules;
    },

    async listTargetsByRule(rule) {
      const { ListTargetsByRuleCommand } = await import('@aws-sdk/client-eventbridge');
      const targets: JsonObject[] = [];
      try {
        for (let token: string | undefined, isFirst = true; isFirst || token !== undefined; isFirst = false) {
          const command = new ListTargetsByRuleCommand({ ...namesOf(rule), ...nextPage(token) });
          const raw = withRawJson(expectMember(command, 'Targets'));
          await (await client()).send(raw.command);
          const answer = raw.answer();
          targets.push(...objectsOf(answer['Targets']));
          token = tokenOf(answer['NextToken']);
        }
        return targets;
      } catch (error) {
        if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
        throw error;
      }
    },

    async putTargets(rule, targets) {
      const { PutTargetsCommand } = await import('@aws-sdk/client-eventbridge');
      const input: PutTargetsCommandInput = { ...namesOf(rule), Targets: [] };
      // What the SDK makes of the targets is replaced: it would drop the fields that it does not know.
      const raw = withRawJson(expectMember(new PutTargetsCommand(input), 'FailedEntryCount'), {
        ...namesOf(rule),
        Targets: targets,
      });
      const { FailedEntryCount = 0, FailedEntries = [] } = await (await client()).send(raw.command);
      const refused = FailedEntries.map(({ TargetId, ErrorCode, ErrorMessage }) => ({
        id: TargetId ?? '?',
        code: ErrorCode ?? 'Error',
        message: ErrorMessage ?? 'AWS gave no reason',
      }));
      // A count without entries is a refusal all the same.
      if (FailedEntryCount > 0 && refused.length === 0)
        return [
          { id: '?', code: 'Error', message: `${FailedEntryCount} were not taken, AWS gave no reason` },
        ];
      return refused;
    },
  };
}

function namesOf({ bus, name }: RuleName) {
  return { Rule: name, EventBusName: bus };
}

function nextPage(token: string | undefined) {
  return token === undefined ? {} : { NextToken: token };
}

/** Emulators answer "" on the last page. */
function tokenOf(token: unknown): string | undefined {
  return typeof token === 'string' && token !== '' ? token : undefined;
}

function objectsOf(list: unknown): JsonObject[] {
  return Array.isArray(list) ? list.map(asObject) : [];
}
