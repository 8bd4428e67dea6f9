export const id = 385;
export const ids = [385];
export const modules = {

/***/ 1385:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  init: () => (/* binding */ init)
});

// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(9473);
// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(8815);
;// CONCATENATED MODULE: ./build/rules/init/deploy-config.js

/**
 * Where editors find the schema of this major version. The comment that names it is read by the YAML language server (its
 * README, "Using inlined schema"), so by VS Code, Neovim and others.
 */
const SCHEMA_URL = 'https://raw.githubusercontent.com/org/deploy-action/v1/schema/deploy.schema.json';
/** The text of deploy.yml, with the notes above it. */
function deployConfigText(draft, path) {
    const document = new dist/* Document */.yo(withoutAbsent(contentOf(draft)));
    (0,dist/* visit */.YR)(document, {
        // Lists of words stand on one line, as people write them.
        Seq: (_, node) => {
            if (node.items.every((item) => (0,dist/* isScalar */.jn)(item)))
                node.flow = true;
            return undefined;
        },
    });
    const notes = draft.notes.map((note) => `# - ${note}\n`).join('');
    const head = `# yaml-language-server: $schema=${SCHEMA_URL}\n# ${path}\n${notes === '' ? '' : `#\n# To look at:\n${notes}`}`;
    return `${head}${document.toString({ lineWidth: 100, flowCollectionPadding: false })}`;
}
function contentOf({ repository, image, environments, services, migrate, rolloutTimeout, families, rules, }) {
    return {
        version: 1,
        image: {
            repository,
            context: image.context,
            dockerfile: image.dockerfile,
            target: image.target,
            platform: image.platform,
            'build-args': image.buildArguments,
            secrets: image.secrets,
            ...(image.codebuildProject === undefined
                ? {}
                : { builder: 'codebuild', codebuild: { project: image.codebuildProject } }),
        },
        environments: Object.fromEntries(environments.map(({ name, branches, region, role, cluster }) => [
            name,
            { branch: branches.length === 1 ? branches[0] : branches, region, role, cluster },
        ])),
        services: services.map(serviceEntry),
        families: families.length === 0 ? undefined : families,
        migrate: migrate && { command: migrate.command, container: migrate.container },
        rollout: rolloutTimeout === undefined ? undefined : { timeout: durationOf(rolloutTimeout) },
        schedules: rules.length === 0 ? undefined : rules.map((rule) => ({ rule })),
    };
}
function serviceEntry({ name, container, taskDefinition, minimumTasks }) {
    if (container === undefined && taskDefinition === undefined && minimumTasks === undefined)
        return name;
    return { name, container, 'task-definition': taskDefinition, 'minimum-tasks': minimumTasks };
}
function durationOf(seconds) {
    return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}
/** Keys without a value are not written, nor are sections that have none left. */
function withoutAbsent(value) {
    if (Array.isArray(value))
        return value.map(withoutAbsent);
    if (typeof value !== 'object' || value === null)
        return value;
    const entries = Object.entries(value)
        .map(([key, inner]) => [key, withoutAbsent(inner)])
        .filter(([, inner]) => inner !== undefined && !isEmptyMap(inner));
    return Object.fromEntries(entries);
}
function isEmptyMap(value) {
    return (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0);
}

;// CONCATENATED MODULE: ./build/rules/init/draft.js
const EMPTY_DRAFT = {
    image: {},
    environments: [],
    services: [],
    families: [],
    rules: [],
    notes: [],
};
/** Branches as the default map has them (design, section 5). */
const USUAL_BRANCHES = {
    staging: ['develop'],
    production: ['master'],
};
/** The environment that a name stands for: `shop-prod` is production, `stg` is staging; anything else keeps its name. */
function environmentFor(name) {
    const known = /prod|prd/i.test(name)
        ? 'production'
        : /stag|stg|develop/i.test(name)
            ? 'staging'
            : undefined;
    const environment = known ?? name;
    return { name: environment, branches: USUAL_BRANCHES[environment] ?? [environment] };
}

;// CONCATENATED MODULE: ./build/rules/init/merge-drafts.js

/** Parts that several steps or files say, as one draft: what comes first wins, lists add up. */
function mergeDrafts(parts) {
    return parts.reduce((merged, part) => ({
        ...part,
        ...merged,
        image: { ...part.image, ...merged.image },
        environments: mergeEnvironments(merged.environments, part.environments ?? []),
        services: mergeServices(merged.services, part.services ?? []),
        families: [...new Set([...merged.families, ...(part.families ?? [])])],
        rules: [...new Set([...merged.rules, ...(part.rules ?? [])])],
        notes: [...new Set([...merged.notes, ...(part.notes ?? [])])],
    }), EMPTY_DRAFT);
}
function mergeEnvironments(known, more) {
    const names = [...new Set([...known, ...more].map(({ name }) => name))];
    return names.flatMap((name) => {
        const [first, ...rest] = [...known, ...more].filter((one) => one.name === name);
        if (first === undefined)
            return [];
        const branches = [first, ...rest].find((one) => one.branches.length > 0)?.branches ?? [];
        return [{ ...Object.assign({}, ...rest.toReversed(), first), branches }];
    });
}
/** A step that renders a definition comes before the one that names its service: it fills in the next that has a name. */
function mergeServices(known, more) {
    return more.reduce((all, service) => {
        const last = all.at(-1);
        if (last?.name === '')
            return [...all.slice(0, -1), { ...last, ...service }];
        const same = all.findIndex(({ name }) => name === service.name && name !== '');
        if (same >= 0)
            return all.map((one, index) => (index === same ? { ...service, ...one } : one));
        return [...all, service];
    }, [...known]);
}
/** A draft that can be written: each environment has a branch, and what has no name is only told of. */
function finished(draft) {
    const nameless = draft.services.filter(({ name }) => name === '');
    const environments = draft.environments.length === 0 ? [environmentFor('production')] : draft.environments;
    return {
        ...draft,
        environments: environments.map((one) => one.branches.length > 0 ? one : { ...one, branches: environmentFor(one.name).branches }),
        services: draft.services.filter(({ name }) => name !== ''),
        notes: [
            ...draft.notes,
            ...nameless.map(({ taskDefinition = 'a task definition' }) => `${taskDefinition} is rendered, but no service of a fixed name is deployed with it.`),
        ],
    };
}

;// CONCATENATED MODULE: ./build/rules/init/pipeline.js

/** A GitHub workflow of two steps for the environments of deploy.yml. */
function githubWorkflowText(environments) {
    const branches = [...new Set(environments.flatMap((environment) => environment.branches))];
    // A role in deploy.yml is not to be overridden by a variable.
    const needsRole = environments.some(({ role }) => role === undefined);
    const workflow = (0,dist/* stringify */.As)({
        name: 'deploy',
        on: { push: { branches } },
        permissions: { contents: 'read', 'id-token': 'write' },
        concurrency: { group: 'deploy-${{ github.ref_name }}', 'cancel-in-progress': false },
        jobs: {
            deploy: {
                'runs-on': 'ubuntu-latest',
                environment: environmentExpression(environments),
                steps: [
                    { uses: 'actions/checkout@v6' },
                    {
                        uses: 'org/deploy-action@v1',
                        ...(needsRole ? { with: { role: '${{ vars.DEPLOY_ROLE }}' } } : {}),
                    },
                ],
            },
        },
    }, { lineWidth: 0 });
    return needsRole
        ? `# The variable DEPLOY_ROLE of each GitHub environment is the ARN of its role.\n${workflow}`
        : workflow;
}
/** A CircleCI configuration of one job. */
function circleciConfigText(environments) {
    const branches = [...new Set(environments.flatMap((environment) => environment.branches))];
    const config = (0,dist/* stringify */.As)({
        version: 2.1,
        orbs: { 'deploy-action': 'org/deploy-action@1' },
        workflows: {
            deploy: {
                jobs: [
                    { 'deploy-action/deploy': { context: 'deploy', filters: { branches: { only: branches } } } },
                ],
            },
        },
    }, { lineWidth: 0 });
    return `# The role of each environment stands in deploy.yml; the context gives the job its OIDC token.\n${config}`;
}
/** `develop` is staging: GitHub needs to know the environment before the job starts, so the branch says it. */
function environmentExpression(environments) {
    const [first, ...more] = environments;
    if (first === undefined)
        return 'production';
    if (more.length === 0)
        return first.name;
    const conditions = more.flatMap(({ name, branches }) => branches.map((branch) => `github.ref_name == '${branch}' && '${name}'`));
    return `\${{ ${conditions.join(' || ')} || '${first.name}' }}`;
}

