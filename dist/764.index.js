export const id = 764;
export const ids = [764];
export const modules = {

/***/ 6383:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  plan: () => (/* binding */ plan)
});

// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(9473);
// EXTERNAL MODULE: ./build/rules/text/markdown.js
var markdown = __webpack_require__(3969);
// EXTERNAL MODULE: ./build/report/error-text.js
var error_text = __webpack_require__(4257);
// EXTERNAL MODULE: ./build/report/plan-section.js
var plan_section = __webpack_require__(8850);
// EXTERNAL MODULE: ./build/report/summary.js + 11 modules
var summary = __webpack_require__(7045);
;// CONCATENATED MODULE: ./build/report/plan-comment.js




/** GitHub takes 65,536 characters for a comment; bytes are never fewer than those. */
const LARGEST_COMMENT = 65_000;
/** The comment of a plan on its pull request, beginning with the marker by which it is found again. */
function planComment(report, marker, error) {
    const told = {
        ...report,
        outcome: error?.outcome ?? 'no-change',
        ...(error === undefined ? {} : { error: (0,error_text/* errorReport */.ZV)(error) }),
    };
    // A check that failed stands in the table: no box around it as well.
    const isTold = error === undefined || error.code === 'PREFLIGHT_FAILED';
    const parts = [
        marker,
        `## ${(0,markdown/* prose */.CS)((0,summary/* headline */.Pl)(told))}`,
        (0,summary/* meaning */.ak)(told),
        (0,summary/* identityLine */.fL)(told),
        isTold || told.error === undefined ? undefined : (0,summary/* errorBox */.Ye)(told.error),
        told.plan === undefined ? undefined : (0,plan_section/* planSection */.l)(told.plan, told.cookbooks),
    ];
    return (0,markdown/* cutMarkdown */.G$)(`${parts.filter((part) => part !== undefined).join('\n\n')}\n`, LARGEST_COMMENT, 'The rest did not fit into a comment; see the job summary.');
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./build/rules/preflight/comment-marker.js

/**
 * The line by which the comment of a plan is found again. Each of several plans on one pull request (environments, or
 * applications of one repository) has its own. Invisible on the page.
 */
function commentMarker(plan) {
    const { environment, cluster, repository } = plan;
    // As a hash, since a name may hold what ends a comment in HTML.
    const key = (0,external_node_crypto_.createHash)('sha256')
        .update(JSON.stringify([environment, cluster, repository]))
        .digest('hex')
        .slice(0, 16);
    return `<!-- deploy-action:plan ${key} -->`;
}

// EXTERNAL MODULE: ./build/rules/cookbook/github-error.js
var github_error = __webpack_require__(5702);
;// CONCATENATED MODULE: ./build/steps/preflight/keep-comment.js

/**
 * Keeps the one comment of a plan: found by its marker among those that this token wrote, created where there is none,
 * written anew where it says something else.
 */
async function keepComment(github, wanted) {
    const known = await theOne(github, wanted);
    if (known === undefined) {
        await create(github, wanted);
        // Another run may have been as fast: whoever sees two keeps the older.
        const created = await theOne(github, wanted);
        if (created !== undefined)
            await write(github, wanted, created);
        return { operation: 'created', ...(created === undefined ? {} : { url: created.url }) };
    }
    const isWritten = await write(github, wanted, known);
    return { operation: isWritten ? 'updated' : 'unchanged', url: known.url };
}
/** The oldest that is ours; younger ones are removed. */
async function theOne(github, { number, marker }) {
    const own = await github.ownComments(number);
    // The marker begins it: a comment that quotes it is somebody's answer.
    const [oldest, ...others] = own.filter(({ body }) => body.trimStart().startsWith(marker));
    for (const { id } of others)
        await github.deleteComment(id);
    return oldest;
}
async function create(github, wanted) {
    try {
        await github.comment(wanted.number, wanted.body);
    }
    catch (error) {
        // Without an answer it may be there all the same; it is sent again only where it is not.
        if (!(0,github_error/* isGitHubError */.e)(error, 'unavailable'))
            throw error;
        if ((await theOne(github, wanted)) === undefined)
            await github.comment(wanted.number, wanted.body);
    }
}
/** False where it says so already. */
async function write(github, { body }, comment) {
    if (lines(comment.body) === lines(body))
        return false;
    await github.updateComment(comment.id, body);
    return true;
}
/** GitHub may keep line ends of its own. */
function lines(body) {
    return body.replaceAll('\r\n', '\n').trim();
}

// EXTERNAL MODULE: ./build/report/plan-lines.js
var plan_lines = __webpack_require__(9222);
// EXTERNAL MODULE: ./build/rules/preflight/check.js
var check = __webpack_require__(1712);
// EXTERNAL MODULE: ./build/steps/cookbook/only-cookbooks-since.js + 2 modules
var only_cookbooks_since = __webpack_require__(8165);
// EXTERNAL MODULE: ./build/steps/revision/lint.js
var lint = __webpack_require__(8727);
// EXTERNAL MODULE: ./node_modules/p-limit/index.js + 1 modules
var p_limit = __webpack_require__(370);
// EXTERNAL MODULE: ./build/rules/image/image-ref.js
var image_ref = __webpack_require__(8955);
// EXTERNAL MODULE: ./build/rules/preflight/lifecycle-policy.js
var lifecycle_policy = __webpack_require__(5123);
// EXTERNAL MODULE: ./build/rules/task-definition/container-match.js
var container_match = __webpack_require__(4933);
// EXTERNAL MODULE: ./build/rules/task-definition/runtime-platform.js
var runtime_platform = __webpack_require__(136);
// EXTERNAL MODULE: ./build/rules/task-definition/task-definition.js
var task_definition = __webpack_require__(479);
;// CONCATENATED MODULE: ./build/steps/preflight/checked.js


/**
 * One check. What may not be looked at, or gives no answer, is skipped and says which call it was: a check that cannot
 * be made proves nothing, either way.
 */
async function checked(check, subject, look) {
    return { check, subject, ...(await finding(look)) };
}
async function finding(look) {
    try {
        return await look();
    }
    catch (thrown) {
        return (0,check/* skip */.iv)(reasonOf(thrown));
    }
}
/** A cancelled run is no answer: it is thrown on. */
function reasonOf(thrown) {
    if (thrown instanceof errors/* CancelledError */.cc)
        throw thrown;
    if ((0,errors/* isAwsError */.m_)(thrown) && thrown.code === 'AWS_ACCESS_DENIED')
        return `no permission: ${thrown.action}`;
    return `could not be looked at: ${(0,errors/* asDeployError */.y0)(thrown).message}`;
}

;// CONCATENATED MODULE: ./build/steps/preflight/subjects.js
/** Each of the texts once, without those that are empty. */
function unique(texts) {
    return [...new Set(texts)].filter((text) => text !== '');
}

;// CONCATENATED MODULE: ./build/steps/preflight/check-image.js








/** The image: is it there, for the CPU that the tasks run on, and will it stay? */
function imageChecks(context, { images, tasks }) {
    return images.flatMap((image) => checksOf(context, image, tasks));
}
function checksOf(context, image, tasks) {
    const subject = image.tag === undefined ? image.uri : `${image.uri}:${image.tag}`;
    const running = tasks.filter(({ definition }) => (0,task_definition/* containersOf */.Mz)(definition)
        .map((container) => (0,task_definition/* textOf */.b6)(container['image']))
        // One that would be built has no digest yet, which makes it no reference.
        .some((text) => text.startsWith(`${image.uri}@`) || (0,container_match/* isImageOf */.Jv)(text, image.uri)));
    const platforms = unique(running.map(({ definition }) => (0,runtime_platform/* platformOf */.t)(definition) ?? ''));
    return [
        async () => [await checked('image', subject, () => judgeImage(context, image, platforms))],
        async () => [await checked('lifecycle', image.uri, () => judgeLifecycle(context, image))],
    ];
}
async function judgeImage(context, image, platforms) {
    if (image.digest === undefined)
        return platforms.length > 1
            ? (0,check/* warn */.R8)(`would be built; the task definitions want several platforms: ${platforms.join(', ')}`)
            : (0,check/* pass */.IX)('would be built');
    // One that would be copied is not here yet, and arrives byte for byte.
    const uri = image.from ?? image.uri;
    const region = (0,image_ref/* ecrRegion */.d0)(uri) ?? context.region;
    const ecr = region === context.region ? context.ecr : context.ecrIn(region);
    const has = await ecr.platforms((0,image_ref/* ecrRepository */.BK)(uri), image.digest);
    if (has === undefined || has.length === 0)
        return (0,check/* skip */.iv)(`${image.digest} does not say for which CPU it is`);
    const lacking = platforms.filter((platform) => !has.includes(platform));
    if (lacking.length > 0)
        return (0,check/* fail */.fJ)(`it is for ${has.join(', ')}; the tasks run on ${lacking.join(', ')}: they could not start`);
    const cpus = `for ${has.join(', ')}`;
    return (0,check/* pass */.IX)(image.from === undefined ? `ECR has it, ${cpus}` : `would be copied from ${image.from}, ${cpus}`);
}
async function judgeLifecycle({ ecr }, image) {
    const policy = await ecr.lifecyclePolicy((0,image_ref/* ecrRepository */.BK)(image.uri));
    if (policy === undefined)
        return (0,check/* pass */.IX)('no lifecycle policy');
    const rules = (0,lifecycle_policy/* expiringRules */.E)(policy, image.tag === undefined ? [] : [image.tag]);
    if (rules === undefined)
        return (0,check/* skip */.iv)('its lifecycle policy could not be read');
    return rules.length === 0
        ? (0,check/* pass */.IX)('no rule of its lifecycle policy can expire the image')
        : (0,check/* warn */.R8)(`its lifecycle policy can expire the image while it is in use: ${rules.join('; ')}`);
}

;// CONCATENATED MODULE: ./build/rules/preflight/task-needs.js

// What a task definition needs to find when a task of it starts.
/** Every `valueFrom` of secrets and of log drivers, and every login to a registry. */
function secretSources(definition) {
    return (0,task_definition/* containersOf */.Mz)(definition).flatMap(({ secrets, logConfiguration, repositoryCredentials }) => [
        ...valuesFrom(secrets),
        ...((0,task_definition/* isJsonObject */.OW)(logConfiguration) ? valuesFrom(logConfiguration['secretOptions']) : []),
        ...((0,task_definition/* isJsonObject */.OW)(repositoryCredentials) ? [(0,task_definition/* textOf */.b6)(repositoryCredentials['credentialsParameter'])] : []),
    ]);
}
/** The groups that the awslogs driver writes to. */
function logGroups(definition, region) {
    return (0,task_definition/* containersOf */.Mz)(definition).flatMap(({ logConfiguration }) => {
        if (!(0,task_definition/* isJsonObject */.OW)(logConfiguration) || logConfiguration['logDriver'] !== 'awslogs')
            return [];
        const options = (0,task_definition/* isJsonObject */.OW)(logConfiguration['options']) ? logConfiguration['options'] : {};
        const group = (0,task_definition/* textOf */.b6)(options['awslogs-group']);
        if (group === '')
            return [];
        return [
            {
                group,
                region: (0,task_definition/* textOf */.b6)(options['awslogs-region']) || region,
                isCreated: (0,task_definition/* textOf */.b6)(options['awslogs-create-group']) === 'true',
            },
        ];
    });
}
function valuesFrom(secrets) {
    return Array.isArray(secrets)
        ? secrets.filter(task_definition/* isJsonObject */.OW).flatMap(({ valueFrom }) => (0,task_definition/* textOf */.b6)(valueFrom) || [])
        : [];
}

;// CONCATENATED MODULE: ./build/steps/preflight/check-log-groups.js



/** The groups that the containers log to: a task whose group is missing does not start. */
function logGroupChecks({ logs, region }, { tasks }) {
    const needs = tasks.flatMap(({ definition }) => logGroups(definition, region));
    const groups = new Map(needs.map((need) => [`${need.region} ${need.group}`, need]));
    return [...groups.values()].map((need) => async () => [
        await checked('log-group', need.group, async () => {
            if (await logs.groupExists(need.group, need.region))
                return (0,check/* pass */.IX)('it exists');
            // Created by whoever starts first, as long as all of them may.
            const isCreated = needs
                .filter(({ group, region: at }) => group === need.group && at === need.region)
                .every((one) => one.isCreated);
            return isCreated
                ? (0,check/* pass */.IX)('it does not exist; the log driver creates it')
                : (0,check/* fail */.fJ)(`it does not exist in ${need.region}; tasks that log to it do not start`);
        }),
    ]);
}

;// CONCATENATED MODULE: ./build/steps/preflight/check-network.js



/** The subnets and security groups that the tasks start in. */
function networkChecks({ network }, { tasks }) {
    const configurations = tasks.flatMap(({ service }) => service?.networkConfiguration?.awsvpcConfiguration ?? []);
    const subnets = unique(configurations.flatMap((one) => one.subnets ?? []));
    const groups = unique(configurations.flatMap((one) => one.securityGroups ?? []));
    const look = (ids, judge) => ids.length === 0 ? [] : [async () => [await checked('network', ids.join(', '), judge)]];
    return [
        ...look(subnets, async () => {
            const found = await network.subnets(subnets);
            const missing = without(subnets, found.map(({ id }) => id));
            if (missing.length > 0)
                return (0,check/* fail */.fJ)(`no such subnet: ${missing.join(', ')}`);
            const full = found.filter(({ freeAddresses }) => freeAddresses === 0).map(({ id }) => id);
            return full.length > 0
                ? (0,check/* warn */.R8)(`no address is free in ${full.join(', ')}: no task can start there`)
                : (0,check/* pass */.IX)(subnets.length === 1 ? 'the subnet exists' : 'the subnets exist');
        }),
        ...look(groups, async () => {
            const missing = without(groups, await network.securityGroups(groups));
            return missing.length > 0
                ? (0,check/* fail */.fJ)(`no such security group: ${missing.join(', ')}`)
                : (0,check/* pass */.IX)(groups.length === 1 ? 'the security group exists' : 'the security groups exist');
        }),
    ];
}
function without(ids, found) {
    return ids.filter((id) => !found.includes(id));
}

// EXTERNAL MODULE: ./build/rules/aws/trust-policy.js
var trust_policy = __webpack_require__(9839);
// EXTERNAL MODULE: ./build/rules/lint/execution-role-missing.js
var execution_role_missing = __webpack_require__(8098);
;// CONCATENATED MODULE: ./build/rules/preflight/role-trust.js

const ECS_TASKS = 'ecs-tasks.amazonaws.com';
/**
 * May ECS assume a role for tasks, by its trust policy? `conditional`: under conditions only, which only AWS can judge.
 * (ECS developer guide, "task IAM role": the principal is ecs-tasks.amazonaws.com.)
 */
function trustOfEcsTasks(policy) {
    const statements = listOf(policy['Statement'])
        .filter(task_definition/* isJsonObject */.OW)
        .filter((statement) => namesEcsTasks(statement['Principal']) && assumes(statement['Action']));
    const allowing = statements.filter(({ Effect }) => Effect === 'Allow');
    const denying = statements.filter(({ Effect }) => Effect === 'Deny');
    if (allowing.length === 0 || denying.some((statement) => !isConditional(statement)))
        return 'no';
    return denying.length === 0 && allowing.some((statement) => !isConditional(statement))
        ? 'yes'
        : 'conditional';
}
function namesEcsTasks(principal) {
    if (principal === '*')
        return true;
    if (!(0,task_definition/* isJsonObject */.OW)(principal))
        return false;
    return listOf(principal['Service']).some((service) => service === ECS_TASKS || service === '*');
}
function assumes(action) {
    return listOf(action).some((name) => typeof name === 'string' && ['sts:assumerole', 'sts:*', '*'].includes(name.toLowerCase()));
}
function isConditional({ Condition }) {
    return (0,task_definition/* isJsonObject */.OW)(Condition) && Object.keys(Condition).length > 0;
}
/** IAM takes one thing for a list of one. */
function listOf(value) {
    if (value === undefined)
        return [];
    return Array.isArray(value) ? value : [value];
}

;// CONCATENATED MODULE: ./build/steps/preflight/check-roles.js







const KINDS = [
    ['execution-role', 'executionRoleArn'],
    ['task-role', 'taskRoleArn'],
];
/** The roles of the tasks: are they there, and may ECS assume them? */
function roleChecks(context, { tasks, account }) {
    const named = KINDS.flatMap(([check, field]) => unique(tasks.map(({ definition }) => (0,task_definition/* textOf */.b6)(definition[field]))).map((role) => async () => [
        await checked(check, nameOf(role), () => judgeRole(context, role, account)),
    ]));
    const lacking = tasks.flatMap(({ name, service, definition }) => {
        if ((0,task_definition/* textOf */.b6)(definition['executionRoleArn']) !== '')
            return [];
        const [need] = (0,execution_role_missing/* executionRoleNeeds */.s)(definition, service?.launchType);
        return need === undefined
            ? []
            : [
                async () => [
                    await checked('execution-role', name, () => (0,check/* fail */.fJ)(`the task definition names no execution role, but ${need}`)),
                ],
            ];
    });
    return [...named, ...lacking];
}
async function judgeRole({ roles }, role, account) {
    const arn = (0,trust_policy/* parseRoleArn */.DM)(role);
    if (arn !== undefined && arn.account !== account)
        return (0,check/* fail */.fJ)(`it is a role of account ${arn.account}; tasks of account ${account} cannot have it`);
    const policy = await roles.trustPolicy(nameOf(role));
    if (policy === undefined)
        return (0,check/* fail */.fJ)('there is no such role');
    switch (trustOfEcsTasks(policy)) {
        case 'yes':
            return (0,check/* pass */.IX)('ecs-tasks.amazonaws.com may assume it');
        case 'conditional':
            return (0,check/* pass */.IX)('ecs-tasks.amazonaws.com may assume it, under conditions');
        case 'no':
            return (0,check/* fail */.fJ)('its trust policy does not let ecs-tasks.amazonaws.com assume it');
    }
}
/** The last part: IAM asks for the name without its path. Some task definitions carry only the name. */
function nameOf(role) {
    return role.slice(role.lastIndexOf('/') + 1);
}

// EXTERNAL MODULE: ./build/rules/image/scan-verdict.js
var scan_verdict = __webpack_require__(9797);
;// CONCATENATED MODULE: ./build/steps/preflight/check-scan.js




/** Whether the gate `image.scan` would let the images through, as far as ECR knows by now. */
function scanChecks(context, { images, plans }) {
    return images.flatMap((image) => {
        const plan = plans.find(({ name }) => name === image.name);
        const scan = plan?.use === 'current' ? undefined : plan?.scan;
        if (scan === undefined)
            return [];
        return [async () => [await checked('scan', image.uri, () => judgeScan(context, image, scan))]];
    });
}
async function judgeScan({ ecr }, { uri, action, digest }, { failOn }) {
    if (digest === undefined || action !== 'reuse')
        return (0,check/* pass */.IX)('would be judged once the image is pushed');
    const found = await ecr.describeImageScanFindings((0,image_ref/* ecrRepository */.BK)(uri), digest);
    if (found === undefined)
        return (0,check/* warn */.R8)('ECR knows no scan of it: without one a deploy is refused');
    const verdict = (0,scan_verdict/* scanVerdict */.n)(found, failOn);
    switch (verdict.state) {
        case 'wait':
            return (0,check/* pass */.IX)(`${found.status}: a deploy would wait for it`);
        case 'none':
            return (0,check/* fail */.fJ)(`no result: ${verdict.reason}`);
        case 'passed':
            return (0,check/* pass */.IX)(verdict.told);
        case 'found':
            return (0,check/* fail */.fJ)(`${verdict.told} (fail-on: ${failOn})`);
    }
}

;// CONCATENATED MODULE: ./build/rules/preflight/secret-reference.js
const PARAMETER = /^arn:aws[\w-]*:ssm:(?<region>[\w-]+):\d{12}:parameter(?<name>\/.+)$/u;
const SECRET = /^(?<id>arn:aws[\w-]*:secretsmanager:(?<region>[\w-]+):\d{12}:secret:(?<name>[^:]+))(?::.*)?$/u;
/**
 * A `valueFrom` taken apart (ECS developer guide, "Pass sensitive data to an Amazon ECS container"): the ARN of a secret
 * of Secrets Manager, the ARN of a parameter of Parameter Store, or the name of a parameter in the task's own region.
 */
function secretReference(valueFrom, region) {
    const secret = SECRET.exec(valueFrom)?.groups;
    if (secret !== undefined)
        return {
            kind: 'secret',
            id: secret['id'] ?? '',
            name: secret['name'] ?? '',
            region: secret['region'] ?? region,
        };
    const parameter = PARAMETER.exec(valueFrom)?.groups;
    if (parameter !== undefined)
        return {
            kind: 'parameter',
            name: nameInArn(parameter['name'] ?? ''),
            region: parameter['region'] ?? region,
        };
    if (valueFrom === '' || valueFrom.startsWith('arn:'))
        return undefined;
    return { kind: 'parameter', name: valueFrom, region };
}
/** "parameter/a/b" is "/a/b", and "parameter/a" is "a": only a name with levels begins with a slash. */
function nameInArn(path) {
    return path.slice(1).includes('/') ? path : path.slice(1);
}

;// CONCATENATED MODULE: ./build/steps/preflight/check-secrets.js





/** Secrets and parameters that the tasks are started with: are they there? Their values are never asked for. */
function secretChecks(context, { tasks }) {
    const sources = unique(tasks.flatMap(({ definition }) => secretSources(definition)));
    const references = sources.map((source) => ({ source, is: secretReference(source, context.region) }));
    const unreadable = references.flatMap(({ source, is }) => is === undefined
        ? [
            async () => [
                await checked('secret', source, () => (0,check/* fail */.fJ)('it is neither the ARN of a secret, nor the ARN or name of a parameter')),
            ],
        ]
        : []);
    const known = references.flatMap(({ is }) => is ?? []);
    const secrets = new Map(known.flatMap((one) => (one.kind === 'secret' ? [[one.id, one]] : [])));
    const parameters = known.filter((one) => one.kind === 'parameter');
    const regions = unique(parameters.map(({ region }) => region));
    return [
        ...unreadable,
        ...[...secrets.values()].map((secret) => async () => [
            await checked('secret', secret.name, () => judgeSecret(context, secret)),
        ]),
        ...regions.map((region) => () => {
            const names = unique(parameters.filter((one) => one.region === region).map(({ name }) => name));
            return parameterChecks(context, names, region);
        }),
    ];
}
async function judgeSecret({ secrets }, { id, region }) {
    const found = await secrets.describeSecret(id, region);
    if (found === undefined)
        return (0,check/* fail */.fJ)('Secrets Manager has no such secret');
    return found.isDeleted ? (0,check/* fail */.fJ)('the secret is about to be deleted') : (0,check/* pass */.IX)('Secrets Manager has it');
}
/** One question for all names; each is a check of its own. */
async function parameterChecks({ secrets }, names, region) {
    let existing = new Set();
    const asked = await checked('secret', '', async () => {
        existing = await secrets.existingParameters(names, region);
        return (0,check/* pass */.IX)('');
    });
    return names.map((subject) => ({ check: 'secret', subject, ...judge(subject) }));
    function judge(name) {
        if (asked.state === 'skip')
            return (0,check/* skip */.iv)(asked.message);
        return existing.has(name)
            ? (0,check/* pass */.IX)('Parameter Store has it')
            : (0,check/* fail */.fJ)('Parameter Store has no such parameter');
    }
}

;// CONCATENATED MODULE: ./build/rules/preflight/target-group.js


/**
 * Does a target group fit the container behind it? ECS registers each target with its own port, so the group's default
 * port may differ; a health check on a port of its own goes to that one. With awsvpc, tasks are targets by address and
 * the group has to be of type `ip`; otherwise they are instances (ECS developer guide, "Use load balancing to distribute
 * Amazon ECS service traffic").
 */
function judgeTargetGroup(group, definition, { container, port }) {
    const found = (0,task_definition/* containerNamed */.FC)(definition, container);
    if (found === undefined)
        return (0,check/* fail */.fJ)(`the task definition has no container ${container}`);
    if (!maps(found, port))
        return (0,check/* fail */.fJ)(`container ${container} does not map port ${port}, which the service registers`);
    const mode = (0,task_definition/* textOf */.b6)(definition['networkMode']) || (isForFargate(definition) ? 'awsvpc' : 'bridge');
    const wanted = mode === 'awsvpc' ? 'ip' : 'instance';
    if (group.targetType !== wanted)
        return (0,check/* fail */.fJ)(`its target type is ${group.targetType}; network mode ${mode} needs ${wanted}`);
    const { healthCheckPort = 'traffic-port' } = group;
    if (healthCheckPort !== 'traffic-port' && healthCheckPort !== String(port))
        return maps(found, Number(healthCheckPort))
            ? (0,check/* pass */.IX)(`${container}:${port}, health checks on port ${healthCheckPort}`)
            : (0,check/* warn */.R8)(`its health check asks port ${healthCheckPort}, which container ${container} does not map; traffic goes to ${port}`);
    return (0,check/* pass */.IX)(`${container}:${port}, target type ${wanted}`);
}
function maps(container, port) {
    const mappings = Array.isArray(container['portMappings'])
        ? container['portMappings']
        : [];
    return mappings.filter(task_definition/* isJsonObject */.OW).some((mapping) => {
        const [from, to] = (0,task_definition/* textOf */.b6)(mapping['containerPortRange']).split('-').map(Number);
        return (mapping['containerPort'] === port ||
            (from !== undefined && to !== undefined && from <= port && port <= to));
    });
}
function isForFargate({ requiresCompatibilities }) {
    return Array.isArray(requiresCompatibilities) && requiresCompatibilities.includes('FARGATE');
}

;// CONCATENATED MODULE: ./build/steps/preflight/check-target-groups.js



/** Behind each target group: the container and port that the service registers there. */
function targetGroupChecks({ loadBalancers }, { tasks }) {
    return tasks.flatMap(({ service, definition }) => (service?.loadBalancers ?? []).flatMap(({ targetGroupArn, containerName, containerPort }) => {
        if (targetGroupArn === undefined || containerName === undefined || containerPort === undefined)
            return [];
        return [
            async () => [
                await checked('target-group', check_target_groups_nameOf(targetGroupArn), async () => {
                    const group = await loadBalancers.targetGroup(targetGroupArn);
                    if (group === undefined)
                        return (0,check/* fail */.fJ)('there is no such target group');
                    return judgeTargetGroup(group, definition, { container: containerName, port: containerPort });
                }),
            ],
        ];
    }));
}
/** "…:targetgroup/web/0123456789abcdef" is "web". */
function check_target_groups_nameOf(arn) {
    return arn.split('/').at(-2) ?? arn;
}

;// CONCATENATED MODULE: ./build/steps/preflight/checks.js









/** IAM and Parameter Store allow few calls a second. */
const CHECKS_AT_ONCE = 8;
/** Looks at everything that a task needs to start, each thing once, whichever services share it. */
async function checkAll(context, subjects) {
    const limit = (0,p_limit/* default */.A)(CHECKS_AT_ONCE);
    const toCheck = [
        ...imageChecks(context, subjects),
        ...scanChecks(context, subjects),
        ...roleChecks(context, subjects),
        ...secretChecks(context, subjects),
        ...logGroupChecks(context, subjects),
        ...targetGroupChecks(context, subjects),
        ...networkChecks(context, subjects),
    ];
    const found = await Promise.all(toCheck.map((check) => limit(check)));
    return (0,check/* inOrder */.al)(found.flat());
}

// EXTERNAL MODULE: ./build/steps/image/image.js + 5 modules
var image_image = __webpack_require__(7760);
// EXTERNAL MODULE: ./build/steps/image/provide-images.js
var provide_images = __webpack_require__(3186);
;// CONCATENATED MODULE: ./build/steps/preflight/foresee-image.js





/** Where each image comes from; or, where that cannot be said, the check that says why. Docker is not needed. */
async function plannedImages(context, plan, { account, users }) {
    const { images } = plan;
    const names = images.map(({ repository }) => repository);
    try {
        const byImage = images.length === 1 ? new Map([[images[0], users]]) : (0,provide_images/* usersByImage */.ht)({ images, users });
        return await Promise.all(images.map((image) => plannedImage(context, plan, { account, image, users: byImage.get(image) ?? [] })));
    }
    catch (thrown) {
        return [{ check: 'image', subject: names.join(', '), ...findingOf(thrown) }];
    }
}
async function plannedImage(context, { commit, event }, { account, image, users }) {
    const definitions = users.map(({ coming }) => coming);
    const request = { image, commit, runId: event.runId, account, definitions };
    try {
        const name = image.name === undefined ? {} : { name: image.name };
        if (image.use !== 'current')
            return { ...name, ...(await (0,image_image/* foreseeImage */.$y)(context, request)) };
        const { uri, digest, tag } = await (0,provide_images/* provideCurrent */.$m)(context, request, users);
        return { ...name, uri, action: 'reuse', digest, ...(tag === undefined ? {} : { tag }) };
    }
    catch (thrown) {
        return { check: 'image', subject: image.repository, ...findingOf(thrown) };
    }
}
/** What AWS would not tell is no fault of the image; what we found out about it is. */
function findingOf(thrown) {
    const isFound = thrown instanceof errors/* DeployError */.sH && !(0,errors/* isAwsError */.m_)(thrown) && thrown.code !== 'INTERNAL';
    return isFound ? (0,check/* fail */.fJ)(hinted(thrown)) : (0,check/* skip */.iv)(reasonOf(thrown));
}
function hinted({ message, hint }) {
    return hint === undefined ? message : `${message}. ${hint}`;
}

// EXTERNAL MODULE: ./build/rules/aws/ecs-names.js
var ecs_names = __webpack_require__(6966);
// EXTERNAL MODULE: ./node_modules/diff/libesm/patch/create.js + 2 modules
var patch_create = __webpack_require__(9672);
// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(8815);
// EXTERNAL MODULE: ./build/rules/lint/plain-text-secret.js
var plain_text_secret = __webpack_require__(4551);
// EXTERNAL MODULE: ./build/rules/task-definition/task-definition-diff.js
var task_definition_diff = __webpack_require__(3867);
;// CONCATENATED MODULE: ./build/rules/task-definition/definition-diff.js





const HIDDEN = '(hidden)';
const CHANGED = '(hidden, changed)';
/**
 * What changes from one definition to the other, as the lines of a unified diff of YAML; none where they do the same.
 * Defaults are filled in, sets are in order, and no value of an environment variable is in it: one that changes says
 * only that. The lines hold text from outside.
 */
function definitionDiff(before, after) {
    const [old, coming] = [(0,task_definition_diff/* comparable */.Zm)(before.definition), (0,task_definition_diff/* comparable */.Zm)(after.definition)];
    const texts = [shown(old, old), shown(coming, old)];
    if (texts[0] === texts[1])
        return [];
    const patch = (0,patch_create/* createTwoFilesPatch */.ss)(before.name, after.name, ...texts, undefined, undefined, {
        context: 3,
        headerOptions: patch_create/* FILE_HEADERS_ONLY */.jr,
    });
    return patch.trimEnd().split('\n');
}
/** `other` is what it replaces; a value that is not the same there is marked as changed. */
function shown(definition, other) {
    const containers = (0,task_definition/* containersOf */.Mz)(definition).map((container) => maskedContainer(container, (0,task_definition/* containerNamed */.FC)(other, (0,task_definition/* textOf */.b6)(container['name'])) ?? {}));
    return (0,dist/* stringify */.As)(inOrder({ ...definition, containerDefinitions: containers }), {
        lineWidth: 0,
        aliasDuplicateObjects: false,
    });
}
function maskedContainer(container, other) {
    const { environment, secrets, dockerLabels, logConfiguration } = container;
    return {
        ...container,
        ...(isList(environment) ? { environment: maskedEnvironment(environment, other['environment']) } : {}),
        ...(isList(secrets) ? { secrets: byName(secrets, 'valueFrom') } : {}),
        ...((0,task_definition/* isJsonObject */.OW)(dockerLabels)
            ? { dockerLabels: maskedSecrets(dockerLabels, other['dockerLabels']) }
            : {}),
        ...((0,task_definition/* isJsonObject */.OW)(logConfiguration)
            ? { logConfiguration: maskedLogging(logConfiguration, other['logConfiguration']) }
            : {}),
    };
}
function maskedEnvironment(environment, other) {
    const before = isList(other) ? other.filter(task_definition/* isJsonObject */.OW) : [];
    const masked = environment.filter(task_definition/* isJsonObject */.OW).map((variable) => {
        const known = before.filter(({ name }) => name === variable['name']);
        const isSame = known.length === 0 || known.some(({ value }) => value === variable['value']);
        return { name: variable['name'] ?? '', value: isSame ? HIDDEN : CHANGED };
    });
    return byName(masked, 'value');
}
/** Tokens of log drivers stand among their options, and anything may stand in a label. */
function maskedLogging(logging, other) {
    const { options, secretOptions } = logging;
    const before = (0,task_definition/* isJsonObject */.OW)(other) ? other['options'] : undefined;
    return {
        ...logging,
        ...((0,task_definition/* isJsonObject */.OW)(options) ? { options: maskedSecrets(options, before) } : {}),
        ...(isList(secretOptions) ? { secretOptions: byName(secretOptions, 'valueFrom') } : {}),
    };
}
function maskedSecrets(map, other) {
    const before = (0,task_definition/* isJsonObject */.OW)(other) ? other : {};
    return Object.fromEntries(Object.entries(map).map(([name, value]) => {
        if (!(0,plain_text_secret/* isSecretName */.e)(name))
            return [name, value];
        return [name, before[name] === undefined || before[name] === value ? HIDDEN : CHANGED];
    }));
}
/** `NAME: value` on one line, as long as each name is there once. */
function byName(list, field) {
    const entries = list.map((element) => ((0,task_definition/* isJsonObject */.OW)(element) ? element : {}));
    const names = entries.map(({ name }) => (0,task_definition/* textOf */.b6)(name));
    if (names.includes('') || new Set(names).size < names.length)
        return list;
    return Object.fromEntries(entries.map((entry, index) => [names[index] ?? '', entry[field] ?? '']));
}
/** The keys of every object in order, a name first. */
function inOrder(value) {
    if (isList(value))
        return value.map(inOrder);
    if (!(0,task_definition/* isJsonObject */.OW)(value))
        return value;
    const { name, ...others } = value;
    const rest = Object.entries(others).sort(([one], [other]) => (one < other ? -1 : 1));
    return Object.fromEntries([...(name === undefined ? [] : [['name', name]]), ...rest].map(([key, inner]) => [
        key,
        inOrder(inner),
    ]));
}
function isList(value) {
    return Array.isArray(value);
}

// EXTERNAL MODULE: ./build/steps/revision/register.js + 1 modules
var register = __webpack_require__(3124);
// EXTERNAL MODULE: ./build/steps/revision/register-definition.js
var register_definition = __webpack_require__(4857);
;// CONCATENATED MODULE: ./build/steps/preflight/foresee-revisions.js









const READS_AT_ONCE = 10;
const UNKNOWN_DIGEST = 'sha256:(known after the build)';
/**
 * What `registerRevisions` and `registerFamilies` would bring about, without registering. A definition that cannot be
 * made is a failed check.
 */
async function foreseeRevisions(context, request) {
    const limit = (0,p_limit/* default */.A)(READS_AT_ONCE);
    const ofServices = await Promise.all(request.services.map((live) => limit(async () => {
        const prepared = await preparation(context, live, request, {
            name: live.plan.name,
            kind: 'service',
        });
        return 'check' in prepared ? prepared : foreseeService(context, live, prepared, request);
    })));
    const revisions = ofServices.flatMap((one) => ('check' in one ? [] : [one]));
    // A family that a service of this deploy runs has its revision already.
    const alone = request.families.filter(({ plan }) => !revisions.some(({ family }) => family === plan.family));
    const ofFamilies = await Promise.all(alone.map((live) => limit(async () => {
        const prepared = await preparation(context, live, request, {
            name: live.plan.family,
            kind: 'family',
        });
        return 'check' in prepared ? prepared : foreseeFamily(context, live, prepared, request);
    })));
    return {
        revisions,
        families: ofFamilies.flatMap((one) => ('check' in one ? [] : [one])),
        checks: [...ofServices, ...ofFamilies].flatMap((one) => ('check' in one ? [one] : [])),
    };
}
async function preparation(context, live, { images }, { kind, name }) {
    try {
        return await (0,register/* prepare */.iA)(context, live, images.map(asDeployed), `${kind} ${name}`);
    }
    catch (thrown) {
        if (!(thrown instanceof errors/* DeployError */.sH) || (0,errors/* isAwsError */.m_)(thrown))
            throw thrown;
        const message = [thrown.message, ...(thrown.hint === undefined ? [] : [thrown.hint])].join('. ');
        return { check: 'task-definition', subject: name, ...(0,check/* fail */.fJ)(message) };
    }
}
async function foreseeService(context, { plan, current }, prepared, request) {
    const from = (0,ecs_names/* revisionName */.pd)(current.arn);
    const facts = { service: plan.name, from, ...factsOf(prepared) };
    if ((0,task_definition_diff/* sameDefinition */.uD)(current.definition, prepared.definition))
        return { ...facts, action: 'unchanged', known: current, diff: [] };
    const known = await newest(context, prepared, request);
    return {
        ...facts,
        action: known === undefined ? 'register' : 'reuse',
        ...(known === undefined ? {} : { known }),
        diff: definitionDiff({ name: from, definition: current.definition }, {
            name: known === undefined ? newName(facts.family) : (0,ecs_names/* revisionName */.pd)(known.arn),
            definition: prepared.definition,
        }),
    };
}
/** What is the newest of its family already needs nothing. */
async function foreseeFamily(context, { current }, prepared, request) {
    const from = current === undefined ? undefined : (0,ecs_names/* revisionName */.pd)(current.arn);
    const facts = { ...factsOf(prepared), ...(from === undefined ? {} : { from }) };
    const known = await newest(context, prepared, request);
    if (known !== undefined)
        return { ...facts, action: 'unchanged', known, diff: [] };
    return {
        ...facts,
        action: 'register',
        diff: definitionDiff({ name: from ?? '(none)', definition: current?.definition ?? {} }, { name: newName(facts.family), definition: prepared.definition }),
    };
}
function factsOf({ definition, images }) {
    return { family: (0,task_definition/* textOf */.b6)(definition['family']), definition, images };
}
/** No revision has the digest of an image that is still to be built. */
async function newest(context, { definition, images }, { environment }) {
    const isBuilt = images.some(({ digest }) => digest === UNKNOWN_DIGEST);
    return isBuilt ? undefined : (0,register_definition/* newestIdentical */.o)(context, definition, environment);
}
/** One that is still to be registered has no number yet. */
function newName(family) {
    return `${family}:(new)`;
}
/** An image that would be built has no digest yet. */
function asDeployed({ uri, digest = UNKNOWN_DIGEST, name }) {
    return { uri, digest, ...(name === undefined ? {} : { name }) };
}
/** One entry for all services that would run the same, and one for each family that is only registered. */
function plannedDefinitions({ revisions, families, }) {
    const planned = [];
    for (const revision of revisions) {
        const { service, from, action, family, diff } = revision;
        const same = planned.find((one) => one.from === from && one.action === action && one.family === family && sameLines(one.diff, diff));
        if (same === undefined)
            planned.push(plannedOf(revision, [service]));
        else
            same.services.push(service);
    }
    return [...planned, ...families.map((family) => plannedOf(family, []))];
}
function plannedOf({ family, from, action, known, diff }, services) {
    return {
        family,
        services,
        ...(from === undefined ? {} : { from }),
        action,
        ...(known === undefined ? {} : { to: (0,ecs_names/* revisionName */.pd)(known.arn) }),
        diff,
    };
}
function sameLines(one, other) {
    return one.length === other.length && one.every((line, index) => line === other[index]);
}

// EXTERNAL MODULE: ./build/rules/schedule/schedule-name.js
var schedule_name = __webpack_require__(8179);
// EXTERNAL MODULE: ./build/steps/schedules/schedules.js
var schedules_schedules = __webpack_require__(5051);
;// CONCATENATED MODULE: ./build/steps/preflight/foresee-schedules.js







/** The targets that a deploy would move, and those of them that lag behind what runs already. */
async function plannedSchedules(context, { schedules, environment, target }, { services, families, foreseen }) {
    if (schedules === undefined)
        return { planned: [], checks: [] };
    const lives = [...services, ...families];
    // What is not known of one service says nothing about the schedules of the others.
    const isPart = schedules.isPart || foreseen.checks.length > 0;
    try {
        const drift = await (0,schedules_schedules/* scheduleDrift */.z6)(context, {
            schedules: { ...schedules, isPart },
            revisions: [...foreseen.revisions, ...foreseen.families].map((one) => brought(one, lives)),
            environment,
            cluster: target.cluster ?? '',
        });
        const running = new Set(lives.flatMap(({ current }) => (current === undefined ? [] : [(0,ecs_names/* revisionName */.pd)(current.arn)])));
        return {
            planned: drift.map(({ schedule, target: id, from, to }) => ({
                schedule: (0,schedule_name/* tellSchedule */.Vj)(schedule),
                ...(id === '' ? {} : { target: id }),
                from,
                to,
                isBehind: !running.has(from),
            })),
            checks: [],
        };
    }
    catch (thrown) {
        const reason = reasonOf(thrown);
        const isFound = thrown instanceof errors/* DeployError */.sH && !(0,errors/* isAwsError */.m_)(thrown) && thrown.code !== 'INTERNAL';
        const finding = isFound ? (0,check/* fail */.fJ)([thrown.message, thrown.hint ?? ''].join('. ').trim()) : (0,check/* skip */.iv)(reason);
        return { planned: [], checks: [{ check: 'schedule', subject: 'schedules', ...finding }] };
    }
}
/** Account and region of one that is still to be registered are those of the revision that it is made from. */
function brought({ family, from, known }, lives) {
    if (known !== undefined)
        return { family, arn: known.arn };
    const arns = lives.flatMap(({ current }) => (current === undefined ? [] : [current.arn]));
    const current = arns.find((arn) => (0,ecs_names/* revisionName */.pd)(arn) === from) ?? '';
    return { family, arn: `${current.slice(0, current.lastIndexOf('/') + 1)}${newName(family)}` };
}

// EXTERNAL MODULE: ./build/rules/record/ledger.js
var ledger = __webpack_require__(7775);
// EXTERNAL MODULE: ./build/rules/rollout/service-guards.js
var service_guards = __webpack_require__(2780);
// EXTERNAL MODULE: ./build/steps/services/guard-order.js
var guard_order = __webpack_require__(4877);
;// CONCATENATED MODULE: ./build/steps/preflight/foresee-services.js






/** What would become of each service, and the guards before it. */
async function foreseeServices(context, plan, { services, revisions, replaced, }) {
    const checks = services.map((live) => ({
        check: 'service',
        subject: live.plan.name,
        ...guarded(plan, live),
    }));
    const order = await orderOf(context, plan, [...services, ...replaced]);
    if (order !== undefined)
        checks.push({ check: 'service', subject: plan.environment, ...order });
    const planned = services.map((live) => {
        const from = (0,ecs_names/* revisionName */.pd)(live.current.arn);
        const guard = checks.find(({ subject, state }) => subject === live.plan.name && state === 'fail');
        if (guard !== undefined)
            return { name: live.plan.name, from, action: 'refused', reason: guard.message };
        const revision = revisions.find(({ service }) => service === live.plan.name);
        if (revision === undefined)
            return { name: live.plan.name, from, action: 'refused', reason: 'its revision is not known' };
        const isSettled = (0,service_guards/* deploymentInFlight */.B)(live.service.deployments) === undefined;
        return revision.action === 'unchanged' && isSettled
            ? { name: live.plan.name, from, action: 'unchanged' }
            : { name: live.plan.name, from, action: 'update' };
    });
    return { planned, checks };
}
/** Where a deploy would leave all of them as they are. */
function untouchedServices(services, reason) {
    return services.map(({ plan: { name }, current }) => ({
        name,
        from: (0,ecs_names/* revisionName */.pd)(current.arn),
        action: 'unchanged',
        reason,
    }));
}
function guarded({ force, rollout, environment, commit }, live) {
    const { service, plan, current } = live;
    const guard = (0,service_guards/* guardOf */.H)(service, plan.minimumTasks);
    if (guard !== undefined)
        return guard.forcible && force !== undefined
            ? (0,check/* warn */.R8)(`${guard.message} (forced: ${force})`)
            : (0,check/* fail */.fJ)(`${guard.message}. ${guard.hint}`);
    const inFlight = (0,service_guards/* deploymentInFlight */.B)(service.deployments);
    const isOurs = inFlight !== undefined &&
        (0,ecs_names/* sameRevision */.Y6)(inFlight.taskDefinition, current.arn) &&
        (0,ledger/* readLedger */.SC)(current.tags, environment).commit === commit;
    if (inFlight !== undefined && !isOurs && !inFlight.hopeless)
        return (0,check/* warn */.R8)(`a deployment of ${(0,ecs_names/* revisionName */.pd)(inFlight.taskDefinition)} is in flight; a deploy now would ${rollout.otherDeployment === 'wait' ? 'wait for it' : 'be refused'}`);
    const { runningCount = 0, desiredCount = 0 } = service;
    if (desiredCount > 0 && runningCount === 0)
        return (0,check/* warn */.R8)('no task of it runs');
    return (0,check/* pass */.IX)(`${runningCount} of ${desiredCount} tasks run`);
}
/** A pull request's commit is not on the branch yet: nothing can be older than it. */
async function orderOf(context, { event, environment, commit, force }, services) {
    if (event.kind === 'pull_request')
        return undefined;
    try {
        await (0,guard_order/* guardOrder */.w)(context, { environment, commit, services, force });
        return undefined;
    }
    catch (thrown) {
        if (thrown instanceof errors/* CancelledError */.cc)
            throw thrown;
        const { code, message, hint } = (0,errors/* asDeployError */.y0)(thrown);
        return code === 'COMMIT_OLDER' ? (0,check/* fail */.fJ)([message, hint].join('. ')) : (0,check/* skip */.iv)(message);
    }
}

// EXTERNAL MODULE: ./build/rules/record/migration-proof.js
var migration_proof = __webpack_require__(5615);
// EXTERNAL MODULE: ./build/steps/task/migrate.js + 1 modules
var task_migrate = __webpack_require__(4084);
// EXTERNAL MODULE: ./build/rules/image/task-image.js
var task_image = __webpack_require__(5361);
;// CONCATENATED MODULE: ./build/steps/preflight/foresee-tasks.js




/** The one-off tasks of a deploy in their order, and why the migration would run or not. */
function plannedTasks({ beforeDeploy, migrate, verify, environment }, { services, revisions, images, }) {
    const before = beforeDeploy.map((task) => ({
        purpose: 'before-deploy',
        ...('codebuild' in task
            ? { command: [`CodeBuild project ${task.codebuild.project}`] }
            : { service: task.service, command: task.command }),
        action: 'run',
        reason: 'it runs in every deploy',
    }));
    const after = verify === undefined ? [] : [verification(verify)];
    if (migrate === undefined)
        return [...before, ...after];
    const revision = revisions.find(({ service }) => service === migrate.service);
    const [first, ...others] = images.map(asDeployed);
    const deployed = first && (0,task_image/* taskImage */.n)(migrate, revision, [first, ...others]);
    const image = images.find(({ uri, name }) => uri === deployed?.uri && name === deployed.name);
    const { proven, reason } = image?.digest === undefined || revisions.length < services.length
        ? {
            proven: false,
            reason: image?.action === 'build' ? 'the image is new' : 'what is deployed is not known',
        }
        : (0,migration_proof/* migrationProof */.d)((0,migration_proof/* migrationKey */.G)(image.digest, migrate.command), revisions.map(({ service, known }) => known === undefined
            ? { service, alreadyRuns: false, migration: undefined }
            : (0,task_migrate/* evidenceOf */.X1)({ service, ...known }, services, environment)));
    const action = proven ? 'skip' : 'run';
    const task = { service: migrate.service, action, reason };
    return [
        ...before,
        { ...task, purpose: 'migrate', command: migrate.command },
        ...(migrate.provePrevious === undefined
            ? []
            : [
                {
                    ...task,
                    purpose: 'prove-previous',
                    command: migrate.provePrevious,
                    reason: proven ? 'the migration is skipped' : 'it runs on what serves now, after the migration',
                },
            ]),
        ...after,
    ];
}
function verification(verify) {
    const planned = {
        purpose: 'verify',
        action: 'run',
        reason: 'at the lifecycle hooks, or after the rollouts',
    };
    switch (verify.kind) {
        case 'command':
            return { ...planned, command: verify.command };
        case 'url':
            return { ...planned, command: [verify.url] };
        case 'task':
            return { ...planned, service: verify.task.service, command: verify.task.command };
    }
}

// EXTERNAL MODULE: ./build/commands/bump.js + 38 modules
var bump = __webpack_require__(9693);
// EXTERNAL MODULE: ./build/commands/chapters.js + 4 modules
var chapters = __webpack_require__(90);
// EXTERNAL MODULE: ./build/commands/revision-chapters.js + 2 modules
var revision_chapters = __webpack_require__(7957);
;// CONCATENATED MODULE: ./build/commands/preview.js














/** Reads what a deploy would read, in its order, and fills in what it would do. */
async function preview(plan, context, infrastructure, found) {
    const { log } = context;
    const { account } = await (0,chapters/* signInChapter */.Qp)(plan, context);
    const services = await readServices(plan, context);
    const families = await (0,revision_chapters/* familiesChapter */.Ue)(plan, context);
    const live = { services, families };
    const since = await onlyCookbooks(plan, infrastructure, live);
    if (since !== undefined) {
        found.onlyCookbooksSince = since;
        found.services = untouchedServices(services, 'nothing but cookbooks changed');
        await cookbooksChapter(plan, infrastructure, found);
        log.info(`${(0,only_cookbooks_since/* tellOnlyCookbooks */.O)(since)}: no application would be deployed`);
        log.outside((0,plan_lines/* planLines */.HN)(found, infrastructure.report.cookbooks));
        return;
    }
    await (0,lint/* lintServices */.G)(context, services, plan);
    const images = await imagesChapter(plan, context, { account, live }, found);
    const foreseen = await compareChapter(plan, context, { live, images }, found);
    found.tasks = plannedTasks(plan, { services, revisions: foreseen.revisions, images });
    const { planned, checks } = await foreseeServices(context, plan, {
        services,
        revisions: foreseen.revisions,
        replaced: (0,revision_chapters/* replacedBy */._0)(families),
    });
    found.services = planned;
    found.checks.push(...checks);
    await schedulesChapter(plan, context, { ...live, foreseen }, found);
    await cookbooksChapter(plan, infrastructure, found);
    await log.step('preflight', 'Check what a deploy needs', async (step) => {
        const tasks = checkedTasks(live, foreseen);
        const subjects = { tasks, images, plans: plan.images, account };
        found.checks = (0,check/* inOrder */.al)([...found.checks, ...(await checkAll(context, subjects))]);
        log.outside((0,plan_lines/* planLines */.HN)(found, infrastructure.report.cookbooks));
        const result = `Checks: ${(0,check/* tally */.N4)(found.checks)}`;
        if (found.checks.some(({ state }) => state === 'fail'))
            step.fail(result);
        else
            step.finish(result);
    });
}
/** Where there is none, no cluster is asked for anything. */
async function readServices(plan, context) {
    const { cluster } = plan.target;
    if (cluster === undefined || plan.services.length === 0)
        return [];
    return (0,chapters/* servicesChapter */.eR)({ ...plan, target: { cluster } }, context, { guarded: false });
}
/** The deployed commits, where a deploy would find nothing but cookbooks to do. */
async function onlyCookbooks(plan, infrastructure, { services, families }) {
    const { cookbooks } = plan;
    if (cookbooks === undefined || !(0,bump/* isOfItsBranch */.qL)(plan, cookbooks))
        return undefined;
    return (0,only_cookbooks_since/* onlyCookbooksSince */.V)(infrastructure, plan, cookbooks, services.length > 0 ? services : families);
}
async function imagesChapter(plan, context, { account, live }, found) {
    return context.log.step('image', 'Look for the image', async (step) => {
        const users = await (0,revision_chapters/* imageUsers */.U)(context, live.services, live.families);
        const planned = await plannedImages(context, plan, { account, users });
        const unknown = planned.filter((one) => 'check' in one);
        found.checks.push(...unknown);
        found.images = planned.filter((one) => 'action' in one);
        if (unknown.length > 0)
            step.skip(unknown.map(({ message }) => message).join('; '));
        else
            step.finish(found.images.map(imageLine).join('; '));
        return unknown.length > 0 ? [] : found.images;
    });
}
async function compareChapter({ environment }, context, { live, images }, found) {
    const { log } = context;
    return log.step('compare', 'Compare the task definitions', async (step) => {
        if (images.length === 0) {
            step.skip('Not compared: the image is not known');
            return { revisions: [], families: [], checks: [] };
        }
        const foreseen = await foreseeRevisions(context, { ...live, images, environment });
        found.checks.push(...foreseen.checks);
        found.definitions = plannedDefinitions(foreseen);
        for (const { services, family, diff } of found.definitions) {
            if (diff.length === 0)
                continue;
            log.info(`${services.length === 0 ? `family ${family}` : services.join(', ')}:`);
            log.outside(diff);
        }
        const changing = [
            ...foreseen.revisions.map(({ service, action }) => ({ name: service, action })),
            ...foreseen.families.map(({ family, action }) => ({ name: `family ${family}`, action })),
        ].filter(({ action }) => action !== 'unchanged');
        step.finish(changing.length === 0
            ? 'No task definition would change'
            : `Would change for ${changing.map(({ name }) => name).join(', ')}`);
        return foreseen;
    });
}
async function schedulesChapter(plan, context, known, found) {
    const { revisions, families } = known.foreseen;
    if (plan.schedules === undefined || revisions.length + families.length === 0)
        return;
    await context.log.step('schedules', 'Find the scheduled tasks', async (step) => {
        const { planned, checks } = await plannedSchedules(context, plan, known);
        found.schedules = planned;
        found.checks.push(...checks);
        const behind = planned.filter(({ isBehind }) => isBehind).length;
        const lagging = behind === 0 ? '' : `, of which ${behind} lag behind already`;
        step.finish(`${planned.length} would move${lagging}`);
    });
}
/** Judged on one branch only; a pull request is judged by the branch that it goes to. */
async function cookbooksChapter(plan, infrastructure, found) {
    const { cookbooks } = plan;
    if (cookbooks === undefined || !(0,bump/* isOfItsBranch */.qL)(plan, cookbooks))
        return;
    try {
        await (0,bump/* showBump */.KI)(plan, cookbooks, infrastructure);
    }
    catch (thrown) {
        if (thrown instanceof errors/* CancelledError */.cc)
            throw thrown;
        found.checks.push({
            check: 'cookbooks',
            subject: cookbooks.paths.join(', '),
            ...cookbookFinding(thrown),
        });
    }
}
function cookbookFinding(thrown) {
    const { code, message, hint } = (0,errors/* asDeployError */.y0)(thrown);
    const text = [message, ...(hint === undefined ? [] : [hint])].join('. ');
    return code === 'COOKBOOK_UNREADABLE' ? (0,check/* fail */.fJ)(text) : (0,check/* skip */.iv)(text);
}
/** Each with the definition that it would be given; where that is not known, with what it has. */
function checkedTasks({ services, families }, foreseen) {
    return [
        ...services.map(({ plan: { name }, service, current }) => ({
            name,
            service,
            definition: foreseen.revisions.find((revision) => revision.service === name)?.definition ?? current.definition,
        })),
        ...families
            .filter(({ plan: { family } }) => !foreseen.revisions.some((revision) => revision.family === family))
            .flatMap(({ plan: { family: name }, current }) => {
            const definition = foreseen.families.find(({ family }) => family === name)?.definition ?? current?.definition;
            return definition === undefined ? [] : [{ name, definition }];
        }),
    ];
}
function imageLine(image) {
    const words = { build: 'build and push', copy: 'copy', reuse: 'reuse' };
    return `Would ${words[image.action]} ${(0,plan_lines/* imageText */.f1)(image)}`;
}

;// CONCATENATED MODULE: ./build/commands/plan.js





/**
 * What `deploy` would do, and whether it could: the same things are read, everything is checked, and nothing is
 * written. A check that fails ends the run as refused, after all of them were told.
 */
async function plan(plan, context, infrastructure) {
    const found = {
        images: [],
        definitions: [],
        tasks: [],
        services: [],
        schedules: [],
        checks: [],
    };
    context.report.plan = found;
    const error = await problemOf(async () => {
        await preview(plan, context, infrastructure, found);
        const failed = found.checks.filter(({ state }) => state === 'fail');
        if (failed.length > 0)
            throw preflightFailed(failed);
    });
    await commentChapter(plan, context, infrastructure, error);
    if (error !== undefined)
        throw error;
    return 'no-change';
}
/** A cancelled run does nothing more. */
async function problemOf(body) {
    try {
        await body();
        return undefined;
    }
    catch (thrown) {
        if (thrown instanceof errors/* CancelledError */.cc)
            throw thrown;
        return (0,errors/* asDeployError */.y0)(thrown);
    }
}
/**
 * Keeps the comment on the pull request. It is the only thing that a plan ever writes, and nothing depends on it: where
 * it cannot be written, that is said.
 */
async function commentChapter({ event, environment, target, images }, { log, report, shareable }, { github }, error) {
    const { pullRequest } = event;
    if (pullRequest === undefined || report.plan === undefined)
        return;
    const found = report.plan;
    await log.step('comment', 'Keep the comment on the pull request', async (step) => {
        const reason = github === undefined
            ? 'there is no github-token'
            : pullRequest.isFork && event.name !== 'pull_request_target'
                ? 'the branch is in a fork, where GitHub gives the run no rights to write'
                : undefined;
        if (reason !== undefined || github === undefined) {
            found.comment = { operation: 'skipped', reason: reason ?? '' };
            step.skip(`No comment: ${reason ?? ''}`);
            return;
        }
        const marker = commentMarker({
            environment,
            cluster: target.name ?? target.cluster ?? '',
            repository: images[0].repository,
        });
        const place = target.name === undefined ? environment : `${environment}, ${target.name}`;
        const body = shareable(planComment({ ...report, environment: place }, marker, error));
        try {
            found.comment = await keepComment(github, { number: pullRequest.number, marker, body });
            step.finish(`The comment on pull request ${pullRequest.number} is ${found.comment.operation}`);
        }
        catch (thrown) {
            if (thrown instanceof errors/* CancelledError */.cc)
                throw thrown;
            const { message, hint = '' } = (0,errors/* asDeployError */.y0)(thrown);
            found.comment = { operation: 'skipped', reason: message };
            log.warn('No comment', `${message}. ${hint}`);
            step.skip(`No comment: ${message}`);
        }
    });
}
function preflightFailed(failed) {
    const [first] = failed;
    const one = first === undefined ? '' : `${first.check} ${first.subject}: ${first.message}`;
    return new errors/* DeployError */.sH('PREFLIGHT_FAILED', failed.length === 1 ? `a check failed: ${one}` : `${failed.length} checks failed`, {
        hint: 'Mend what is listed, or the deploy of this commit fails on it.',
        details: failed.length === 1
            ? []
            : failed.map(({ check, subject, message }) => `${check} ${subject}: ${message}`),
    });
}


/***/ }),

