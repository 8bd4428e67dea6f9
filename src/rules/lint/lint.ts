import { architecture } from './architecture.ts';
import { breakerOff } from './breaker-off.ts';
import { breakerWithoutRollback } from './breaker-without-rollback.ts';
import { executionRoleMissing } from './execution-role-missing.ts';
import { minimumZero } from './minimum-zero.ts';
import { noRoom } from './no-room.ts';
import { nonBlockingLog } from './non-blocking-log.ts';
import { plainTextSecret } from './plain-text-secret.ts';
import { portNotMapped } from './port-not-mapped.ts';
import { stopTimeout } from './stop-timeout.ts';
import type { LintRule, LintSubject } from './subject.ts';

/** Every rule by the name that silences it in deploy.yml; each has its entry in docs/lint.md. */
const RULES = {
  'breaker-off': breakerOff,
  'breaker-without-rollback': breakerWithoutRollback,
  'minimum-zero': minimumZero,
  'no-room': noRoom,
  'port-not-mapped': portNotMapped,
  'execution-role-missing': executionRoleMissing,
  architecture,
  'plain-text-secret': plainTextSecret,
  'non-blocking-log': nonBlockingLog,
  'stop-timeout': stopTimeout,
} as const satisfies Record<string, LintRule>;

export type LintName = keyof typeof RULES;
export const LINT_NAMES = Object.keys(RULES) as [LintName, ...LintName[]];

export interface LintFinding {
  rule: LintName;
  message: string;
}

export function lint(subject: LintSubject, ignored: readonly LintName[] = []): LintFinding[] {
  return LINT_NAMES.filter((rule) => !ignored.includes(rule)).flatMap((rule) =>
    RULES[rule](subject).map((message) => ({ rule, message })),
  );
}
