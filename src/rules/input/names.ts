import { shown } from './parsed.ts';
import type { Parsed } from './parsed.ts';

interface Grammar {
  /** "a cluster name: letters, digits…", the end of "must be". */
  what: string;
  pattern: RegExp;
  longest: number;
  /** What people write instead, and what to write then. */
  mistakes?: readonly { looksLike: RegExp; hint: string }[];
}

const ECS_NAME = /^[A-Za-z0-9_][A-Za-z0-9_-]*$/;
const ECS_LETTERS = 'letters, digits, `-` and `_`';
const HOST = String.raw`(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+|[a-z0-9-]+(?=:))(?::[0-9]{1,5})?`;
const CONTROL = String.raw`\x00-\x1f\x7f`;
const PATH_PART = String.raw`[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*`;

/**
 * What each kind of name may look like. None may begin with `-`: names become arguments of docker and git.
 * ECS: 255 letters, digits, hyphens, underscores (API reference, CreateCluster and CreateService). ECR names and
 * Docker tags: the grammars of the distribution specification. Branches: `git help check-ref-format`.
 */
export const NAMES = {
  environment: {
    what: `the name of an environment (${ECS_LETTERS})`,
    pattern: /^[A-Za-z0-9][A-Za-z0-9_-]*$/,
    longest: 64,
  },
  region: {
    what: 'an AWS region such as `ap-northeast-1`',
    pattern: /^[a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2}$/,
    longest: 32,
    mistakes: [
      { looksLike: /^[a-z-]+-[0-9][a-z]$/, hint: 'This is an availability zone; leave its last letter out.' },
    ],
  },
  role: {
    what: 'the ARN of an IAM role such as `arn:aws:iam::111111111111:role/deploy`',
    pattern: /^arn:aws[a-z-]*:iam::[0-9]{12}:role\/[\w+=,.@/-]+$/,
    longest: 600,
    mistakes: [
      { looksLike: /^[\w+=,.@-]+$/, hint: 'Write the whole ARN; the name alone does not say which account.' },
      { looksLike: /:assumed-role\//, hint: 'This is the ARN of a session; the role is under IAM, Roles.' },
    ],
  },
  cluster: {
    what: `the name of a cluster (${ECS_LETTERS})`,
    pattern: ECS_NAME,
    longest: 255,
    mistakes: [
      { looksLike: /^arn:/, hint: 'Write the name alone: what stands after `cluster/` in the ARN.' },
    ],
  },
  service: {
    what: `the name of a service (${ECS_LETTERS})`,
    pattern: ECS_NAME,
    longest: 255,
    mistakes: [
      { looksLike: /^arn:/, hint: 'Write the name alone: what stands after the last `/` in the ARN.' },
    ],
  },
  family: {
    what: `the name of a task definition family (${ECS_LETTERS})`,
    pattern: ECS_NAME,
    longest: 255,
    mistakes: [
      { looksLike: /^[\w-]+:[0-9]+$/, hint: 'Leave the revision out; the newest one is taken.' },
      { looksLike: /^arn:/, hint: 'Write the name alone: what stands after `task-definition/` in the ARN.' },
    ],
  },
  image: {
    what: `a name for an image, beginning with a letter (${ECS_LETTERS})`,
    // A name of digits alone would lose its place in the order of the file.
    pattern: /^[A-Za-z][A-Za-z0-9_-]*$/,
    longest: 64,
  },
  container: { what: `the name of a container (${ECS_LETTERS})`, pattern: ECS_NAME, longest: 255 },
  repository: {
    what: 'the name of an ECR repository such as `shop`, or its full URI without a tag',
    pattern: new RegExp(`^(?:${HOST}/)?${PATH_PART}(?:/${PATH_PART})*$`),
    longest: 400,
    mistakes: [
      { looksLike: /^https?:/, hint: 'Leave `https://` out.' },
      { looksLike: /@sha256:|:[\w.-]+$/, hint: 'Leave the tag out; the input `image` chooses one.' },
      { looksLike: /^[\w./-]*[A-Z]/, hint: 'Repository names have no capital letters.' },
    ],
  },
  tag: {
    what: 'an image tag (letters, digits, `.`, `-` and `_`, at most 128)',
    pattern: /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/,
    longest: 128,
  },
  branch: {
    what: 'a branch name as git allows it',
    pattern: new RegExp(
      String.raw`^(?!-|/|@$)(?!.*(?:\.\.|@\{|//|/$|\.$|\.lock(?:/|$)))(?!\.|.*/\.)[^${CONTROL}\s~^:?*[\\]+$`,
    ),
    longest: 255,
  },
  branchPattern: {
    what: 'a branch or tag name, or a glob such as `release/*`',
    pattern: new RegExp(String.raw`^(?!-)(?!refs/)[^${CONTROL}\s~^:\\]+$`),
    longest: 255,
    mistakes: [{ looksLike: /^refs\//, hint: 'Write the name as git shows it, without `refs/heads/`.' }],
  },
  commit: {
    what: 'a full commit id',
    pattern: /^(?!0+$)(?:[0-9a-f]{40}|[0-9a-f]{64})$/,
    longest: 64,
  },
  hook: {
    what: 'the id of a lifecycle hook (letters, digits, `-` and `_`)',
    pattern: ECS_NAME,
    longest: 255,
  },
  rule: {
    what: 'an EventBridge rule as `NAME` or `BUS/NAME` (letters, digits, `.`, `-` and `_`)',
    // A partner's event bus has slashes in its name, a rule never (EventBridge API reference, PutRule).
    pattern: /^(?!-)(?:[\w.-]+\/)*(?!-)[\w.-]+$/,
    longest: 321,
    mistakes: [{ looksLike: /^arn:/, hint: 'Write what stands after `rule/` in the ARN.' }],
  },
  schedule: {
    what: 'a schedule of EventBridge Scheduler as `NAME` or `GROUP/NAME` (letters, digits, `.`, `-` and `_`)',
    pattern: /^(?!-)(?:[\w.-]+\/)?(?!-)[\w.-]+$/,
    longest: 129,
    mistakes: [{ looksLike: /^arn:/, hint: 'Write what stands after `schedule/` in the ARN.' }],
  },
  variable: {
    what: 'the name of a variable (letters, digits and `_`)',
    pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
    longest: 255,
  },
  header: {
    what: 'the name of an HTTP header',
    pattern: /^[A-Za-z0-9][A-Za-z0-9_-]*$/,
    longest: 128,
  },
  stage: {
    what: 'the name of a stage of the Dockerfile',
    pattern: /^[A-Za-z0-9][A-Za-z0-9_.-]*$/,
    longest: 128,
  },
  buildProject: {
    what: 'the name of a CodeBuild project (letters, digits, `-` and `_`)',
    pattern: /^[A-Za-z0-9][A-Za-z0-9_-]*$/,
    longest: 255,
    mistakes: [
      { looksLike: /^arn:/, hint: 'Write the name alone: what stands after `project/` in the ARN.' },
    ],
  },
  buildImage: {
    what: 'an image such as `aws/codebuild/amazonlinux-x86_64-standard:5.0`',
    pattern: /^[A-Za-z0-9][A-Za-z0-9_./:@-]*$/,
    longest: 400,
  },
  computeType: {
    what: 'a compute type such as `BUILD_GENERAL1_SMALL`',
    pattern: /^[A-Z][A-Z0-9]*(?:_[A-Za-z0-9]+)*$/,
    longest: 64,
  },
  bucket: {
    what: 'the name of an S3 bucket (3 to 63 lower-case letters, digits, `.` and `-`)',
    pattern: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    longest: 63,
    mistakes: [{ looksLike: /^(?:s3:|arn:)/, hint: 'Write the name of the bucket alone.' }],
  },
  platform: {
    what: 'one platform such as `linux/amd64`',
    pattern: /^[a-z0-9]+\/[a-z0-9]+(?:\/[a-z0-9]+)?$/,
    longest: 64,
    mistakes: [{ looksLike: /,/, hint: 'A service runs one platform; build one.' }],
  },
} as const satisfies Record<string, Grammar>;

export type NameKind = keyof typeof NAMES;

/** A name as it is, or what is wrong with it as the end of "… must be". */
export function parseName(kind: NameKind, text: string): Parsed<string> {
  const grammar: Grammar = NAMES[kind];
  if (text.length <= grammar.longest && grammar.pattern.test(text)) return { value: text };
  const hint =
    text.length > grammar.longest ? `At most ${grammar.longest} characters.` : hintFor(grammar, text);
  return { problem: `must be ${grammar.what}, not ${shown(text)}`, ...(hint === undefined ? {} : { hint }) };
}

function hintFor(grammar: Grammar, text: string): string | undefined {
  if (text.startsWith('-')) return 'No name may begin with `-`.';
  return grammar.mistakes?.find(({ looksLike }) => looksLike.test(text))?.hint;
}