/***/ 8165:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  V: () => (/* binding */ onlyCookbooksSince),
  O: () => (/* binding */ tellOnlyCookbooks)
});

// EXTERNAL MODULE: ./build/rules/record/ledger.js
var ledger = __webpack_require__(7775);
// EXTERNAL MODULE: ./build/rules/rollout/serving-revision.js
var serving_revision = __webpack_require__(7642);
// EXTERNAL MODULE: ./build/rules/cookbook/folders.js
var cookbook_folders = __webpack_require__(8929);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./node_modules/picomatch/index.js
var picomatch = __webpack_require__(4006);
;// CONCATENATED MODULE: ./build/rules/cookbook/only-cookbooks.js


/**
 * Did nothing but cookbooks and what follows them change? Then no application is deployed. `changed` are the paths that
 * differ from the commit that is deployed; none is no answer: that is for the ledger to decide.
 */
function onlyCookbooksChanged(changed, folders, { pins }) {
    const isPin = picomatch([...pins]);
    return (changed.length > 0 &&
        changed.every((path) => folders.some((folder) => folder !== '.' && path.startsWith(`${folder}/`)) ||
            isPin(path) ||
            external_node_path_.posix.basename(path) === 'Berksfile.lock' ||
            path.endsWith('.lock.json')));
}