// EXTERNAL MODULE: ./build/rules/aws/policies.js
var policies = __webpack_require__(4922);
;// CONCATENATED MODULE: ./build/rules/init/permission-policy.js

/**
 * The permissions of `deploy` and of going back, no more: `docs/iam/deploy-policy.json` is this for an example, and a
 * test holds that against every call that the code makes.
 */
function deployPolicy(resources) {
    return policyOf(policies/* COMMAND_POLICIES */.$x['deploy'] ?? [], resources);
}
/** A policy for these resources. A section of something that there is none of is left out. */
function policyOf(sections, resources) {
    const { partition, region, account, cluster } = resources;
    const clusterArn = `arn:${partition}:ecs:${region}:${account}:cluster/${cluster}`;
    const statements = sections.map(({ sid, actions, on, inCluster, passedTo }) => ({
        Sid: sid,
        Effect: 'Allow',
        Action: oneOrAll(actions),
        Resource: oneOrAll(arnsOf(on, resources)),
        ...(inCluster === undefined ? {} : { Condition: { ArnEquals: { 'ecs:cluster': clusterArn } } }),
        ...(passedTo === undefined
            ? {}
            : { Condition: { StringEquals: { 'iam:PassedToService': oneOrAll(passedTo) } } }),
    }));
    return { Version: '2012-10-17', Statement: statements.filter(({ Resource }) => Resource.length > 0) };
}
function arnsOf(scope, resources) {
    const { partition, region, account, cluster, repository } = resources;
    const arn = (service, rest) => `arn:${partition}:${service}:${region}:${account}:${rest}`;
    const each = (names, write) => (names ?? []).map(write);
    const revisions = (names) => each(names, (name) => arn('ecs', `task-definition/${name}:*`));
    const rules = each(resources.rules, (name) => arn('events', `rule/${name}`));
    const schedules = each(resources.schedules, (name) => arn('scheduler', `schedule/${name}`));
    const streams = (group) => arn('logs', `log-group:${group}:log-stream:*`);
    const repositoryArn = ({ account: owner, region: where, name }) => `arn:${partition}:ecr:${where}:${owner}:repository/${name}`;
    const ofServiceDeployments = arn('ecs', `service-deployment/${cluster}/*`);
    switch (scope) {
        case 'everything':
            return ['*'];
        case 'repository':
            return [repositoryArn(repository)];
        case 'other-repository':
            return (resources.copiedFrom ?? []).map(repositoryArn);
        case 'revisions':
            return revisions(resources.families);
        case 'task-revisions':
            return revisions(resources.taskFamilies);
        case 'task-roles':
            return resources.roles;
        case 'tasks':
            return [arn('ecs', `task/${cluster}/*`)];
        case 'log-streams':
            return each(resources.logGroups, streams);
        case 'services':
            return each(resources.services, (name) => arn('ecs', `service/${cluster}/${name}`));
        case 'every-service':
            return [arn('ecs', `service/${cluster}/*`)];
        case 'service-deployments':
            return [ofServiceDeployments];
        case 'rollouts':
            return [ofServiceDeployments, arn('ecs', `service-revision/${cluster}/*`)];
        case 'rules':
            return rules;
        case 'schedules':
            return schedules;
        case 'rules-and-schedules':
            return [...rules, ...schedules];
        case 'schedule-roles':
            return resources.scheduleRoles ?? [];
        case 'secrets':
            return each(resources.secrets, (name) => arn('secretsmanager', `secret:${name}`));
        case 'project':
            return each(resources.projects, (name) => arn('codebuild', `project/${name}`));
        case 'build-logs':
            return each(resources.projects, (name) => streams(`/aws/codebuild/${name}`));
        case 'handed-over':
            return each(resources.buckets, (name) => `arn:${partition}:s3:::${name}/deploy-action/*`);
    }
}
function oneOrAll(values) {
    const [first] = values;
    return first !== undefined && values.length === 1 ? first : [...values];
}

