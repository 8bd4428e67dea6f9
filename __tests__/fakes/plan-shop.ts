import type { HostEvent } from '../../src/ports/host.ts';
import { createGitHub } from '../../src/adapters/github-api.ts';
import type { FakeGitHub } from './github/server.ts';
import { PUSH_TO_DEVELOP } from './host.ts';
import { Shop } from './shop.ts';

const { branch: ofThePush, ...facts } = PUSH_TO_DEVELOP;

/** A pull request, from a branch of the same repository. It has no branch of its own: its merge is checked out. */
export const PULL_REQUEST: HostEvent = {
  ...facts,
  kind: 'pull_request',
  name: 'pull_request',
  pullRequest: { number: 7, base: ofThePush ?? '', isFork: false },
};

/** The shop with everything around it that its tasks need to start, so that no check fails. */
export function planShop(options: ConstructorParameters<typeof Shop>[0] = {}): Shop {
  const shop = new Shop(options);
  const { aws, host } = shop;
  host.currentEvent = PULL_REQUEST;
  aws.roles.add('shop-execution');
  aws.logs.addGroup('/shop');
  aws.network.addSubnet('subnet-0a1b2c3d4e5f60718');
  aws.network.addSecurityGroup('sg-0a1b2c3d4e5f60718');
  shop.connectRepository = () => Promise.resolve(withoutGitHub);
  return shop;
}

/** Without cookbooks in the file, nobody looks at the history. */
const withoutGitHub = { history: undefined as never, runCommand: undefined as never };

/** What a runner gives the program for a pull request: GitHub's API with a token. */
export function withGitHub(shop: Shop, github: FakeGitHub): void {
  shop.connectRepository = ({ token }) =>
    Promise.resolve({
      ...withoutGitHub,
      ...(token === undefined
        ? {}
        : {
            github: createGitHub({
              token,
              repository: github.state.repository,
              apiUrl: github.url,
              serverUrl: 'https://github.com',
              clock: shop.clock,
            }),
          }),
    });
}
