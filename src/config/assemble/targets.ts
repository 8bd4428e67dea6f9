import { shown } from '../../rules/input/parsed.ts';
import { nearest } from '../../rules/input/nearest.ts';
import type { NamedTarget, PlacePlan, PlannedCommand, TargetsPlan } from '../plan.ts';
import { report, type Draft } from './draft.ts';

/**
 * Where to deploy: one place, or the several that the environment names. Undefined when something is missing: `placeOf`
 * reads one of them, and says what it needs.
 */
export function placesOf<Place extends PlacePlan>(
  draft: Draft,
  command: PlannedCommand,
  placeOf: (draft: Draft) => Place | undefined,
): { target: Place; targets?: TargetsPlan<Place> } | undefined {
  const listed = draft.sections.targets;
  const { target: asked } = draft.inputs;
  if (listed === undefined) {
    if (asked !== undefined)
      report(draft, `the environment has no targets, and so no ${shown(asked)}`, noTargets(draft));
    const target = placeOf(draft);
    return target && { target };
  }
  refuseOverrides(draft);
  const chosen = listed.filter(({ name }) => asked === undefined || name === asked);
  if (chosen.length === 0)
    unknownTarget(
      draft,
      asked ?? '',
      listed.map(({ name }) => name),
    );
  if (command === 'run' && chosen.length > 1) {
    report(draft, 'a task runs in one target, and the environment has several', {
      at: draft.pathTo('targets'),
      hint: `Say which: --target ${listed[0]?.name ?? ''}.`,
    });
  }
  const places = chosen.flatMap((section): NamedTarget<Place>[] => {
    const sections = { ...draft.sections, ...withoutAbsent(section) };
    const place = placeOf({ ...draft, sections });
    return place === undefined ? [] : [{ ...place, name: section.name }];
  });
  const [first, ...more] = places;
  if (first === undefined || places.length < chosen.length) return undefined;
  return {
    target: first,
    targets: {
      order: draft.sections['target-order'] ?? 'in-order',
      onFailure: draft.sections['on-target-failure'] ?? 'stop',
      list: [first, ...more],
    },
  };
}

/** One cluster for all targets would be the same place twice. */
function refuseOverrides(draft: Draft): void {
  for (const name of ['cluster', 'region', 'role'] as const) {
    if (draft.inputs[name] === undefined) continue;
    report(draft, `the input \`${name}\` cannot stand for several targets`, {
      at: draft.pathTo('targets'),
      hint: `Leave it out: each of \`targets\` says its own. The input \`target\` chooses one of them.`,
    });
  }
}

function unknownTarget(draft: Draft, asked: string, names: readonly string[]): void {
  const near = nearest(asked, names);
  report(draft, `the environment has no target ${shown(asked)}`, {
    at: draft.pathTo('targets'),
    hint: near === undefined ? `Its targets: ${names.join(', ')}.` : `Did you mean \`${near}\`?`,
  });
}

function noTargets(draft: Draft) {
  return {
    at: ['environments', draft.environment ?? ''],
    hint: 'Leave the input `target` out, or write `targets` under the environment.',
  };
}

function withoutAbsent<T extends object>(section: T): Partial<T> {
  return Object.fromEntries(Object.entries(section).filter(([, value]) => value !== undefined)) as Partial<T>;
}
