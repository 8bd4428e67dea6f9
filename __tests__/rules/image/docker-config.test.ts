import { withRegistryCredential } from '../../../src/rules/image/docker-config.ts';

const LOGIN = { registry: 'host:1', username: 'AWS', password: 'p:w' };
const AUTH = { auth: Buffer.from('AWS:p:w').toString('base64') };

describe('the docker configuration of a build', () => {
  it('holds the credential when there was no configuration', () => {
    expect(withRegistryCredential({}, LOGIN)).toEqual({ auths: { 'host:1': AUTH } });
  });

  it('keeps what the user has: other credentials, proxies, the context, plug-in folders, unknown settings', () => {
    const theirs = {
      auths: { 'https://index.docker.io/v1/': { auth: 'dTpw' }, 'host:1': { auth: 'old' } },
      proxies: { default: { httpProxy: 'http://proxy' } },
      currentContext: 'rootless',
      cliPluginsExtraDirs: ['/plugins'],
      future: { a: [1] },
    };
    expect(withRegistryCredential(theirs, LOGIN)).toEqual({
      ...theirs,
      auths: { 'https://index.docker.io/v1/': { auth: 'dTpw' }, 'host:1': AUTH },
    });
  });

  it.each([
    ['a store', { credsStore: 'desktop' }, { credsStore: 'desktop', credHelpers: { 'host:1': '' } }],
    [
      'helpers',
      { credHelpers: { 'host:1': 'ecr-login', 'public.ecr.aws': 'ecr-login' } },
      { credHelpers: { 'host:1': '', 'public.ecr.aws': 'ecr-login' } },
    ],
  ])(
    'sends docker to our credential past %s that would be asked first, for this registry only',
    (_what, theirs, expected) => {
      expect(withRegistryCredential(theirs, LOGIN)).toEqual({ ...expected, auths: { 'host:1': AUTH } });
    },
  );
});