;// CONCATENATED MODULE: ./build/rules/init/yaml-values.js
// Reading what others wrote: anything may be missing, or something else than expected.
function sectionOf(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
function listOf(value) {
    return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}
/** Text, numbers and true as they were written; undefined for the rest and for what is empty. */
function textIn(section, key) {
    const value = section[key];
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
        return undefined;
    const text = String(value).trim();
    return text === '' ? undefined : text;
}
/** `NAME=value` on lines of their own. */
function assignments(text) {
    return Object.fromEntries(text.split(/\r?\n/).flatMap((line) => {
        const [, name, value] = /^\s*([A-Za-z_]\w*)=(.*)$/.exec(line) ?? [];
        return name === undefined || value === undefined ? [] : [[name, value]];
    }));
}
/** Words separated by commas. */
function commaList(text) {
    return (text ?? '')
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== '');
}
/** Does a value come from an expression or a variable that only the runner can fill in? */
function isFilledIn(text) {
    return /\$\{\{|\$\{?[A-Za-z_(]|<<\s*parameters/.test(text);
}
/** The command of the container overrides that ECS's RunTask takes, as JSON. */
function overriddenCommand(text) {
    try {
        const parsed = JSON.parse(text.replaceAll('\\"', '"'));
        const overrides = Array.isArray(parsed) ? parsed : sectionOf(parsed)['containerOverrides'];
        const [first] = listOf(overrides).map(sectionOf);
        const command = listOf(first?.['command']).filter((word) => typeof word === 'string');
        const container = textIn(first ?? {}, 'name');
        if (command.length === 0)
            return undefined;
        return { command, ...(container === undefined ? {} : { container }) };
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./build/rules/init/read-circleci.js



/** Parameters of the orbs that have no counterpart (docs/migrate-from-circleci-orbs.md). */
const LOST = [
    'container_env_var_updates',
    'container_secret_updates',
    'container_docker_label_updates',
    'task_definition_tags',
    'create_repo',
    'lifecycle_policy_path',
    'create_service',
    'desired_count',
    'codedeploy_application_name',
];
/** A CircleCI configuration that deploys with the aws-ecr and aws-ecs orbs. */
function readCircleci(content) {
    const workflows = Object.values(sectionOf(content['workflows'])).map(sectionOf);
    const jobs = Object.values(sectionOf(content['jobs'])).map(sectionOf);
    const uses = [
        ...workflows.flatMap(({ jobs: list }) => listOf(list)),
        ...jobs.flatMap(({ steps }) => listOf(steps)),
    ]
        .flatMap(usesIn)
        .filter(({ name }) => /^aws-(?:ecr|ecs|code-deploy)\//.test(name));
    const notes = uses.length === 0
        ? ['No job or step of the aws-ecr and aws-ecs orbs was found: write `services` by hand.']
        : [];
    return mergeDrafts([...uses.map(readUse), { notes }]);
}
function usesIn(entry) {
    return Object.entries(sectionOf(entry)).map(([name, parameters]) => ({
        name: name.startsWith('aws-') ? name.replace(/\/.*$/, underscored) : name,
        parameters: Object.fromEntries(Object.entries(sectionOf(parameters)).map(([key, value]) => [parameterOf(key), value])),
    }));
}
/** Before aws-ecs 4 and aws-ecr 9 the orbs had hyphens in all names, and some parameters had another one. */
function underscored(name) {
    return name.replaceAll('-', '_');
}
const FORMER_NAMES = {
    cluster_name: 'cluster',
    aws_region: 'region',
};
function parameterOf(key) {
    // These belong to the workflow, and never had another name.
    if (['pre-steps', 'post-steps'].includes(key))
        return key;
    const name = underscored(key);
    return FORMER_NAMES[name] ?? name;
}
function readUse({ name, parameters }) {
    const of = (key) => {
        const text = textIn(parameters, key);
        return text === undefined || isFilledIn(text) ? undefined : text;
    };
    const notes = LOST.filter((key) => textIn(parameters, key) !== undefined).map((key) => `\`${key}\` of ${name} has no counterpart: see docs/migrate-from-circleci-orbs.md.`);
    const environments = environmentOf(parameters, of);
    if (name.startsWith('aws-ecr/'))
        return { ...readImage(of), environments, notes };
    if (name === 'aws-ecs/deploy_ecs_scheduled_task')
        return { environments, notes, rules: [of('rule_name') ?? []].flat() };
    if (name === 'aws-ecs/run_task') {
        const migrate = overriddenCommand(textIn(parameters, 'overrides') ?? '');
        const unread = 'A task is run, but its command could not be read: write it as `migrate.command`.';
        return migrate === undefined
            ? { environments, notes: [...notes, unread] }
            : { environments, notes, migrate };
    }
    if (!/^aws-ecs\/(?:deploy_service_update|update_service)$/.test(name))
        return { environments, notes };
    const service = of('service_name') ?? of('family');
    const container = /(?:^|,)\s*container=([\w-]+)/.exec(textIn(parameters, 'container_image_name_updates') ?? '')?.[1];
    return {
        environments,
        services: service === undefined ? [] : [{ name: service, ...(container === undefined ? {} : { container }) }],
        notes,
    };
}
function readImage(of) {
    const words = (of('extra_build_args') ?? '').split(/\s+/);
    const buildArguments = Object.fromEntries(words.flatMap((word, index) => {
        const given = word.startsWith('--build-arg=') ? word.slice('--build-arg='.length) : words[index + 1];
        const [name, ...value] = (given ?? '').split('=');
        return word.startsWith('--build-arg') && name !== undefined && value.length > 0
            ? [[name, value.join('=')]]
            : [];
    }));
    const [repository, context, dockerfile, platform] = [
        of('repo'),
        of('build_path') ?? of('path'),
        of('dockerfile'),
        of('platform'),
    ];
    return {
        ...(repository === undefined ? {} : { repository }),
        image: {
            ...(context === undefined || context === '.' ? {} : { context }),
            ...(dockerfile === undefined || dockerfile === 'Dockerfile' ? {} : { dockerfile }),
            ...(platform === undefined || commaList(platform).length !== 1 ? {} : { platform }),
            ...(Object.keys(buildArguments).length === 0 ? {} : { buildArguments }),
        },
    };
}
/** A job that is limited to branches says which environment it is. */
function environmentOf(parameters, of) {
    const only = listOf(sectionOf(sectionOf(parameters['filters'])['branches'])['only']);
    const branches = only.filter((name) => typeof name === 'string' && !name.startsWith('/'));
    const cluster = of('cluster');
    const named = cluster ?? of('context');
    if (named === undefined && branches.length === 0)
        return [];
    const usual = environmentFor(named ?? (branches.includes('develop') ? 'staging' : 'production'));
    // The former parameter was the name of a variable.
    const region = /^[a-z-]+-\d$/.test(of('region') ?? '') ? of('region') : undefined;
    return [
        {
            ...usual,
            branches,
            ...(region === undefined ? {} : { region }),
            ...(cluster === undefined ? {} : { cluster }),
        },
    ];
}

// EXTERNAL MODULE: ./build/rules/input/duration.js
var duration = __webpack_require__(8347);
;// CONCATENATED MODULE: ./build/rules/init/read-ecspresso.js



/** ecspresso.yml: one service of one cluster (ecspresso documentation, configuration file). */
function readEcspresso(content) {
    const of = (key) => {
        const text = textIn(content, key);
        return text === undefined || isTemplate(text) ? undefined : text;
    };
    const [cluster, region, service, file] = [
        of('cluster'),
        of('region'),
        of('service'),
        of('task_definition'),
    ];
    const isPlain = file?.endsWith('.json') === true;
    const timeout = (0,duration/* parseDuration */.E)(of('timeout') ?? '');
    const filledIn = ['cluster', 'region', 'service', 'task_definition'].filter((key) => isTemplate(textIn(content, key) ?? ''));
    return {
        ...EMPTY_DRAFT,
        environments: [
            {
                ...environmentFor(cluster ?? 'production'),
                ...(region === undefined ? {} : { region }),
                ...(cluster === undefined ? {} : { cluster }),
            },
        ],
        services: service === undefined ? [] : [{ name: service, ...(isPlain ? { taskDefinition: file } : {}) }],
        ...('value' in timeout ? { rolloutTimeout: timeout.value } : {}),
        notes: [
            ...filledIn.map((key) => `\`${key}\` of ecspresso is a template: write its value.`),
            ...(file !== undefined && isPlain
                ? [
                    `${file} is used as it is; if it has templates (\`{{ … }}\`), leave \`task-definition\` out: then the running revision is the base.`,
                ]
                : []),
            ...(file !== undefined && !isPlain
                ? [
                    `${file} is not plain JSON: the running revision is the base. To keep a file, write what \`ecspresso render taskdef\` prints.`,
                ]
                : []),
            ...('service_definition' in content
                ? [
                    'The service definition is not read: the service itself is left as it is, apart from its revision.',
                ]
                : []),
            ...('codedeploy' in content ? ['`codedeploy`: see docs/services.md.'] : []),
            ...('plugins' in content ? ['`plugins` have no counterpart.'] : []),
        ],
    };
}
function isTemplate(text) {
    return text.includes('{{') || isFilledIn(text);
}

// EXTERNAL MODULE: ./node_modules/shlex/shlex.js
var shlex = __webpack_require__(5637);
;// CONCATENATED MODULE: ./build/rules/init/workflow-jobs.js

const ON_BRANCH = /github\.(?:ref_name|ref)\s*==\s*'(?:refs\/heads\/)?([^']+)'/g;
function jobsOf(content) {
    const common = textsOf(sectionOf(content['env']));
    return Object.entries(sectionOf(content['jobs'])).flatMap(([name, value]) => {
        const plain = sectionOf(value);
        return combinationsOf(sectionOf(sectionOf(plain['strategy'])['matrix'])).map((combination) => {
            const job = sectionOf(filledWith(plain, 'matrix', combination));
            const environment = { ...common, ...textsOf(sectionOf(job['env'])) };
            const steps = listOf(job['steps']).map((step) => stepWith(sectionOf(step), environment));
            const filled = { ...sectionOf(filledWith(job, 'env', environment)), steps };
            const condition = textIn(filled, 'if') ?? '';
            return {
                name,
                job: filled,
                onlyBranches: [...condition.matchAll(ON_BRANCH)].map(([, one = '']) => one),
            };
        });
    });
}
function stepWith(step, outer) {
    const environment = { ...outer, ...textsOf(sectionOf(step['env'])) };
    const filled = sectionOf(filledWith(step, 'env', environment));
    const run = textIn(filled, 'run');
    return run === undefined ? filled : { ...filled, run: withVariables(run, environment) };
}
/** `$NAME` and `${NAME}` of a script, where the value is plain text. */
function withVariables(script, values) {
    return script.replaceAll(/\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g, (all, one, other) => {
        const value = values[one ?? other ?? ''];
        return value === undefined || /[$`'"\\]/.test(value) ? all : value;
    });
}
/** Every combination of a matrix: the product of its lists, and what `include` adds as entries of its own. */
function combinationsOf({ include, exclude: _exclude, ...lists }) {
    const product = Object.entries(lists).reduce((found, [key, list]) => found.flatMap((one) => listOf(list).flatMap((value) => (isPlain(value) ? [{ ...one, [key]: String(value) }] : []))), [{}]);
    const more = listOf(include).map((entry) => textsOf(sectionOf(entry)));
    if (Object.keys(lists).length === 0)
        return more.length === 0 ? [{}] : more;
    return [...product, ...more];
}
function textsOf(section) {
    return Object.fromEntries(Object.entries(section).flatMap(([key, value]) => (isPlain(value) ? [[key, String(value)]] : [])));
}
function isPlain(value) {
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
/** `${{ env.NAME }}` in every text below a value, by what it stands for; what is not known stays. */
function filledWith(value, context, values) {
    if (typeof value === 'string')
        return value.replaceAll(new RegExp(`\\$\\{\\{\\s*${context}\\.([\\w-]+)\\s*\\}\\}`, 'g'), (all, name) => values[name] ?? all);
    if (Array.isArray(value))
        return value.map((inner) => filledWith(inner, context, values));
    if (typeof value !== 'object' || value === null)
        return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filledWith(inner, context, values)]));
}

;// CONCATENATED MODULE: ./build/rules/init/read-script.js





/** The programs that we know, and how each is told what to do (their READMEs; versions in docs/comparison.md). */
const PROGRAMS = {
    // fabfuel: ecs deploy CLUSTER SERVICE
    ecs: ({ words: [what, cluster, service], option }) => {
        const timeout = Number(option('--timeout') ?? NaN);
        return what === 'deploy'
            ? {
                ...target(cluster, service, option('--region')),
                ...(timeout > 0 ? { rolloutTimeout: timeout } : {}),
            }
            : {};
    },
    // silinternational: ecs-deploy -c CLUSTER -n SERVICE -i IMAGE
    'ecs-deploy': ({ option, written }) => ({
        ...target(written('-c', '--cluster'), written('-n', '--service-name'), option('-r', '--region')),
        ...repositoryOf(written('-i', '--image')),
    }),
    // crowdworks and h3poteto: ecs-goploy update service, update scheduled-task
    'ecs-goploy': ({ words: [, what], option }) => ({
        ...(what === 'service'
            ? target(option('-c', '--cluster'), option('-n', '--service-name'), option('--region'))
            : {}),
        ...(what === 'task-definition'
            ? { families: [option('-d', '--base-task-definition') ?? []].flat() }
            : {}),
        ...(what === 'scheduled-task' ? { rules: [option('-n', '--name') ?? []].flat() } : {}),
        ...repositoryOf(option('-i', '--image')),
    }),
    // h3poteto: ecs-task run
    'ecs-task': ({ option }) => {
        const command = option('--command');
        const container = option('--container');
        return {
            ...target(option('-c', '--cluster'), undefined, option('--region')),
            ...(command === undefined
                ? {}
                : { migrate: { command: (0,shlex/* split */.lD)(command), ...(container === undefined ? {} : { container }) } }),
        };
    },
    // docker build -t REGISTRY/shop:TAG, docker push REGISTRY/shop:TAG
    docker: ({ words, written }) => {
        const tag = words.includes('push') ? words.at(-1) : written('-t', '--tag');
        const name = /^(?:\$\w+|\$\{\w+\}|\d{12}\.dkr\.ecr\.[\w.-]+)\/([a-z0-9][a-z0-9._/-]*)(?::.*)?$/.exec(tag ?? '')?.[1];
        return name === undefined ? {} : { repository: name };
    },
    ecspresso: ({ words, option }) => {
        const overrides = option('--overrides');
        const migrate = overrides === undefined ? undefined : overriddenCommand(overrides);
        return {
            ...(migrate === undefined ? {} : { migrate }),
            notes: words.includes('deploy') || words.includes('run')
                ? [
                    `ecspresso keeps its settings in ${option('--config') ?? 'ecspresso.yml'}: run \`init --from\` on that file too.`,
                ]
                : [],
        };
    },
};
/**
 * A shell script, or the `run` of a step: the calls of deploy tools in it. Nothing is executed; of variables only those
 * are filled in that the script sets once, to plain text.
 */
function readScript(script) {
    const text = withVariables(script, plainVariables(script));
    const lines = text.replaceAll(/\\\r?\n/g, ' ').split(/\r?\n/);
    return mergeDrafts([EMPTY_DRAFT, ...lines.flatMap((line) => callsIn(line))]);
}
function plainVariables(script) {
    const found = [...script.matchAll(/^\s*(?:export\s+|readonly\s+)?([A-Za-z_]\w*)=(.*)$/gm)];
    return Object.fromEntries(found.flatMap(([, name = '', value = '']) => {
        const plain = /^(?:"([^"$`\\]*)"|'([^']*)'|([\w./:@-]*))\s*(?:#.*)?$/.exec(value.trim());
        const isOnly = found.filter(([, other]) => other === name).length === 1;
        const text = plain?.[1] ?? plain?.[2] ?? plain?.[3];
        return isOnly && text !== undefined && text !== '' ? [[name, text]] : [];
    }));
}
function callsIn(line) {
    return line.split(/&&|\|\||;|\$\(|`/).flatMap((part) => {
        const [program = '', ...rest] = wordsOf(part);
        const name = program.replace(/^.*\//, '');
        const reader = Object.hasOwn(PROGRAMS, name) ? PROGRAMS[name] : undefined;
        return reader === undefined ? [] : [reader(callOf(rest))];
    });
}
function wordsOf(text) {
    try {
        return (0,shlex/* split */.lD)(text);
    }
    catch {
        // A quote that the cut at `$(` or `&&` left open.
        return text.split(/\s+/).flatMap((word) => word.replaceAll(/["']/g, '') || []);
    }
}
function callOf(all) {
    const first = all.findIndex((word) => word.startsWith('-'));
    const written = (...names) => {
        const index = all.findIndex((word) => names.includes(word));
        const joined = all.find((word) => names.some((name) => name.startsWith('--') && word.startsWith(`${name}=`)));
        return index >= 0 ? all[index + 1] : joined?.slice(joined.indexOf('=') + 1);
    };
    return {
        // Options may come first: `ecspresso --config x deploy`.
        words: first > 0
            ? all.slice(0, first)
            : all.filter((word, index) => !word.startsWith('-') && !(all[index - 1] ?? '').startsWith('-')),
        option: (...names) => {
            const value = written(...names);
            return value === undefined || isFilledIn(value) ? undefined : value;
        },
        written,
    };
}
function target(cluster, service, region) {
    const known = (text) => (text === undefined || isFilledIn(text) ? undefined : text);
    const [inCluster, named] = [known(cluster), known(service)];
    return {
        environments: inCluster === undefined
            ? []
            : [
                {
                    ...environmentFor(inCluster),
                    branches: [],
                    cluster: inCluster,
                    ...(region === undefined ? {} : { region }),
                },
            ],
        services: named === undefined ? [] : [{ name: named }],
        notes: [
            ...(cluster !== undefined && inCluster === undefined
                ? [`The cluster is a variable of the script (${cluster}): write its name under \`environments\`.`]
                : []),
            ...(service !== undefined && named === undefined
                ? [`The service is a variable of the script (${service}): write its name under \`services\`.`]
                : []),
        ],
    };
}
function repositoryOf(image) {
    const name = image?.replace(/(?::(?:[\w.-]+|\$\{?\w+\}?)|@sha256:[0-9a-f]+)$/, '');
    return name === undefined || name === '' || isFilledIn(name) ? {} : { repository: name };
}

;// CONCATENATED MODULE: ./build/rules/init/branch-values.js
const CONDITION = /github\.(?:ref_name|ref)\s*==\s*'(?:refs\/heads\/)?([^']+)'\s*&&\s*'([^']*)'(?:\s*\|\|\s*)?/g;
/**
 * `${{ github.ref_name == 'master' && 'production' || 'staging' }}`, the usual way to choose by branch (GitHub
 * documentation, "Evaluate expressions"), taken apart; a plain text is itself. Undefined for any other expression.
 */
function branchValues(text) {
    if (!text.includes('${{'))
        return { byBranch: new Map(), otherwise: text };
    const [, inner] = /^\$\{\{\s*([^]*?)\s*\}\}$/.exec(text.trim()) ?? [];
    if (inner === undefined)
        return undefined;
    const conditions = [...inner.matchAll(CONDITION)];
    const rest = inner.replaceAll(CONDITION, '').trim();
    const [, otherwise] = /^'([^']*)'$/.exec(rest) ?? [];
    if (conditions.length === 0 || (rest !== '' && otherwise === undefined))
        return undefined;
    return {
        byBranch: new Map(conditions.map(([, branch = '', value = '']) => [branch, value])),
        otherwise,
    };
}

;// CONCATENATED MODULE: ./build/rules/init/workflow-actions.js

/** What each action of the chain says, and the inputs of it that have no counterpart (docs/migrate-from-aws-actions.md). */
const READERS = [
    {
        action: /^aws-actions\/configure-aws-credentials@/,
        read: () => ({}),
        lost: [
            'role-external-id',
            'role-session-name',
            'inline-session-policy',
            'managed-session-policies',
            'custom-tags',
            'transitive-tag-keys',
            'http-proxy',
            'no-proxy',
            'mask-aws-account-id',
            'aws-access-key-id',
            'aws-profile',
        ],
    },
    {
        action: /^docker\/build-push-action@/,
        read: readBuild,
        lost: [
            'add-hosts',
            'allow',
            'annotations',
            'build-contexts',
            'labels',
            'network',
            'pull',
            'shm-size',
            'ssh',
            'secret-files',
            'ulimit',
            'provenance',
            'sbom',
            'attests',
        ],
    },
    {
        action: /^aws-actions\/amazon-ecs-render-task-definition@/,
        read: readRender,
        lost: [
            'environment-variables',
            'secrets',
            'env-files',
            'command',
            'docker-labels',
            'log-configuration-log-driver',
            'log-configuration-options',
            'task-role-arn',
            'execution-role-arn',
        ],
    },
    {
        action: /^aws-actions\/amazon-ecs-deploy-task-definition@/,
        read: readDeploy,
        lost: [
            'desired-count',
            'run-task-tags',
            'run-task-managed-ebs-volume',
            'codedeploy-appspec',
            'codedeploy-application',
            'codedeploy-deployment-group',
        ],
    },
    {
        action: /^aws-actions\/aws-codebuild-run-build@/,
        read: readCodeBuild,
        lost: [
            'env-vars-for-codebuild',
            'buildspec-override',
            'compute-type-override',
            'image-override',
            'source-location-override',
            'artifacts-type-override',
        ],
    },
];
/** Actions whose work is done without a word, or that can stay as they are. */
const NOTHING_TO_SAY = /^(?:actions\/checkout|aws-actions\/amazon-ecr-login|docker\/setup-(?:buildx|qemu)-action|docker\/metadata-action|actions\/cache)@/;
/** What the step of an action says of a deploy, and in notes what of it is lost. */
function readAction(step) {
    const reader = READERS.find(({ action }) => action.test(step.uses));
    if (reader === undefined) {
        return NOTHING_TO_SAY.test(step.uses)
            ? {}
            : { notes: [`The step \`${step.uses}\` is not carried over; keep it if it is still needed.`] };
    }
    const name = step.uses.replace(/@.*$/, '');
    const lost = reader.lost.filter((input) => textIn(step.inputs, input) !== undefined);
    const draft = reader.read(step);
    return {
        ...draft,
        notes: [
            ...(draft.notes ?? []),
            ...lost.map((input) => `\`${input}\` of ${name} has no counterpart: see docs/migrate-from-aws-actions.md.`),
        ],
    };
}
function readBuild({ inputs }) {
    const context = textIn(inputs, 'context');
    const dockerfile = textIn(inputs, 'file');
    const target = textIn(inputs, 'target');
    const [platform, ...more] = commaList(textIn(inputs, 'platforms'));
    const buildArguments = assignments(textIn(inputs, 'build-args') ?? '');
    const secrets = Object.values(assignments(textIn(inputs, 'secret-envs') ?? ''));
    const repository = commaList(textIn(inputs, 'tags')?.replaceAll('\n', ',')).flatMap(repositoryOfTag)[0];
    const dynamic = Object.entries(buildArguments).filter(([, value]) => isFilledIn(value));
    return {
        ...(repository === undefined ? {} : { repository }),
        image: {
            ...(context === undefined || context === '.' ? {} : { context: plainPath(context) }),
            ...(dockerfile === undefined ? {} : { dockerfile: plainPath(dockerfile) }),
            ...(target === undefined ? {} : { target }),
            ...(platform === undefined || more.length > 0 ? {} : { platform }),
            ...(Object.keys(buildArguments).length === 0
                ? {}
                : {
                    buildArguments: Object.fromEntries(Object.entries(buildArguments).filter(([, value]) => !isFilledIn(value))),
                }),
            ...(secrets.length === 0 ? {} : { secrets }),
        },
        notes: [
            ...(more.length > 0
                ? ['One platform is built: that of the task definition, or `image.platform`.']
                : []),
            ...dynamic.map(([name]) => `The build argument ${name} is filled in by the workflow: deploy.yml has plain text only.`),
        ],
    };
}
/** `…/shop:TAG` names shop; what stands before it is the registry. */
function repositoryOfTag(tag) {
    const withoutTag = tag.replace(/:(?:\$\{\{[^]*\}\}|[\w.${}-]+)$/, '');
    const host = /^(?:\$\{\{[^}]*\}\}|[\w.-]+\.amazonaws\.com(?:\.cn)?)\//;
    const name = withoutTag.replace(host, '');
    return /^[a-z0-9][a-z0-9._/-]*$/.test(name) ? [name] : [];
}
function readRender({ inputs }) {
    const file = textIn(inputs, 'task-definition');
    const container = textIn(inputs, 'container-name');
    const service = {
        name: '',
        ...(container === undefined || isFilledIn(container) ? {} : { container }),
        ...(file === undefined || isFilledIn(file) ? {} : { taskDefinition: plainPath(file) }),
    };
    return { services: [service] };
}
function readDeploy({ inputs }) {
    const service = textIn(inputs, 'service');
    const minutes = Number(textIn(inputs, 'wait-for-minutes') ?? NaN);
    const overrides = textIn(inputs, 'run-task-container-overrides');
    const migrate = overrides === undefined ? undefined : overriddenCommand(overrides);
    const file = textIn(inputs, 'task-definition');
    const runs = textIn(inputs, 'run-task') === 'true';
    return {
        services: service === undefined || isFilledIn(service)
            ? []
            : [
                {
                    name: service,
                    ...(file === undefined || isFilledIn(file) ? {} : { taskDefinition: plainPath(file) }),
                },
            ],
        ...(Number.isFinite(minutes) ? { rolloutTimeout: minutes * 60 } : {}),
        ...(migrate === undefined ? {} : { migrate }),
        notes: [
            ...(service !== undefined && isFilledIn(service)
                ? ['The service is filled in by the workflow: write its name under `services`.']
                : []),
            ...(runs && migrate === undefined
                ? [
                    'A task is run before the rollout, but its command could not be read: write it as `migrate.command`.',
                ]
                : []),
        ],
    };
}
function readCodeBuild({ inputs }) {
    const project = textIn(inputs, 'project-name');
    return project === undefined || isFilledIn(project)
        ? {
            notes: ['The CodeBuild project is filled in by the workflow: write it as `image.codebuild.project`.'],
        }
        : {
            image: { codebuildProject: project },
            notes: [
                'The CodeBuild project must push the image under the tag that it is given: see docs/codebuild.md.',
            ],
        };
}
function plainPath(path) {
    return path.replace(/^\.\//, '');
}

;// CONCATENATED MODULE: ./build/rules/init/read-workflow.js







/** A GitHub workflow that deploys with the official actions, or with a tool that its `run` lines call. */
function readWorkflow(content) {
    const jobs = jobsOf(content);
    const drafts = jobs.flatMap((job) => [
        ...stepsOf(job).map((step) => readAction(step)),
        ...scriptsOf(job).map(readScript),
        { notes: calledWorkflow(job) },
    ]);
    const environments = environmentsOf(content, jobs);
    return mergeDrafts([{ environments, notes: severalClusters(environments, jobs) }, ...drafts]);
}
function stepsOf({ job }) {
    return listOf(job['steps'])
        .map(sectionOf)
        .flatMap((step) => {
        const uses = textIn(step, 'uses');
        return uses === undefined ? [] : [{ uses, inputs: sectionOf(step['with']) }];
    });
}
function scriptsOf({ job }) {
    return listOf(job['steps'])
        .map(sectionOf)
        .flatMap((step) => textIn(step, 'run') ?? []);
}
/** A job that is another workflow says nothing of what that does. */
function calledWorkflow({ name, job }) {
    const uses = textIn(job, 'uses');
    return uses === undefined
        ? []
        : [
            `The job ${name} is the workflow \`${uses}\`: where that deploys, run \`init --from\` on its file too.`,
        ];
}
/** One environment for each branch that is deployed, with what the inputs are on that branch. */
function environmentsOf(content, jobs) {
    // YAML 1.1 reads `on` as true; the parser here does not, but keys of other writers may.
    const on = sectionOf(content['on'] ?? content['true']);
    const branches = listOf(sectionOf(on['push'])['branches']).filter((name) => typeof name === 'string');
    const pushed = branches.length === 0 ? ['master'] : branches;
    // A job that only builds has no environment of its own; what it says of region and role is for all.
    const deploying = jobs.filter((job) => inputOf([job], 'cluster') ?? environmentOfJob([job]));
    const groups = deploying.length === 0 ? [jobs] : deploying.map((job) => [job]);
    const found = groups.flatMap((group) => {
        const only = group.flatMap(({ onlyBranches }) => onlyBranches);
        return (only.length === 0 ? pushed : only).map((branch) => environmentOn(branch, group, jobs));
    });
    return found
        .filter(({ name }, index) => found.findIndex((one) => one.name === name) === index)
        .map((first) => {
        const same = found.filter(({ name }) => name === first.name);
        return { ...first, branches: [...new Set(same.flatMap((one) => one.branches))] };
    });
}
function environmentOn(branch, group, all) {
    const onBranch = (text) => {
        const values = text === undefined ? undefined : branchValues(text);
        return values?.byBranch.get(branch) ?? values?.otherwise;
    };
    const cluster = onBranch(inputOf(group, 'cluster'));
    const region = onBranch(inputOf(group, 'aws-region') ?? inputOf(all, 'aws-region'));
    const role = onBranch(inputOf(group, 'role-to-assume') ?? inputOf(all, 'role-to-assume'));
    const named = onBranch(environmentOfJob(group) ?? environmentOfJob(all));
    return {
        name: environmentFor(named ?? (branch === 'develop' ? 'staging' : (cluster ?? 'production'))).name,
        branches: [branch],
        ...(region === undefined ? {} : { region }),
        ...(role === undefined ? {} : { role }),
        ...(cluster === undefined ? {} : { cluster }),
    };
}
function inputOf(jobs, name) {
    return jobs.flatMap(stepsOf).flatMap(({ inputs }) => textIn(inputs, name) ?? [])[0];
}
function environmentOfJob(jobs) {
    return jobs.flatMap(({ job }) => textIn(job, 'environment') ?? textIn(sectionOf(job['environment']), 'name') ?? [])[0];
}
/** An environment has one cluster: where jobs name others beside those that were taken, a person has to look. */
function severalClusters(taken, jobs) {
    const named = jobs
        .flatMap(stepsOf)
        .flatMap(({ inputs }) => textIn(inputs, 'cluster') ?? [])
        .filter((text) => !text.includes('${{'));
    const left = [...new Set(named)].filter((one) => !taken.some(({ cluster }) => cluster === one));
    return left.map((one) => `The cluster ${one} is deployed too: give it an environment of its own, or a target (docs/targets.md).`);
}

;// CONCATENATED MODULE: ./build/rules/init/read-chain.js







/** Undefined where it is none that we know: the caller names the kinds. */
function readChain(path, text) {
    const read = takenApart(path, text);
    const [uri] = /\b\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/[a-z0-9][a-z0-9._/-]*[a-z0-9]/.exec(text) ?? [];
    if (read === undefined || read.draft.repository !== undefined || uri === undefined)
        return read;
    return { ...read, draft: { ...read.draft, repository: uri } };
}
function takenApart(path, text) {
    if (path.endsWith('.jsonnet'))
        return {
            kind: 'ecspresso',
            draft: {
                ...EMPTY_DRAFT,
                notes: [
                    `${path} is a program in Jsonnet: run \`init --from\` on the JSON that \`jsonnet ${path}\` prints.`,
                ],
            },
        };
    if (!/\.(?:ya?ml|json)$/.test(path))
        return { kind: 'script', draft: readScript(text) };
    let content;
    try {
        content = (0,dist/* parse */.qg)(text);
    }
    catch {
        return undefined;
    }
    const sections = sectionOf(content);
    if ('orbs' in sections || ('workflows' in sections && 'version' in sections))
        return { kind: 'circleci', draft: readCircleci(sections) };
    if ('jobs' in sections)
        return { kind: 'github', draft: readWorkflow(sections) };
    if ('task_definition' in sections || 'service_definition' in sections)
        return { kind: 'ecspresso', draft: readEcspresso(sections) };
    return undefined;
}

;// CONCATENATED MODULE: ./build/rules/init/role-files.js

/** The same role for each way that people keep roles: path → text. */
function roleFiles({ environment, trust, policy }) {
    const folder = `deploy-role/${environment}`;
    const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
    return [
        { path: `${folder}/policy.json`, text: json(policy) },
        { path: `${folder}/trust-policy.json`, text: json(trust) },
        { path: `${folder}/role.tf`, text: terraform(environment, trust, policy) },
        { path: `${folder}/role.cloudformation.yml`, text: cloudformation(environment, trust, policy) },
    ];
}
function terraform(environment, trust, policy) {
    const name = `deploy-${environment}`;
    const id = name.replaceAll(/[^A-Za-z0-9_]/g, '_');
    return `resource "aws_iam_role" "${id}" {
  name               = "${name}"
  assume_role_policy = jsonencode(${expression(trust)})
}

resource "aws_iam_role_policy" "${id}" {
  name   = "deploy"
  role   = aws_iam_role.${id}.id
  policy = jsonencode(${expression(policy)})
}

output "${id}_role" {
  value = aws_iam_role.${id}.arn
}
`;
}
/** Objects of JSON are expressions of HCL once nothing in them reads as a template (HCL specification, Templates). */
function expression(value) {
    return JSON.stringify(value, null, 2)
        .replaceAll('${', () => '$${')
        .replaceAll('%{', '%%{')
        .replaceAll('\n', '\n  ');
}
function cloudformation(environment, trust, policy) {
    return (0,dist/* stringify */.As)({
        AWSTemplateFormatVersion: '2010-09-09',
        Description: `The role that deploys ${environment}`,
        Resources: {
            DeployRole: {
                Type: 'AWS::IAM::Role',
                Properties: {
                    RoleName: `deploy-${environment}`,
                    AssumeRolePolicyDocument: trust,
                    Policies: [{ PolicyName: 'deploy', PolicyDocument: policy }],
                },
            },
        },
        Outputs: { Role: { Value: { 'Fn::GetAtt': ['DeployRole', 'Arn'] } } },
    }, { lineWidth: 0, aliasDuplicateObjects: false });
}

;// CONCATENATED MODULE: ./build/rules/init/role-trust.js
/**
 * GitHub writes `sub` in two forms: with ids for repositories created, renamed or transferred after 2026-07-15, without
 * for the others (GitHub documentation, OIDC reference). Both stand here: the one that is not yours never matches.
 */
function githubTrustPolicy({ partition, account, repository, ids, environment }) {
    const [owner = '', name = ''] = repository.split('/');
    const { owner: ownerId = 'OWNER_ID', repository: repositoryId = 'REPOSITORY_ID' } = ids ?? {};
    const provider = 'token.actions.githubusercontent.com';
    return trustOf({ partition, account, provider }, {
        StringEquals: {
            [`${provider}:aud`]: 'sts.amazonaws.com',
            [`${provider}:sub`]: [
                `repo:${owner}/${name}:environment:${environment}`,
                `repo:${owner}@${ownerId}/${name}@${repositoryId}:environment:${environment}`,
            ],
        },
    });
}
/** CircleCI's tokens say organisation, project and user (CircleCI documentation, OpenID Connect tokens). */
function circleciTrustPolicy({ partition, account }) {
    const provider = 'oidc.circleci.com/org/ORGANIZATION_ID';
    return trustOf({ partition, account, provider }, {
        StringEquals: { [`${provider}:aud`]: ['ORGANIZATION_ID', 'sts.amazonaws.com'] },
        StringLike: { [`${provider}:sub`]: 'org/ORGANIZATION_ID/project/PROJECT_ID/user/*' },
    });
}
/** `provider`: the OIDC provider, as IAM names it: an address without its scheme. */
function trustOf({ partition, account, provider }, condition) {
    return {
        Version: '2012-10-17',
        Statement: [
            {
                Effect: 'Allow',
                Principal: { Federated: `arn:${partition}:iam::${account}:oidc-provider/${provider}` },
                Action: 'sts:AssumeRoleWithWebIdentity',
                Condition: condition,
            },
        ],
    };
}

// EXTERNAL MODULE: ./build/rules/input/parsed.js
var parsed = __webpack_require__(6694);
// EXTERNAL MODULE: ./build/rules/image/image-ref.js
var image_ref = __webpack_require__(8955);
// EXTERNAL MODULE: ./build/rules/task/log-location.js
var log_location = __webpack_require__(4532);
// EXTERNAL MODULE: ./build/rules/task-definition/task-definition.js
var task_definition = __webpack_require__(479);
;// CONCATENATED MODULE: ./build/rules/init/live-draft.js




/** Undefined where no container runs an image of ECR and no repository was named. */
function draftOfLive(facts, named) {
    const { region, account, services } = facts;
    const images = services.flatMap(({ definition }) => ecrImages(definition));
    const [first] = images;
    const repository = named ?? (first === undefined ? undefined : shortName(first, facts));
    if (repository === undefined)
        return undefined;
    const others = [...new Set(images.map(image_ref/* repositoryUri */.LJ))].filter((uri) => !isOf(uri, repository));
    const where = located(repository, images) ?? { account, region, name: repository };
    return {
        draft: {
            ...EMPTY_DRAFT,
            repository,
            services: services.map((service) => serviceDraft(service, repository)),
            notes: [
                ...others.map((uri) => `Containers with images of ${uri} keep them: only images of ${repository} are replaced.`),
                ...services
                    .filter(({ controller }) => controller !== 'ECS')
                    .map(({ name, controller }) => `${name} has the deployment controller ${controller}: see docs/services.md.`),
            ],
        },
        resources: { ...facts, ...touched(facts), repository: where },
    };
}
function touched({ region, services }) {
    const families = unique(services.map(({ family }) => family));
    const definitions = services.map(({ definition }) => definition);
    return {
        services: services.map(({ name }) => name),
        families,
        // Whichever service the migration takes its network from.
        taskFamilies: families,
        roles: unique(definitions.flatMap((definition) => [
            (0,task_definition/* textOf */.b6)(definition['taskRoleArn']),
            (0,task_definition/* textOf */.b6)(definition['executionRoleArn']),
        ])).sort(),
        logGroups: unique(definitions.flatMap((definition) => (0,task_definition/* containersOf */.Mz)(definition).map((container) => {
            const location = (0,log_location/* logLocation */.U)(definition, (0,task_definition/* textOf */.b6)(container['name']), region);
            return 'group' in location ? location.group : '';
        }))),
    };
}
/** A container is named only where the image would not be found by its repository: a placeholder, for instance. */
function serviceDraft({ name, desired, definition }, repository) {
    const isFound = ecrImages(definition).some((image) => isOf((0,image_ref/* repositoryUri */.LJ)(image), repository));
    const [container] = (0,task_definition/* containersOf */.Mz)(definition).map((one) => (0,task_definition/* textOf */.b6)(one['name']));
    return {
        name,
        ...(isFound || container === undefined ? {} : { container }),
        ...(desired === 0 ? { minimumTasks: 0 } : {}),
    };
}
function ecrImages(definition) {
    return (0,task_definition/* containersOf */.Mz)(definition).flatMap(({ image }) => {
        const reference = (0,image_ref/* parseImageReference */.o_)((0,task_definition/* textOf */.b6)(image));
        return reference?.registry !== undefined && (0,image_ref/* ecrRegistry */.gO)(reference.registry) !== undefined
            ? [reference]
            : [];
    });
}
/** The name alone, where the repository is in the account and region of the services. */
function shortName({ registry = '', repository }, { account, region }) {
    const at = (0,image_ref/* ecrRegistry */.gO)(registry);
    return at?.account === account && at.region === region ? repository : `${registry}/${repository}`;
}
function isOf(uri, repository) {
    return uri === repository || uri.endsWith(`/${repository}`);
}
function located(repository, images) {
    const image = images.find((one) => isOf((0,image_ref/* repositoryUri */.LJ)(one), repository));
    const at = (0,image_ref/* ecrRegistry */.gO)(image?.registry ?? (0,image_ref/* parseImageReference */.o_)(repository)?.registry ?? '');
    const name = image?.repository ?? (0,image_ref/* parseImageReference */.o_)(repository)?.repository;
    return at === undefined || name === undefined ? undefined : { ...at, name };
}
function unique(values) {
    return [...new Set(values.filter((value) => value !== ''))];
}

// EXTERNAL MODULE: ./build/steps/services/read-services.js
var read_services = __webpack_require__(8494);
;// CONCATENATED MODULE: ./build/steps/init/read-live.js






/** Reads the services as they run. Rejects with CLUSTER_NOT_FOUND, SERVICE_NOT_FOUND, or what AWS says. */
async function readLive(context, request) {
    const { account, arn } = await context.identity.caller();
    const plans = request.services.map((name) => ({ name, minimumTasks: 1 }));
    const services = await (0,read_services/* readServices */.J)(context, request.cluster, plans);
    const facts = {
        partition: arn.split(':')[1] ?? 'aws',
        region: context.region,
        account,
        cluster: request.cluster,
        services: services.map(factsOf),
    };
    const found = draftOfLive(facts, request.repository);
    if (found === undefined) {
        throw new errors/* DeployError */.sH('CONTAINER_NOT_FOUND', `no container of ${request.services.join(', ')} runs an image of Amazon ECR`, {
            hint: 'Name the repository that their images come from: --repository shop.',
            details: services.flatMap(({ plan, current }) => (0,task_definition/* containersOf */.Mz)(current.definition).map(({ name, image }) => `${plan.name}: ${(0,task_definition/* textOf */.b6)(name)}: ${(0,task_definition/* textOf */.b6)(image)}`)),
        });
    }
    const environment = {
        ...environmentFor(request.environment ?? request.cluster),
        region: context.region,
        cluster: request.cluster,
    };
    return {
        draft: mergeDrafts([{ ...found.draft, environments: [environment] }]),
        resources: found.resources,
    };
}
function factsOf({ plan, service, current }) {
    return {
        name: plan.name,
        controller: service.deploymentController?.type ?? 'ECS',
        desired: service.desiredCount ?? 0,
        family: (0,task_definition/* textOf */.b6)(current.definition['family']),
        definition: current.definition,
    };
}

;// CONCATENATED MODULE: ./build/steps/init/write-new.js
/** Writes each file at a path where there is none; a file that exists is never touched. */
async function writeNew({ files, log, report }, wanted) {
    const init = (report.init ??= { files: [], notes: [] });
    for (const { paths, text } of wanted) {
        const written = await firstFree(files, paths, text);
        const [usual] = paths;
        const told = written === undefined
            ? { path: usual, state: 'kept' }
            : { path: written, state: 'written' };
        init.files.push(told);
        if (told.state === 'kept')
            log.info(`Kept ${usual}: it exists, and is not changed`);
        else
            log.info(`Wrote ${told.path}${told.path === usual ? '' : ` beside ${usual}`}`);
    }
    return init.files;
}
async function firstFree(files, paths, text) {
    for (const path of paths)
        if (await files.create(path, text(path)))
            return path;
    return undefined;
}

;// CONCATENATED MODULE: ./build/commands/init.js











/**
 * Writes deploy.yml, the pipeline and the role for services that run already, or for what another tool deploys now.
 * Only local files are written, and none that exists is touched.
 */
async function init(plan, context) {
    const chain = await chainChapter(plan, context);
    const live = await liveChapter(plan, context, chain?.draft);
    const draft = finished(mergeDrafts([given(plan), chain?.draft ?? {}, live?.draft ?? {}]));
    const kind = chain?.kind === 'circleci' ? 'circleci' : 'github';
    const notes = [...draft.notes, ...nextSteps(plan, draft, kind, live !== undefined)];
    return context.log.step('init', 'Write the files', async (step) => {
        const role = live === undefined ? [] : roleOf(plan, draft, live.resources, kind);
        const files = await writeNew(context, [...pipelineOf(draft, kind), ...role]);
        const told = (context.report.init ??= { files: [], notes: [] });
        told.notes.push(...notes);
        for (const note of notes)
            context.log.info(`To do: ${note}`);
        const written = files.filter(({ state }) => state === 'written');
        step.finish(written.length === 0 ? 'Nothing written: every file exists' : `${written.length} files written`);
        return written.length === 0 ? 'no-change' : 'completed';
    });
}
/** The file of another tool, where one was named. */
async function chainChapter({ from }, { files, log }) {
    if (from === undefined)
        return undefined;
    return log.step('read-chain', `Read ${from}`, async (step) => {
        const text = await files.read(from);
        if (text === undefined) {
            throw new errors/* DeployError */.sH('INIT_SOURCE_UNREADABLE', `${(0,parsed/* shown */.S)(from)} does not exist`, {
                hint: 'The input `from` is a path in the checkout.',
            });
        }
        const read = readChain(from, text);
        if (read === undefined) {
            throw new errors/* DeployError */.sH('INIT_SOURCE_UNREADABLE', `${(0,parsed/* shown */.S)(from)} is nothing that can be read`, {
                hint: 'Name a GitHub workflow, a CircleCI configuration, an ecspresso.yml, or a shell script that calls ecspresso, ecs-deploy, ecs-task or ecs-goploy.',
            });
        }
        const names = read.draft.services.map(({ name }) => name).filter((name) => name !== '');
        step.finish(`${read.kind}: ${names.length === 0 ? 'no service' : names.join(', ')}`);
        return read;
    });
}
/** The services as they run. With another tool's file AWS is asked where it can be; without one, it has to be. */
async function liveChapter(plan, context, chain) {
    const named = chain?.services.map(({ name }) => name).filter((name) => name !== '') ?? [];
    const names = plan.services ?? named;
    const [first, ...more] = names;
    const environment = chain?.environments.find(({ name }) => name === plan.environment) ?? chain?.environments[0];
    const cluster = plan.cluster ?? environment?.cluster;
    if (first === undefined || cluster === undefined) {
        if (chain !== undefined)
            return undefined;
        throw new errors/* DeployError */.sH('INPUT_INVALID', `${cluster === undefined ? '`cluster`' : '`services`'} is missing`, {
            hint: 'Name what runs: --cluster production --services web,worker. Or name what deploys it now: --from .github/workflows/deploy.yml.',
        });
    }
    const repository = plan.repository ?? chain?.repository;
    const name = plan.environment ?? environment?.name;
    return context.log.step('services', `Read the services of cluster ${cluster}`, async (step) => {
        try {
            const answer = await readLive({ ...(await context.connectAws()) }, {
                cluster,
                services: [first, ...more],
                ...(repository === undefined ? {} : { repository }),
                ...(name === undefined ? {} : { environment: name }),
            });
            step.finish(`${[first, ...more].join(', ')} in cluster ${cluster}`);
            return answer;
        }
        catch (thrown) {
            if (chain === undefined || !(thrown instanceof Error))
                throw thrown;
            step.skip(`Not read: ${thrown.message}`);
            return undefined;
        }
    });
}
/** What the command line says counts before everything that was read. */
function given({ repository, migrate }) {
    return {
        ...(repository === undefined ? {} : { repository }),
        ...(migrate === undefined ? {} : { migrate: { command: migrate } }),
    };
}
function pipelineOf(draft, kind) {
    const { environments } = draft;
    return kind === 'github'
        ? [
            { paths: ['.github/deploy.yml'], text: (path) => deployConfigText(draft, path) },
            {
                paths: ['.github/workflows/deploy.yml', '.github/workflows/deploy-action.yml'],
                text: () => githubWorkflowText(environments),
            },
        ]
        : [
            { paths: ['.circleci/deploy.yml'], text: (path) => deployConfigText(draft, path) },
            {
                paths: ['.circleci/config.yml', '.circleci/config.deploy-action.yml'],
                text: () => circleciConfigText(environments),
            },
        ];
}
function roleOf(plan, draft, resources, kind) {
    const environment = plan.environment ??
        draft.environments.find(({ cluster }) => cluster === resources.cluster)?.name ??
        'production';
    const { partition, account } = resources;
    const repository = plan.githubRepository ?? 'OWNER/REPOSITORY';
    const trust = kind === 'circleci'
        ? circleciTrustPolicy({ partition, account })
        : githubTrustPolicy({ partition, account, repository, environment });
    return roleFiles({ environment, trust, policy: deployPolicy(resources) }).map(({ path, text }) => ({
        paths: [path],
        text: () => text,
    }));
}
/** What a person has to do that no file can say. */
function nextSteps({ githubRepository }, draft, kind, isRead) {
    const named = githubRepository ?? 'OWNER/REPOSITORY';
    const ids = kind === 'github'
        ? `Put the ids into the trust policy: gh api repos/${named} --jq '.owner.id, .id'`
        : 'Put the ids of the organization and the project into the trust policy (CircleCI, Project Settings, Overview).';
    const role = kind === 'github'
        ? 'Create the role (deploy-role/), and set its ARN as the variable DEPLOY_ROLE of the GitHub environment.'
        : 'Create the role (deploy-role/), and write its ARN as `role` of the environment in deploy.yml.';
    return [
        ...(draft.repository === undefined ? ['Write the ECR repository as `image.repository`.'] : []),
        ...(draft.services.length === 0 ? ['Write the services under `services`.'] : []),
        ...(draft.environments.some(({ cluster }) => cluster === undefined)
            ? ['Write the cluster of each environment.']
            : []),
        ...(draft.migrate === undefined
            ? ['Where there is a migration, write it: `migrate: { command: […] }`.']
            : []),
        ...(isRead
            ? [ids, role]
            : ['For the role, run `init` once more where AWS can be asked: --cluster … --services …']),
        'Look before you deploy: deploy-action plan',
    ];
}


/***/ })

};
