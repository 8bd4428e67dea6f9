import {
  buildInvocation,
  cacheReference,
  effectiveCache,
  type BuildCommand,
  type BuilderShape,
  type CacheKind,
} from '../../../src/rules/image/build-arguments.ts';

const HOST = '111111111111.dkr.ecr.ap-northeast-1.amazonaws.com';
const COMMAND: BuildCommand = {
  context: '/checkout',
  dockerfile: '/checkout/Dockerfile',
  reference: `${HOST}/shop:src-1`,
  buildArguments: {},
  secrets: [],
  cache: 'off',
  labels: {},
};
const ENGINE: BuilderShape = { kind: 'engine', keepsImage: true, exportsCache: false };
const DOCKER_DRIVER: BuilderShape = { kind: 'buildx', keepsImage: true, exportsCache: false };
const CONTAINERD_STORE: BuilderShape = { kind: 'buildx', keepsImage: true, exportsCache: true };
const CONTAINER_DRIVER: BuilderShape = { kind: 'buildx', keepsImage: false, exportsCache: true };

const argsOf = (more: Partial<BuildCommand>, shape = DOCKER_DRIVER) =>
  buildInvocation({ ...COMMAND, ...more }, shape, '/tmp/metadata.json').args;

describe('the build command', () => {
  it('of buildx loads the image into the engine where the engine builds', () => {
    expect(buildInvocation(COMMAND, DOCKER_DRIVER, '/tmp/metadata.json')).toEqual({
      args: [
        ...['buildx', 'build', '--progress=plain', '--load'],
        ...['--metadata-file', '/tmp/metadata.json', '--provenance=false', '--sbom=false'],
        ...['--file', '/checkout/Dockerfile', '--tag', `${HOST}/shop:src-1`, '/checkout'],
      ],
      environment: {},
    });
  });

  it('of buildx pushes where a builder of its own builds', () => {
    expect(argsOf({}, CONTAINER_DRIVER).slice(0, 4)).toEqual([
      'buildx',
      'build',
      '--progress=plain',
      '--push',
    ]);
  });

  it('of an older client asks for BuildKit and leaves out what only buildx knows', () => {
    expect(buildInvocation(COMMAND, ENGINE, '/tmp/metadata.json')).toEqual({
      args: [
        ...['build', '--progress=plain'],
        ...['--file', '/checkout/Dockerfile', '--tag', `${HOST}/shop:src-1`, '/checkout'],
      ],
      environment: { DOCKER_BUILDKIT: '1' },
    });
  });

  it.each<[string, Partial<BuildCommand>, string[]]>([
    ['a target', { target: 'runtime' }, ['--target', 'runtime']],
    ['a platform', { platform: 'linux/arm64' }, ['--platform', 'linux/arm64']],
    [
      'secrets',
      { secrets: ['NPM_TOKEN', 'B'] },
      ['--secret', 'id=NPM_TOKEN,env=NPM_TOKEN', '--secret', 'id=B,env=B'],
    ],
    ['labels', { labels: { 'org.x': 'a b=c' } }, ['--label', 'org.x=a b=c']],
  ])('carries %s', (_what, more, expected) => {
    for (const shape of [ENGINE, DOCKER_DRIVER, CONTAINER_DRIVER]) {
      expect(argsOf(more, shape).join('\n')).toContain(expected.join('\n'));
    }
  });

  it('puts values of build arguments into the environment and only their names on the command line', () => {
    const { args, environment } = buildInvocation(
      { ...COMMAND, buildArguments: { RAILS_ENV: 'production', EMPTY: '' } },
      DOCKER_DRIVER,
      '/tmp/metadata.json',
    );
    expect(args.join(' ')).toContain('--build-arg RAILS_ENV --build-arg EMPTY');
    expect(args.join(' ')).not.toContain('production');
    expect(environment).toEqual({ RAILS_ENV: 'production', EMPTY: '' });
  });

  it.each([
    ['PATH', 'docker could no longer find its plug-ins'],
    ['HOME', "nor the user's folder"],
    ['DOCKER_HOST', 'the build would go to another engine'],
    ['BUILDX_BUILDER', 'or to another builder'],
    ['BUILDKIT_INLINE_CACHE', 'an argument that BuildKit itself reads'],
    ['HTTP_PROXY', 'the client would go through the proxy of the build'],
    ['no_proxy', 'in lower case too'],
    ['AWS_PROFILE', 'credential helpers would sign in as somebody else'],
    ['GODEBUG', 'the Go runtime of the client listens to it'],
    ['NPM_TOKEN', 'it is also the name of a secret'],
  ])('keeps the build argument %s out of the environment: %s', (name) => {
    const { args, environment } = buildInvocation(
      { ...COMMAND, buildArguments: { [name]: 'x' }, secrets: ['NPM_TOKEN'] },
      DOCKER_DRIVER,
      '/tmp/metadata.json',
    );
    expect(args).toContain(`${name}=x`);
    expect(environment).toEqual({});
  });
});

describe('the cache', () => {
  const REGISTRY = [
    `--cache-from type=registry,ref=${HOST}/shop:cache`,
    `--cache-to type=registry,ref=${HOST}/shop:cache,mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true`,
  ].join(' ');
  const INLINE = `--cache-from type=registry,ref=${HOST}/shop:cache --cache-to type=inline`;
  const INLINE_OF_ENGINE = `--cache-from ${HOST}/shop:cache --build-arg BUILDKIT_INLINE_CACHE=1`;
  const GHA = '--cache-from type=gha,scope=shop --cache-to type=gha,scope=shop,mode=max,ignore-error=true';

  it.each<[CacheKind, string, BuilderShape, CacheKind, string]>([
    ['registry', 'a builder of its own', CONTAINER_DRIVER, 'registry', REGISTRY],
    ['registry', 'an engine with the containerd store', CONTAINERD_STORE, 'registry', REGISTRY],
    ['registry', "docker's own driver", DOCKER_DRIVER, 'inline', INLINE],
    ['registry', 'an older client', ENGINE, 'inline', INLINE_OF_ENGINE],
    ['inline', 'a builder of its own', CONTAINER_DRIVER, 'inline', INLINE],
    ['inline', 'an older client', ENGINE, 'inline', INLINE_OF_ENGINE],
    ['gha', 'a builder of its own', CONTAINER_DRIVER, 'gha', GHA],
    ['gha', "docker's own driver", DOCKER_DRIVER, 'inline', INLINE],
    ['gha', 'an older client', ENGINE, 'inline', INLINE_OF_ENGINE],
    ['off', 'a builder of its own', CONTAINER_DRIVER, 'off', ''],
    ['off', 'an older client', ENGINE, 'off', ''],
  ])('%s with %s', (asked, _builder, shape, effective, expected) => {
    expect(effectiveCache(asked, shape)).toBe(effective);
    const args = argsOf({ cache: asked }, shape);
    const from = args.indexOf(COMMAND.reference) + 1;
    expect(args.slice(from, -1).join(' ')).toBe(expected);
  });

  it.each([
    ['localhost:5000/a/b:src-1', 'localhost:5000/a/b:cache', 'type=gha,scope=a-b'],
    ['localhost:5000/shop', 'localhost:5000/shop:cache', 'type=gha,scope=shop'],
  ])('of %s is kept as %s or under %s', (reference, expected, scope) => {
    expect(cacheReference(reference)).toBe(expected);
    expect(argsOf({ reference, cache: 'gha' }, CONTAINER_DRIVER)).toContain(scope);
  });
});
