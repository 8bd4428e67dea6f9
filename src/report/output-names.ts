/** Every output there is. action.yml and the reference are held to this list; each is set on failure too, once it is known. */
export const OUTPUTS = [
  { name: 'environment', description: 'The environment that was deployed.' },
  {
    name: 'outcome',
    description:
      'How the run ended: `completed`, `no-change`, `rolled-back`, `rollback-failed`, `failed`, `superseded`, `paused`, `timed-out`, `cancelled` or `refused`; the worst of its services.',
  },
  {
    name: 'failed-step',
    description:
      'The step that failed: `configure`, `bump`, `sign-in`, `services`, `image`, `register`, `before-deploy`, `migrate`, `prove-previous`, `run`, `target`, `rollout`, `verify`, `rollback`, `record` or `infra-deploy`.',
  },
  {
    name: 'image',
    description:
      'The image that was deployed, as `repository@sha256:…`; the first of `images`, where the file has several.',
  },
  { name: 'image-digest', description: 'Its digest, `sha256:…`; the input `image` takes it.' },
  {
    name: 'image-reused',
    description:
      '`true` when the registry had an image of the same content and nothing was built, else `false`.',
  },
  {
    name: 'images',
    description:
      'JSON, where the file has `images`: name → `image` (`repository@sha256:…`), `digest` and `reused`, in the order of the file; else `{}`.',
  },
  {
    name: 'task-definitions',
    description:
      'JSON: service → `family:revision`, and the same for each of `families` that no service runs.',
  },
  {
    name: 'migration-exit-code',
    description: "The exit code of the migration's container; empty where none ran to its end.",
  },
  { name: 'migration-task', description: 'The ARN of the task that ran the migration.' },
  {
    name: 'tasks',
    description: 'JSON: every one-off task of the run, with its purpose, service, ARN, state and exit code.',
  },
  {
    name: 'builds',
    description:
      'JSON: every CodeBuild build of the run, with its purpose, project, id, state and page in the console; set as soon as a build has started.',
  },
  {
    name: 'service-deployments',
    description: 'JSON: service → ARN of its service deployment, where ECS has one.',
  },
  {
    name: 'hook-id',
    description: 'The lifecycle hook that a paused deployment waits at (the first, where several do).',
  },
  {
    name: 'hooks',
    description: 'JSON: service → the lifecycle hook that its deployment waits at.',
  },
  {
    name: 'bump-pull-request',
    description: 'The number of the pull request that raises cookbook versions, where there is one.',
  },
  { name: 'bump-pull-request-url', description: 'Its page.' },
  {
    name: 'bump-operation',
    description:
      'What was done about it: `created`, `updated`, `unchanged`, `closed`, `snoozed` (a person closed it), `blocked` or `none`.',
  },
  {
    name: 'released-cookbooks',
    description: 'JSON: cookbook → version, of those whose released versions are new; `{}` where none is.',
  },
  { name: 'timings', description: 'JSON: step → seconds.' },
] as const satisfies readonly { name: string; description: string }[];

export type OutputName = (typeof OUTPUTS)[number]['name'];
