import { Shop } from './shop.ts';

/** A shop whose image is built by the CodeBuild project shop-build; `keys` go into `image.codebuild`. */
export function shopOnCodeBuild({ keys = '', image = '' }: { keys?: string; image?: string } = {}): Shop {
  const shop = new Shop({ serviceDeployments: true });
  shop.aws.codebuild.addProject('shop-build');
  shop.aws.ecs.nextTask(
    { startedBy: /\/migrate\// },
    { runSeconds: 6, logLines: [{ afterSeconds: 1, message: 'migrated' }] },
  );
  shop.configure((yaml) =>
    yaml.replace(
      'image: { repository: shop }',
      `image: { repository: shop, builder: codebuild, codebuild: { project: shop-build${keys} }${image} }`,
    ),
  );
  return shop;
}
