/** "family:revision" out of a task definition ARN, or the text itself where it is short already. */
export function revisionName(taskDefinition: string): string {
  return taskDefinition.slice(taskDefinition.lastIndexOf('/') + 1);
}

/** Family and revision number of an ARN or a "family:revision"; the revision is undefined for a bare family. */
export function splitRevision(taskDefinition: string): { family: string; revision?: number } {
  const [family = '', revision] = revisionName(taskDefinition).split(':');
  return revision === undefined ? { family } : { family, revision: Number(revision) };
}

export function sameRevision(one: string, other: string): boolean {
  return revisionName(one) === revisionName(other);
}

/** The last part of a task or service deployment ARN: what the console and `aws ecs` take as its id. */
export function shortId(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
