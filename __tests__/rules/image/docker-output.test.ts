import {
  buildHint,
  digestInMetadata,
  digestInRepository,
  isPushNoise,
  isPushOfBuilder,
  judgePushFailure,
  linesOfFailure,
  readBuildFailure,
  readDriver,
  readPushedDigest,
  readVersions,
} from '../../../src/rules/image/docker-output.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

/** BuildKit 0.13 through buildx, with a cache that is not there yet. */
const BUILDX = `#4 importing cache manifest from localhost:5000/shop:cache
#4 ERROR: localhost:5000/shop:cache: not found
#5 [build 1/2] FROM docker.io/library/busybox:stable
#5 CACHED
#7 [runtime 2/3] RUN npm ci && false
#7 0.506 added 3 packages
#7 ERROR: process "/bin/sh -c npm ci && false" did not complete successfully: exit code: 1
------
 > importing cache manifest from localhost:5000/shop:cache:
------
------
 > [runtime 2/3] RUN npm ci && false:
0.506 added 3 packages
------
web/Dockerfile:4
--------------------
   2 |     WORKDIR /app
   4 | >>> RUN npm ci && false
--------------------
ERROR: failed to solve: process "/bin/sh -c npm ci && false" did not complete successfully: exit code: 1`.split(
  '\n',
);

/** BuildKit in Docker 20.10. */
const ENGINE = `#6 [broken 1/1] RUN echo before && exit 3
#6 0.745 before
#6 ERROR: executor failed running [/bin/sh -c echo before && exit 3]: exit code: 3
------
 > [broken 1/1] RUN echo before && exit 3:
------
executor failed running [/bin/sh -c echo before && exit 3]: exit code: 3`.split('\n');

describe('a failed build', () => {
  it.each<[string, readonly string[], ReturnType<typeof readBuildFailure>]>([
    [
      'buildx',
      BUILDX,
      { step: '[runtime 2/3] RUN npm ci && false', place: 'web/Dockerfile:4', reason: 'exit code: 1' },
    ],
    ['an older engine', ENGINE, { step: '[broken 1/1] RUN echo before && exit 3', reason: 'exit code: 3' }],
    [
      'a stage that is not there',
      [
        'ERROR: failed to solve: rpc error: code = Unknown desc = failed to solve with frontend dockerfile.v0: failed to create LLB definition: target stage nope could not be found',
      ],
      { reason: 'target stage nope could not be found' },
    ],
    [
      'a file that is not there',
      [
        ' > [3/4] COPY missing.js /:',
        'Dockerfile.production:7',
        'ERROR: failed to solve: failed to compute cache key: failed to calculate checksum of ref abc::def: "/missing.js": not found',
      ],
      {
        step: '[3/4] COPY missing.js /',
        place: 'Dockerfile.production:7',
        reason: '"/missing.js": not found',
      },
    ],
    ['words without any form', ['docker: something new', ''], { reason: 'docker: something new' }],
    [
      'a log line that looks like a place',
      ['0.5 at app.js:12', 'ERROR: failed to solve: x'],
      { reason: 'x' },
    ],
    ['silence', [], {}],
  ])('of %s is read', (_of, lines, expected) => {
    expect(readBuildFailure(lines)).toEqual(expected);
  });

  it('is shown by the lines of the failed step and those at the end', () => {
    expect(linesOfFailure(BUILDX)).toEqual([...BUILDX.slice(4)]);
    expect(linesOfFailure(ENGINE)).toEqual(ENGINE);
  });

  it('of a file that is not there is not taken for a cache that is not there', () => {
    const lines = [
      '#5 [2/3] RUN true',
      '#6 [3/3] COPY x /',
      '#6 ERROR: failed to compute cache key: "/x": not found',
    ];
    expect(linesOfFailure(lines)).toEqual(lines.slice(1));
  });

  it('without a failed step is shown whole', () => {
    expect(linesOfFailure(['#1 load', 'ERROR: x'])).toEqual(['#1 load', 'ERROR: x']);
  });

  it.each([
    ['write /x: no space left on device', 'disk'],
    ['toomanyrequests: You have reached your pull rate limit', 'limits pulls'],
    ['target stage nope could not be found', 'image.target'],
    ['failed to resolve source metadata for docker.io/library/nope:1: not found', 'base image'],
    ['process "/bin/sh -c make" did not complete successfully: exit code: 137', 'memory'],
    ['exec /bin/sh: exec format error', 'image.platform'],
  ])('%j comes with what to do about it', (line, hint) => {
    expect(buildHint([line, 'ERROR: failed to solve'])).toContain(hint);
  });

  it('for a reason of its own comes with no guess', () => {
    expect(buildHint(BUILDX)).toBeUndefined();
  });
});

