import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { INPUTS } from '../../src/config/inputs.ts';
import { OUTPUTS } from '../../src/report/output-names.ts';

interface Metadata {
  name: string;
  description: string;
  author: string;
  branding: { icon: string; color: string };
  inputs: Record<string, { description: string; required: boolean; default?: string }>;
  outputs: Record<string, { description: string }>;
  runs: Record<string, string>;
}

const action = parse(readFileSync('action.yml', 'utf8')) as Metadata;

describe('action.yml', () => {
  it('has the inputs of the code, in their order and with their descriptions and defaults', () => {
    expect(Object.entries(action.inputs)).toEqual(
      INPUTS.map((input) => [
        input.name,
        {
          description: input.description,
          required: false,
          ...('default' in input ? { default: input.default } : {}),
        },
      ]),
    );
  });

  it('has the outputs of the code, in their order and with their descriptions', () => {
    expect(Object.entries(action.outputs)).toEqual(
      OUTPUTS.map(({ name, description }) => [name, { description }]),
    );
  });

  it('has no expression in a text, where the runner allows none', () => {
    const texts = [action, ...Object.values(action.inputs), ...Object.values(action.outputs)];
    expect(texts.map(({ description }) => description).filter((text) => text.includes('${{'))).toEqual([]);
  });

  it('runs the one bundle on Node 24, after the job too', () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/index.js', post: 'dist/index.js' });
  });

  it('says who it is, within what GitHub Marketplace shows', () => {
    expect(action.name).toBe('Deploy to Amazon ECS');
    expect(action.author).toBe('deploy-action contributors');
    expect(action.branding).toEqual({ icon: 'upload-cloud', color: 'blue' });
    expect(action.description.length).toBeLessThanOrEqual(125);
  });

  it('has no input that asks for keys, and one for a token: that of the cookbook part, with no default', () => {
    expect(Object.keys(action.inputs).filter((name) => /token|key|secret|password/.test(name))).toEqual([
      'github-token',
    ]);
    expect(action.inputs['github-token']).not.toHaveProperty('default');
  });
});
