/** The severities that a gate can be set to, the gravest first (ECR: FindingSeverity). */
export const GATED_SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
export type GatedSeverity = (typeof GATED_SEVERITIES)[number];

/** What ECR knows of an image's vulnerabilities. */
export interface ImageScan {
  /** As ECR calls it: "COMPLETE", "ACTIVE" (enhanced scanning goes on looking), "IN_PROGRESS", "UNSUPPORTED_IMAGE". */
  status: string;
  /** Why, where ECR says so. */
  description?: string;
  /** Findings by severity in ECR's spelling: "CRITICAL" → 2. */
  counts: Readonly<Record<string, number>>;
  /** The first page of them. */
  findings: readonly { name: string; severity: string }[];
}

/**
 * `wait`: there is no result yet. `none`: there will be none for this image. Findings are those at or above the severity
 * of the gate.
 */
export type ScanVerdict =
  | { state: 'wait' }
  | { state: 'none'; reason: string }
  | { state: 'passed'; told: string }
  | { state: 'found'; told: string; findings: readonly string[] };

const WITHOUT_RESULT_YET = new Set(['IN_PROGRESS', 'PENDING']);
const WITH_RESULT = new Set(['COMPLETE', 'ACTIVE']);

/** What a scan means for a gate that is set to `failOn`. */
export function scanVerdict(scan: ImageScan, failOn: GatedSeverity): ScanVerdict {
  const { status, description, counts } = scan;
  if (WITHOUT_RESULT_YET.has(status)) return { state: 'wait' };
  if (!WITH_RESULT.has(status))
    return { state: 'none', reason: [status, description].filter((part) => part !== undefined).join(': ') };
  const gated = GATED_SEVERITIES.slice(0, GATED_SEVERITIES.indexOf(failOn) + 1).map((one) =>
    one.toUpperCase(),
  );
  const told = tellCounts(counts);
  if (gated.every((severity) => (counts[severity] ?? 0) === 0)) return { state: 'passed', told };
  const findings = scan.findings
    .filter(({ severity }) => gated.includes(severity))
    .toSorted((one, other) => gated.indexOf(one.severity) - gated.indexOf(other.severity))
    .map(({ name, severity }) => `${severity.toLowerCase()}: ${name}`);
  return { state: 'found', told, findings };
}

/** "1 critical, 12 high"; what a gate cannot be set to (informational, undefined) is not counted. */
function tellCounts(counts: ImageScan['counts']): string {
  const told = GATED_SEVERITIES.flatMap((severity) => {
    const count = counts[severity.toUpperCase()] ?? 0;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  return told.length === 0 ? 'no findings' : told.join(', ');
}