describe('a failed push', () => {
  it.each<[ReturnType<typeof judgePushFailure>, string]>([
    [
      'immutable',
      "tag invalid: The image tag 'v1' already exists in the 'shop' repository and cannot be overwritten because the repository is immutable.",
    ],
    ['immutable', "error parsing HTTP 400 response: tag invalid: tag 'v1' is immutable"],
    [
      'immutable',
      'ERROR: failed to push x: unexpected status from PUT request to https://x: 400 Bad Request (ImageTagAlreadyExistsException)',
    ],
    ['transient', 'received unexpected HTTP status: 503 Service Unavailable'],
    ['transient', 'received unexpected HTTP status: 500 Internal Server Error'],
    [
      'transient',
      'ERROR: failed to solve: failed to push x:y: unexpected status from POST request to https://x/: 502 Bad Gateway',
    ],
    ['transient', 'toomanyrequests: Rate exceeded'],
    ['transient', 'unexpected status: 429 Too Many Requests'],
    ['transient', 'Put "https://x/v2/": EOF'],
    ['transient', 'write tcp 10.0.0.1:1->10.0.0.2:443: write: connection reset by peer'],
    ['transient', 'write tcp 10.0.0.1:1->10.0.0.2:443: write: broken pipe'],
    ['transient', 'Get "https://x/v2/": net/http: TLS handshake timeout'],
    ['transient', 'dial tcp: lookup x on 127.0.0.53:53: server misbehaving'],
    ['transient', 'Head "https://x/v2/": dial tcp 1.2.3.4:443: i/o timeout'],
    [
      'denied',
      'denied: User: arn:aws:sts::111111111111:assumed-role/deploy/x is not authorized to perform: ecr:InitiateLayerUpload',
    ],
    ['denied', 'no basic auth credentials'],
    ['denied', 'unauthorized: authentication required'],
    ['denied', 'unexpected status from HEAD request to https://x/v2/: 403 Forbidden'],
    [
      'missing',
      "name unknown: The repository with name 'shop' does not exist in the registry with id '111111111111'",
    ],
    [
      'rejected',
      `ERROR: failed to solve: failed to push x/y:1: unexpected status from PUT request to https://x/v2/y/manifests/1: 400 Bad Request`,
    ],
    ['other', 'manifest invalid: something else'],
    ['other', 'layer does not exist'],
  ])('is %s: %s', (expected, line) => {
    expect(judgePushFailure(['The push refers to repository [x/shop]', line])).toBe(expected);
  });

  it.each([
    ['the number of a port', 'The push refers to repository [localhost:5035/shop]'],
    ['a digest', `${digest('5')}: Layer already exists`],
    ['a size', '5024a: Pushing 503.2kB'],
    ['what the build has printed', '#7 0.5 got 503 Service Unavailable, EOF'],
  ])('is not transient for %s', (_what, line) => {
    expect(judgePushFailure([line, 'manifest invalid'])).toBe('other');
  });

  it.each([
    ['ERROR: failed to solve: failed to push localhost:5000/shop:1: 503 Service Unavailable', true],
    [
      'ERROR: failed to solve: process "/bin/sh -c git push" did not complete successfully: exit code: 1',
      false,
    ],
    ['#7 0.5 error: failed to push some refs', false],
  ])('of a builder that pushes what it built: %j is %s', (line, expected) => {
    expect(isPushOfBuilder([line])).toBe(expected);
  });

  it.each([
    ['9ed76478acd2: Preparing', true],
    ['9ed76478acd2: Waiting', true],
    ['9ed76478acd2: Retrying in 4 seconds', true],
    ['9ed76478acd2: Retrying in 1 second', true],
    ['9ed76478acd2: Retrying in 5 seconds', false],
    ['9ed76478acd2: Retrying in 15 seconds', false],
    ['9ed76478acd2: Pushed', false],
    ['denied: Waiting', false],
  ])('has lines that only wait: %j is %s', (line, expected) => {
    expect(isPushNoise(line)).toBe(expected);
  });
});

describe('a digest', () => {
  it('is what docker push says at its end', () => {
    expect(readPushedDigest(['a: Pushed', `src-1: digest: ${digest('a')} size: 942`])).toBe(digest('a'));
    expect(readPushedDigest(['a: Pushed', 'src-1: digest: sha256:abc size: 942'])).toBeUndefined();
  });

  it.each<[string[], string | undefined, string]>([
    [[`h/shop@${digest('a')}`], digest('a'), 'one'],
    [[`h/other@${digest('b')}`, `h/shop@${digest('a')}`], digest('a'), 'one in this repository'],
    [[`h/shop@${digest('a')}`, `h/shop@${digest('b')}`], undefined, 'two: which one is unknown'],
    [[`h/shop-worker@${digest('a')}`], undefined, 'a longer name'],
    [[], undefined, 'none'],
  ])('of an image that the engine knows as %j is %s (%s)', (names, expected) => {
    expect(digestInRepository(names, 'h/shop')).toBe(expected);
  });

  it.each([
    [`{"containerimage.digest":"${digest('a')}","x":1}`, digest('a')],
    ['{}', undefined],
    ['null', undefined],
    ['{"containerimage.digest":5}', undefined],
  ])('in the metadata %s is %s', (metadata, expected) => {
    expect(digestInMetadata(metadata)).toBe(expected);
  });
});

describe('what docker says about itself', () => {
  it('names the driver of the builder in use', () => {
    expect(readDriver(['Name:   default', 'Driver: docker', '', 'Nodes:', 'Name: default'])).toBe('docker');
    expect(readDriver(['Name:          builder', 'Driver:        docker-container'])).toBe(
      'docker-container',
    );
    expect(readDriver(['ERROR: no builder'])).toBeUndefined();
  });

  it.each([
    [
      '{"Client":{"Version":"28.2.2"},"Server":{"Version":"20.10.24"}}\n',
      { client: '28.2.2', server: '20.10.24' },
    ],
    ['{"Client":{"Version":"28.2.2"},"Server":null}\nCannot connect', { client: '28.2.2' }],
    ['{"Client":{"Version":"28.2.2"}}', { client: '28.2.2' }],
    ['', {}],
  ])('has versions in %j', (output, expected) => {
    expect(readVersions(output)).toEqual(expected);
  });
});
