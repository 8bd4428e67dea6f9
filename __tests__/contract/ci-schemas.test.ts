import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { packOrb, type OrbCommand } from '../../scripts/orb/pack.ts';
import { setUp } from '../../scripts/setup.mjs';
import { expand, type CircleConfig } from '../bundle/circleci-config.ts';
import { ciDocuments, type CiDocument, type System } from './ci-documents.ts';

const { python } = await setUp(['python']);
const { checkJsonschema = '' } = python ?? {};

/** What check-jsonschema says (its `--output-format json`), as far as we read it. */
interface Answer {
  errors: { filename: string; path: string; message: string }[];
  parse_errors?: { filename: string; message: string }[];
}

/** What the public schema of a system has against the texts: one start of the checker for all of them. */
async function objections(
  system: System,
  documents: Pick<CiDocument, 'from' | 'text'>[],
): Promise<{ from: string; where: string }[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ci-schemas-'));
  try {
    const paths = documents.map(({ text }, index) => {
      const path = join(folder, `${index}.yml`);
      writeFileSync(path, text);
      return path;
    });
    const schema =
      system === 'ours'
        ? ['--schemafile', 'schema/deploy.schema.json']
        : ['--builtin-schema', `vendor.${system}`];
    const { errors, parse_errors: unreadable = [] } = await check([...schema, ...paths]);
    return [...errors, ...unreadable.map((error) => ({ ...error, path: 'unreadable' }))].map((error) => ({
      from: documents[Number(basename(error.filename, '.yml'))]?.from ?? error.filename,
      where: error.path,
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function check(args: string[]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    execFile(
      checkJsonschema,
      ['--output-format', 'json', ...args],
      { maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        // 1 is what it ends with where it has something against a file; it says what on stdout then.
        if (error !== null && (error.code !== 1 || stdout === ''))
          reject(new Error(`check-jsonschema: ${stderr}`, { cause: error }));
        else resolve(JSON.parse(stdout) as Answer);
      },
    );
  });
}

const { documents, unknown } = ciDocuments();
const of = (system: System) => documents.filter((document) => document.system === system);

describe('the public schema', () => {
  // What is published, and beside it a copy with one mistake: the mistake is all that may be found.
  it.each<[System, number, string, string, string]>([
    ['circle-ci', 3, 'examples/migrate/circleci-orbs/config.yml', 'org/deploy-action@1', 'deploy-action'],
    ['gitlab-ci', 2, 'examples/gitlab/.gitlab-ci.yml', 'artifacts:', 'artefacts:'],
    ['bitbucket-pipelines', 2, 'examples/bitbucket/bitbucket-pipelines.yml', 'oidc: true', 'oidc: perhaps'],
    ['buildkite', 2, 'examples/buildkite/pipeline.yml', 'concurrency: 1', 'concurrency: one'],
    ['github-workflows', 12, 'examples/simple/deploy-workflow.yml', 'runs-on:', 'run-on:'],
    ['github-actions', 1, 'action.yml', 'using: node24', 'using: node10'],
    ['dependabot', 1, '.github/dependabot.yml', 'package-ecosystem: npm', 'package-ecosystem: nmp'],
  ])(
    'of %s has nothing against what we publish for it, and would tell what is wrong',
    async (system, atLeast, from, right, wrong) => {
      const published = of(system);
      expect(published.length).toBeGreaterThanOrEqual(atLeast);
      const text = readFileSync(from, 'utf8');
      expect(text).toContain(right);
      const mistaken = { from: 'the mistaken copy', text: text.replace(right, wrong) };
      const found = await objections(system, [...published, mistaken]);
      expect([...new Set(found.map((one) => one.from))]).toEqual(['the mistaken copy']);
    },
  );
});

it('our own schema takes every deploy.yml that we publish, in the eyes of somebody else’s validator', async () => {
  expect(of('ours').length).toBeGreaterThan(15);
  const text = 'version: 1\nimagee: {}\nenvironments: { staging: { clustr: x } }\nservices: [web]\n';
  const found = await objections('ours', [
    ...of('ours'),
    { from: 'unknown keys', text },
    { from: 'no YAML', text: 'version: [1' },
  ]);
  expect(found).toHaveLength(3);
  expect(found).toEqual(
    expect.arrayContaining([
      { from: 'unknown keys', where: '$' },
      { from: 'unknown keys', where: '$.environments.staging' },
      { from: 'no YAML', where: 'unreadable' },
    ]),
  );
});

it('knows of every YAML on the pages what it is, but for the file of CodeBuild itself', () => {
  expect(unknown).toEqual(['docs/codebuild.md, block 2']);
});

describe('the orb', () => {
  const orb = packOrb('orb/src');
  const examples = Object.entries(orb.examples).map(([from, { usage }]) => ({
    from,
    usage: usage as CircleConfig,
  }));
  const asJson = (from: string, config: object) => ({ from, text: JSON.stringify(config) });

  const inline = {
    commands: mapped(orb.commands, withPlainBooleans),
    jobs: mapped(orb.jobs, withPlainBooleans),
    executors: orb.executors,
  };

  it('is sound in the eyes of the public schema: in each of its examples, inline, and with all expressions replaced', async () => {
    expect(examples.length).toBeGreaterThan(4);
    const docker = [{ image: 'cimg/node:24.16.0' }];
    const all = examples.flatMap(({ from, usage }) => {
      const jobs = Object.fromEntries(
        expand(usage, orb).map(({ name, steps }) => [name.replace('/', '-'), { docker, steps }]),
      );
      return [
        asJson(from, usage),
        asJson(`${from}, with the orb inline`, { ...usage, orbs: { 'deploy-action': inline } }),
        asJson(`${from}, as CircleCI would run it`, {
          version: 2.1,
          jobs,
          workflows: { all: { jobs: Object.keys(jobs) } },
        }),
      ];
    });
    const wrongStep = { steps: [{ run: { comand: 'echo' } }] };
    const broken = { ...inline, jobs: { ...inline.jobs, broken: { docker, ...wrongStep } } };
    const mistaken = asJson('the mistaken copy', {
      ...examples[0]!.usage,
      orbs: { 'deploy-action': broken },
    });
    expect(await objections('circle-ci', [...all, mistaken])).toEqual([
      { from: 'the mistaken copy', where: "$.orbs['deploy-action']" },
    ]);
  });
});

/**
 * The public schema takes no expression as `docker_layer_caching`, where CircleCI takes one of type boolean; so a boolean
 * parameter stands there with its default.
 */
function withPlainBooleans<C extends OrbCommand>(component: C): C {
  const plain = (value: unknown): unknown => {
    if (typeof value === 'string') {
      const parameter = component.parameters[/^<< parameters\.([\w-]+) >>$/u.exec(value)?.[1] ?? ''];
      return parameter?.type === 'boolean' ? parameter.default : value;
    }
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== 'object' || value === null) return value;
    return mapped(value as Record<string, unknown>, plain);
  };
  return { ...component, steps: component.steps.map(plain) };
}

function mapped<From, To>(record: Record<string, From>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
