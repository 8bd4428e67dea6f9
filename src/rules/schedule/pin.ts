import { revisionName, splitRevision } from '../aws/ecs-names.ts';
import type { JsonObject } from '../text/json.ts';

/** A revision that a deploy brought, for every target that starts an earlier one of its family. */
export interface BroughtRevision {
  family: string;
  /** As ARN. */
  arn: string;
}

/** What is to be done with a target, by the revision that it pins; all revisions are ARNs. */
export type PinVerdict =
  | { verdict: 'move'; from: string; to: string }
  /** It pins what the deploy brought. */
  | { verdict: 'current'; from: string; to: string }
  /** It names the family alone: ECS takes the newest active revision by itself each time. */
  | { verdict: 'unpinned'; from: string; to: string };

/** Undefined where the target starts no task of a family of this deploy. */
export function judgePin(target: JsonObject, revisions: readonly BroughtRevision[]): PinVerdict | undefined {
  const from = taskDefinitionOf(target);
  if (from === undefined) return undefined;
  const to = revisions.find(({ arn }) => isSameFamily(from, arn))?.arn;
  if (to === undefined) return undefined;
  if (splitRevision(from).revision === undefined) return { verdict: 'unpinned', from, to };
  return { verdict: revisionName(from) === revisionName(to) ? 'current' : 'move', from, to };
}

/** The ARN in an ECS target, of a rule and of a schedule alike. */
export function taskDefinitionOf(target: JsonObject): string | undefined {
  const parameters = target['EcsParameters'];
  if (!isObject(parameters)) return undefined;
  const arn = parameters['TaskDefinitionArn'];
  return typeof arn === 'string' && arn !== '' ? arn : undefined;
}

/** The same target with this revision, and nothing else touched. */
export function withTaskDefinition(target: JsonObject, arn: string): JsonObject {
  const parameters = target['EcsParameters'];
  if (!isObject(parameters)) return target;
  return { ...target, EcsParameters: { ...parameters, TaskDefinitionArn: arn } };
}

/** The name of the cluster that an ECS target starts its task in. */
export function clusterOf(target: JsonObject): string | undefined {
  const { Arn: arn } = target;
  return typeof arn === 'string' ? arn.slice(arn.lastIndexOf('/') + 1) : undefined;
}

/** Account and region are compared too, where both are ARNs. */
function isSameFamily(one: string, other: string): boolean {
  const [here, there] = [one, other].map((arn) => arn.slice(0, arn.lastIndexOf('/') + 1));
  const mayBeOne = here === '' || there === '' || here === there;
  return mayBeOne && splitRevision(one).family === splitRevision(other).family;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
