import { Shop } from '../../fakes/shop.ts';

/** A shop whose image is built on CodeBuild. */
export function shopOnCodeBuild(more = ''): Shop {
  const shop = new Shop({ serviceDeployments: true });
  shop.aws.codebuild.addProject('shop-build');
  shop.aws.ecs.nextTask({ startedBy: /\/migrate\// }, { runSeconds: 6 });
  shop.configure((yaml) =>
    yaml.replace(
      'image: { repository: shop }',
      `image: { repository: shop, builder: codebuild, codebuild: { project: shop-build${more} } }`,
    ),
  );
  return shop;
}

describe('a deploy whose image is built on CodeBuild', () => {
  it('shows the build and deploys the digest that ECR has afterwards', async () => {
    const shop = shopOnCodeBuild();

    const code = await shop.deploy();

    console.log(shop.host.lines.join('\n'));
    expect(code).toBe(0);
  });
});