;// CONCATENATED MODULE: ./build/steps/cookbook/changed-only-cookbooks.js


/**
 * Do the files of a commit differ from those of every commit in `since` by cookbooks and what follows them alone? A
 * commit that nobody can bring is unknown, and unknown is no.
 */
async function changedOnlyCookbooks({ history }, { cookbooks, since, commit }) {
    const now = await history.files(commit);
    for (const earlier of since) {
        if (!(await history.has(earlier)) && !(await history.fetch(earlier)))
            return false;
        const before = await history.files(earlier);
        const folders = [
            ...new Set([before, now].flatMap((files) => (0,cookbook_folders/* cookbookFolders */.jp)(pathsOf(files), cookbooks.paths))),
        ];
        if (!onlyCookbooksChanged(differing(before, now), folders, cookbooks))
            return false;
    }
    return since.size > 0;
}
function pathsOf(files) {
    return files.map(({ path }) => path);
}
function differing(before, now) {
    const [old, current] = [before, now].map((files) => new Map(files.map(({ path, mode, blob }) => [path, `${mode} ${blob}`])));
    return [...new Set([...old.keys(), ...current.keys()])].filter((path) => old.get(path) !== current.get(path));
}

;// CONCATENATED MODULE: ./build/steps/cookbook/only-cookbooks-since.js



/**
 * The commits that are deployed, where nothing but cookbooks changed since: then no application is deployed. Undefined
 * where one is: something else changed, or what runs is no release of ours. What is asked for by name is deployed.
 */
async function onlyCookbooksSince({ history }, { environment, commit, images, force }, cookbooks, deployed) {
    if (images[0].use !== undefined || force !== undefined)
        return undefined;
    const known = deployed.flatMap(({ current, service }) => {
        const { commit: from, release } = (0,ledger/* readLedger */.SC)(current?.tags ?? [], environment);
        const isServing = service === undefined || (0,serving_revision/* servingRevision */.q)(service) === service.taskDefinition;
        return release !== undefined && from !== undefined && isServing ? [from] : [];
    });
    if (known.length < deployed.length)
        return undefined;
    const since = new Set(known);
    return (await changedOnlyCookbooks({ history }, { cookbooks, since, commit })) ? [...since] : undefined;
}
/** How a run says so. */
function tellOnlyCookbooks(since) {
    return `Nothing but cookbooks changed since ${since.map((commit) => commit.slice(0, 12)).join(', ')}`;
}


/***/ })

};
