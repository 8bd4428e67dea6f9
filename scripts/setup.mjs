import { pathToFileURL } from 'node:url';
import { delimiter, dirname } from 'node:path';
import { provideArm64Node } from './setup/arm64.mjs';
import { stageFolder, toolsFolder } from './setup/folders.mjs';
import { provideGoProgram } from './setup/go-program.mjs';
import { provideBaseImages } from './setup/base-image.mjs';
import { provideCamera } from './setup/camera.mjs';
import { provideClient } from './setup/docker-client.mjs';
import { provideEngine } from './setup/engine.mjs';
import { explain, Missing } from './setup/errors.mjs';
import { provideModules } from './setup/modules.mjs';
import { provideLeastNode, provideNode24 } from './setup/node24.mjs';
import { providePython } from './setup/python.mjs';
import { provideRuby } from './setup/ruby.mjs';

export { Missing, stageFolder as cacheFolder };

const act = { name: 'act', module: 'github.com/nektos/act', version: 'v0.2.89' };
const actionlint = {
  name: 'actionlint',
  module: 'github.com/rhysd/actionlint/cmd/actionlint',
  version: 'v1.7.12',
};
const withoutGo = (what) =>
  `${what}, because this machine has no Go to build it; install Go (https://go.dev/dl/)`;
const withoutRuby = 'metadata.rb read by Ruby itself, because this machine has no Ruby; install Ruby';
/** What tests and demo need; `camera` is for who takes the pictures of the documentation. */
const withoutArm64 =
  'the bundle on arm64, because this machine is another one and has no emulator; run on Debian as root, or on arm64';
const everything = [
  'modules',
  'node24',
  'least-node',
  'docker',
  'python',
  'base-image',
  'act',
  'actionlint',
  'ruby',
  'arm64-node',
];

/**
 * Makes this machine ready for what is asked, and says what that was. Quick where everything is there already.
 * Started on any Node from 18 on, before node_modules exists.
 *
 * `base-image` brings `docker` with it. Call `release()` at the end: a private Docker engine ends with its last user.
 * @param {('modules' | 'node24' | 'least-node' | 'docker' | 'python' | 'base-image' | 'act' | 'actionlint' | 'ruby' | 'arm64-node' | 'camera')[]} needs
 */
export async function setUp(needs) {
  const has = (need) => needs.includes(need);
  if (has('modules')) await provideModules();
  const node = has('node24') ? await provideNode24() : process.execPath;
  const arm64Node = has('arm64-node') ? await provideArm64Node() : undefined;
  const leastNode = has('least-node') ? await provideLeastNode() : undefined;
  const python = has('python') ? await providePython() : undefined;
  const actPath = has('act') ? await provideGoProgram(act) : undefined;
  const actionlintPath = has('actionlint') ? await provideGoProgram(actionlint) : undefined;
  const ruby = has('ruby') ? await provideRuby() : undefined;
  const chromium = has('camera') ? await provideCamera() : undefined;
  const docker = has('docker') || has('base-image') ? await provideDocker(has('base-image')) : undefined;

  return {
    /** path of the Node to run TypeScript with */
    node,
    /** path of the least Node that the package runs on; undefined where npm has none for this platform */
    leastNode,
    /** how Node for arm64 is started: program and arguments; undefined where this machine cannot */
    arm64Node,
    python,
    docker,
    /** paths of nektos/act, which runs a workflow as GitHub's runner would, and of actionlint; undefined without Go */
    act: actPath,
    actionlint: actionlintPath,
    /** path of Ruby; undefined where the machine has none and we may not install it */
    ruby,
    /** what could not be provided and is not worth failing for, each as one line for a person */
    leftOut: [
      ...(has('act') && actPath === undefined ? [withoutGo('the workflows under nektos/act')] : []),
      ...(has('actionlint') && actionlintPath === undefined ? [withoutGo('actionlint')] : []),
      ...(has('ruby') && ruby === undefined ? [withoutRuby] : []),
      ...(has('arm64-node') && arm64Node === undefined ? [withoutArm64] : []),
    ],
    /** what a child process needs to find all this */
    environment: {
      PATH: [toolsFolder, dirname(node), process.env.PATH].join(delimiter),
      ...(docker && { DOCKER_HOST: docker.host, DOCKER_CONFIG: docker.config }),
      ...(chromium && { CHROMIUM: chromium }),
    },
    release: async () => docker?.release(),
  };
}

async function provideDocker(withBaseImages) {
  const { host, release } = await provideEngine();
  try {
    const { program, config } = await provideClient();
    const images = withBaseImages ? await provideBaseImages(host) : undefined;
    return { host, program, config, images, release };
  } catch (error) {
    await release();
    throw error;
  }
}

/** As a program: `node scripts/setup.mjs [need …]` prepares the machine, everything by default. */
if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const asked = process.argv.slice(2);
  const unknown = asked.filter((need) => ![...everything, 'camera'].includes(need));
  if (unknown.length > 0) {
    console.error(`Unknown: ${unknown.join(', ')}. Known: ${everything.join(', ')}, camera.`);
    process.exit(2);
  }
  try {
    const ready = await setUp(asked.length > 0 ? asked : everything);
    await ready.release();
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
  }
}
