import { readdirSync, readFileSync } from 'node:fs';
import { jest } from '@jest/globals';
import { COMMANDS } from '../../src/config/plan.ts';
import { COMMAND_POLICIES, FEATURE_POLICIES, policySection } from '../../src/rules/aws/policies.ts';
import { STORIES } from './permission-stories.ts';

// Every story is told once, beside others.
jest.setTimeout(60_000);

interface Statement {
  Sid: string;
  Action: string | string[];
}

const list = (value: string | string[]) => (typeof value === 'string' ? [value] : value);
const statements = (name: string) =>
  (JSON.parse(readFileSync(`docs/iam/${name}-policy.json`, 'utf8')) as { Statement: Statement[] }).Statement;
const actionsOf = (name: string) => statements(name).flatMap(({ Action }) => list(Action));

/** Everybody may ask who they are. */
const FREE = 'sts:GetCallerIdentity';
/** What docker asks of the registry, and what ECS, EventBridge and Scheduler ask for when they are given a role. */
const ON_OUR_BEHALF = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:BatchGetImage',
  'ecr:CompleteLayerUpload',
  'ecr:GetDownloadUrlForLayer',
  'ecr:InitiateLayerUpload',
  'ecr:PutImage',
  'ecr:UploadLayerPart',
  'iam:PassRole',
];

const told = new Map<string, Promise<string[]>>();
/** The actions of a story; each is told once. */
function actionsIn(story: (typeof STORIES)[number]): Promise<string[]> {
  const key = `${story.command} ${story.title}`;
  const known = told.get(key) ?? story.tell();
  told.set(key, known);
  return known;
}

async function actionsOfAll(stories: readonly (typeof STORIES)[number][]): Promise<string[]> {
  const all = await Promise.all(stories.map(actionsIn));
  return [...new Set(all.flat())].filter((action) => action !== FREE).sort();
}

describe('R57: the published policies', () => {
  it.each(STORIES.map((story) => [`${story.command} ${story.title}`, story] as const))(
    'are enough for: %s',
    async (_, story) => {
      const allowed = [story.command, ...(story.features ?? [])].flatMap(actionsOf);
      const called = await actionsIn(story);
      expect(called).toContain(FREE);
      // A story that does without one of its policies tells nothing about it.
      for (const feature of story.features ?? []) {
        const added = actionsOf(feature).filter((action) => !actionsOf(story.command).includes(action));
        if (added.length > 0) expect(called.filter((action) => added.includes(action))).not.toEqual([]);
      }
      expect([...new Set(called)].filter((action) => action !== FREE && !allowed.includes(action))).toEqual(
        [],
      );
    },
  );

  it.each(Object.keys(COMMAND_POLICIES))('allow nothing that `%s` never calls', async (command) => {
    const called = await actionsOfAll(
      STORIES.filter((story) => story.command === command && story.features === undefined),
    );
    expect(
      actionsOf(command).filter((action) => !ON_OUR_BEHALF.includes(action) && !called.includes(action)),
    ).toEqual([]);
  });

  it.each(Object.keys(FEATURE_POLICIES))('allow nothing that `%s` never calls', async (feature) => {
    const called = await actionsOfAll(STORIES.filter((story) => story.features?.includes(feature)));
    expect(
      actionsOf(feature).filter((action) => !ON_OUR_BEHALF.includes(action) && !called.includes(action)),
    ).toEqual([]);
  });

  it('let docker push and roles be passed only where something is pushed or a role is given', async () => {
    for (const [name] of Object.entries({ ...COMMAND_POLICIES, ...FEATURE_POLICIES })) {
      const called = await actionsOfAll(
        STORIES.filter(({ command, features = [] }) => [command, ...features].includes(name)),
      );
      const gives = [
        'ecs:RegisterTaskDefinition',
        'ecs:RunTask',
        'events:PutTargets',
        'scheduler:UpdateSchedule',
      ];
      expect([name, actionsOf(name).includes('iam:PassRole')]).toEqual([
        name,
        actionsOf(name).some((action) => gives.includes(action)),
      ]);
      if (actionsOf(name).includes('ecr:PutImage')) expect(called).toContain('ecr:GetAuthorizationToken');
    }
  });

  it('are one for each command that asks AWS, and no other but those of features and of CodeBuild itself', () => {
    expect(Object.keys(COMMAND_POLICIES)).toEqual(COMMANDS.filter((command) => command !== 'bump'));
    const files = readdirSync('docs/iam').filter((name) => name.endsWith('-policy.json'));
    expect(files.sort()).toEqual(
      ['trust', 'copy-repository', ...Object.keys(COMMAND_POLICIES), ...Object.keys(FEATURE_POLICIES)]
        .map((name) => `${name}-policy.json`)
        .sort(),
    );
  });
});

describe('the section that a denied action belongs to', () => {
  it.each(Object.keys(COMMAND_POLICIES))('of `%s` is in its own policy', (command) => {
    for (const { Sid, Action } of statements(command))
      for (const action of list(Action))
        expect([action, policySection(command, action)]).toEqual([
          action,
          { file: `docs/iam/${command}-policy.json`, sid: Sid },
        ]);
  });

  it.each(Object.keys(FEATURE_POLICIES))('of %s is in a file that has it', (feature) => {
    for (const action of actionsOf(feature)) {
      const found = policySection('deploy', action);
      const [, file = ''] = /^docs\/iam\/(.*)-policy\.json$/.exec(found?.file ?? '') ?? [];
      const section = statements(file).find(({ Sid }) => Sid === found?.sid);
      expect(list(section?.Action ?? [])).toContain(action);
    }
  });

  it('of the log of a build is that of builds', () => {
    const arn = (group: string) => `arn:aws:logs:ap-northeast-1:111111111111:log-group:${group}:log-stream:a`;
    expect(
      policySection('deploy', 'logs:GetLogEvents', { resource: arn('/aws/codebuild/shop-build') }),
    ).toEqual({
      file: 'docs/iam/codebuild-policy.json',
      sid: 'FollowTheirLogs',
    });
    expect(policySection('deploy', 'logs:GetLogEvents', { resource: arn('/ecs/staging-web') })?.sid).toBe(
      'ReadLogs',
    );
  });

  it.each([
    ['ecs:RunTask', 'PassTheRolesOfTheTasks'],
    ['events:PutTargets', 'PassTheRolesOfTheSchedules'],
    ['scheduler:UpdateSchedule', 'PassTheRolesOfTheSchedules'],
  ])('of a role that %s gives on is %s', (call, sid) => {
    expect(policySection('deploy', 'iam:PassRole', { call })?.sid).toBe(sid);
  });

  it('is unknown where no policy has the action', () => {
    expect(policySection('deploy', 'ec2:RunInstances')).toBeUndefined();
    expect(policySection('bump', 'ecs:UpdateService')).toBeUndefined();
  });
});
