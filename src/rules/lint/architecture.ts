import { platformOf } from '../task-definition/runtime-platform.ts';
import { nameOf, type LintRule } from './subject.ts';

/** An image of one architecture starts on no other: "exec format error", after the migration's turn. */
export const architecture: LintRule = (subject) => {
  const { imagePlatform, platforms, definition } = subject;
  const runsOn = platformOf(definition);
  if (imagePlatform !== undefined && runsOn !== undefined && imagePlatform !== runsOn) {
    return [
      `${nameOf(subject)}: \`image.platform\` is ${imagePlatform}, but its task definition runs on ${runsOn}. Leave \`image.platform\` out, or change \`runtimePlatform\`.`,
    ];
  }
  const different = [...new Set(platforms)];
  return different.length < 2
    ? []
    : [
        `the services of this deploy run on ${different.join(' and ')}, and one image is built for one of them. Give them one \`runtimePlatform\`, or deploy them from environments of their own.`,
      ];
};
