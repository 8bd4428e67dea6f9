import type { Outcome } from '../errors.ts';
import type { ServicesPlan } from '../config/plan.ts';
import type { InventoryReport } from '../report/look-reports.ts';
import type { StepContext } from '../steps/context.ts';
import { takeInventory } from '../steps/schedules/inventory.ts';
import { signInChapter } from './chapters.ts';

/** Every service, schedule and image of an environment with the revision it pins. Changes nothing. */
export async function inventory(plan: ServicesPlan, context: StepContext): Promise<Outcome> {
  const { log, report } = context;
  const { cluster } = plan.target;
  await signInChapter(plan, context);
  await log.step('services', `Look at all of cluster ${cluster}`, async (step) => {
    report.inventory = await takeInventory(context, cluster);
    for (const line of linesOf(report.inventory)) log.info(line);
    const { services, schedules, images } = report.inventory;
    const behind = schedules.filter((one) => one.behind !== undefined || one.isGone === true).length;
    step.finish(
      `${services.length} services, ${schedules.length} schedules (${behind} behind), ${images.length} images`,
    );
  });
  return 'no-change';
}

function linesOf({ services, schedules, images }: InventoryReport): string[] {
  return [
    ...columns(
      services.map(({ name, revision, running, desired }) => [
        `service ${name}`,
        revision,
        `${running} of ${desired} tasks running`,
      ]),
    ),
    ...columns(
      schedules.map(({ kind, name, target, revision, behind, isGone, enabled, when, cluster }) => [
        `${kind} ${name}${target === undefined ? '' : `, target ${target}`}`,
        revision,
        isGone === true ? 'no such revision' : behind === undefined ? '' : `behind ${behind}`,
        `${when}${enabled ? '' : ' (disabled)'}`,
        `on ${cluster}`,
      ]),
    ),
    ...columns(images.map(({ image, revisions }) => [`image ${image}`, revisions.join(' ')])),
  ];
}

/** Rows under one another, each column as wide as its longest cell. */
function columns(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_cell, index) =>
    rows.reduce((widest, row) => Math.max(widest, row[index]?.length ?? 0), 0),
  );
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
