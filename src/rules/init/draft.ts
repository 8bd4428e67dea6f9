/** What `init` is going to write, put together from a live service, from files of another tool, or from both. */
export interface InitDraft {
  /** Name or full URI of the ECR repository. */
  repository?: string;
  image: {
    context?: string;
    dockerfile?: string;
    target?: string;
    platform?: string;
    buildArguments?: Readonly<Record<string, string>>;
    secrets?: readonly string[];
    codebuildProject?: string;
  };
  environments: readonly EnvironmentDraft[];
  services: readonly ServiceDraft[];
  /** Task definitions that no service runs, and that are registered with the new image. */
  families: readonly string[];
  /** The migration, as words. */
  migrate?: { command: readonly string[]; container?: string };
  /** Seconds. */
  rolloutTimeout?: number;
  /** Names of EventBridge rules whose targets follow. */
  rules: readonly string[];
  /** What could not be carried over, and what a person has to look at: one sentence each. */
  notes: readonly string[];
}

export interface EnvironmentDraft {
  name: string;
  branches: readonly string[];
  region?: string;
  role?: string;
  cluster?: string;
}

export interface ServiceDraft {
  name: string;
  container?: string;
  /** A file of the checkout. */
  taskDefinition?: string;
  /** Written where it is 0: the service is scaled to zero. */
  minimumTasks?: 0;
}

export const EMPTY_DRAFT: InitDraft = {
  image: {},
  environments: [],
  services: [],
  families: [],
  rules: [],
  notes: [],
};

/** Branches as the default map has them (design, section 5). */
const USUAL_BRANCHES: Readonly<Record<string, readonly string[]>> = {
  staging: ['develop'],
  production: ['master'],
};

/** The environment that a name stands for: `shop-prod` is production, `stg` is staging; anything else keeps its name. */
export function environmentFor(name: string): EnvironmentDraft {
  const known = /prod|prd/i.test(name)
    ? 'production'
    : /stag|stg|develop/i.test(name)
      ? 'staging'
      : undefined;
  const environment = known ?? name;
  return { name: environment, branches: USUAL_BRANCHES[environment] ?? [environment] };
}
