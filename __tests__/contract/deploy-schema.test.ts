import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { parseConfigFile } from '../../src/config/file.ts';
import { editorSchema } from '../../scripts/docs/editor-schema.ts';

const published = JSON.parse(readFileSync('schema/deploy.schema.json', 'utf8')) as object;
const accepts = new Ajv2020({ allowUnionTypes: true, keywords: ['markdownDescription'] }).compile(published);

describe('the published JSON Schema', () => {
  it('is the one that the code yields', () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(editorSchema())));
  });

  it('describes every key', () => {
    const bare: string[] = [];
    const look = (node: unknown, path: string) => {
      if (typeof node !== 'object' || node === null) return;
      for (const [key, property] of Object.entries((node as { properties?: object }).properties ?? {})) {
        const { description = '' } = property as { description?: string };
        if (!/^[A-Z].*\.$/.test(description)) bare.push(`${path}.${key}`);
      }
      Object.entries(node).forEach(([key, part]) => look(part, `${path}.${key}`));
    };
    look(published, '');
    expect(bare).toEqual([]);
  });

  it('has no Markdown where an editor shows plain text, and links that lead to a page of ours', () => {
    const texts = [...JSON.stringify(published).matchAll(/"(description|markdownDescription)":"([^"]*)"/gu)];
    const plain = texts.filter(([, kind]) => kind === 'description').map(([, , text = '']) => text);
    expect(plain.filter((text) => /`|\]\(/u.test(text))).toEqual([]);
    const links = texts.flatMap(([, , text = '']) => [...text.matchAll(/\(([\w:/.-]+\.md)/gu)]);
    const pages = links.map(([, url = '']) =>
      url.replace('https://github.com/org/deploy-action/blob/v1/', ''),
    );
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.filter((path) => !existsSync(path))).toEqual([]);
  });

  it.each([
    ['version: 1', true, 'the least'],
    ['{}', false, 'no version'],
    ['version: 2', false, 'another version'],
    ['{version: 1, migrat: {}}', false, 'an unknown key'],
    ['{version: 1, verification: {}}', false, 'a key of a later release'],
    ['{version: 1, services: [web, {name: worker, minimum-tasks: 0}]}', true, 'services of both kinds'],
    ['{version: 1, services: [], families: [nightly]}', true, 'families alone'],
    ['{version: 1, families: []}', false, 'an empty list'],
    ['{version: 1, images: {web: {repository: shop}}}', true, 'several images'],
    ['{version: 1, images: {1: {repository: shop}}}', false, 'a name that would lose its place'],
    ['{version: 1, services: [-x]}', false, 'a name that begins with a hyphen'],
    ['{version: 1, image: {repository: "shop:v1"}}', false, 'a repository with a tag'],
    ['{version: 1, image: {reuse: 720h, cache: off, builder: docker}}', true, 'choices'],
    ['{version: 1, image: {builder: kaniko}}', false, 'a choice of a later release'],
    [
      '{version: 1, image: {build-args: {A: 1, B: true, C: x}, secrets: [NPM_TOKEN]}}',
      true,
      'scalars as text',
    ],
    ['{version: 1, rollout: {timeout: 30m, minimum-tasks: 2}}', true, 'a duration'],
    ['{version: 1, rollout: {timeout: 90}}', true, 'a duration in seconds'],
    ['{version: 1, rollout: {timeout: 1d}}', false, 'a duration in days'],
    ['{version: 1, rollout: {timeout: 0}}', false, 'a duration of nothing'],
    ['{version: 1, migrate: {command: [a, 1]}}', true, 'a command as a list'],
    ['{version: 1, migrate: {command: a b, on-cancel: stop}}', true, 'a command as text'],
    ['{version: 1, migrate: {command: []}}', false, 'an empty command'],
    ['{version: 1, before-deploy: [{service: web}]}', false, 'a task without a command'],
    ['{version: 1, environments: {a: {branch: [x, "y/*"], tag: v*, any-branch: true}}}', true, 'a map'],
    [
      '{version: 1, environments: {a: {branch: x, services: [w], rollout: {timeout: 1h}}}}',
      true,
      'overrides',
    ],
    ['{version: 1, environments: {a: {branch: x, version: 1}}}', false, 'a key that is not overridden'],
    ['{version: 1, environments: {a: {branch: []}}}', false, 'no branch in a list'],
    ['{version: 1, environments: {a: {branch: x, region: tokyo}}}', false, 'a region that is none'],
  ])('%s: an editor says %s, and so do we (%s)', (text, sound) => {
    expect(accepts(parse(text))).toBe(sound);
    expect(parseConfigFile('deploy.yml', text).problems.length === 0).toBe(sound);
  });
});
