export const id = 617;
export const ids = [617];
export const modules = {

/***/ 9617:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  deployWithCookbooks: () => (/* binding */ deployWithCookbooks)
});

// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(9473);
// EXTERNAL MODULE: ./build/rules/record/ledger.js
var ledger = __webpack_require__(7775);
// EXTERNAL MODULE: ./build/rules/image/running-image.js
var running_image = __webpack_require__(2977);
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

// EXTERNAL MODULE: ./build/steps/read-services.js
var read_services = __webpack_require__(2579);
// EXTERNAL MODULE: ./build/commands/bump.js + 38 modules
var bump = __webpack_require__(9693);
;// CONCATENATED MODULE: ./build/commands/deploy-cookbooks.js







/**
 * The application and the cookbooks of one push. On the base branch the pull request comes first, then the application,
 * then the infrastructure deploy of what was released. None depends on the others' results: what fails is thrown at the
 * end, the application's failure before the infrastructure's. Other branches deploy the application alone.
 */
async function deployWithCookbooks(plan, cookbooks, application, infrastructure) {
    if (!(0,bump/* isBaseBranch */.wJ)(plan, cookbooks))
        return application.deploy({});
    const { annotate, signal } = infrastructure;
    const kept = await attempt(signal, () => (0,bump/* openBump */.hM)(plan, cookbooks, infrastructure));
    if ('error' in kept)
        annotate(errorAnnotation('Bump pull request', kept.error));
    const deployed = await attempt(signal, () => application.deploy({
        isUpToDate: (services) => isUpToDate(plan, cookbooks, application.context, infrastructure, services),
    }));
    const released = await attempt(signal, async () => (0,bump/* releaseInfrastructure */.vD)(plan, cookbooks, infrastructure, cookbooks.deploy === undefined ? {} : await currentApplication(plan, application.context)));
    if ('error' in deployed) {
        // The run ends with one error; the other one is told beside it.
        if ('error' in released)
            annotate(errorAnnotation('Infrastructure deploy', released.error));
        throw deployed.error;
    }
    if ('error' in released)
        throw released.error;
    // What GitHub refuses is no failure of a deploy; anything else that went wrong with the pull request is a defect.
    if ('error' in kept)
        throw kept.error;
    return deployed.value;
}
/** A cancelled run starts nothing more. */
async function attempt(signal, body) {
    try {
        return { value: await body() };
    }
    catch (thrown) {
        signal.throwIfAborted();
        return { error: (0,errors/* asDeployError */.y0)(thrown) };
    }
}
function errorAnnotation(title, { message, hint }) {
    return {
        level: 'error',
        title,
        message: [message, hint].filter((part) => part !== undefined).join('. '),
    };
}
/** Did nothing but cookbooks change since what every service runs was deployed? What is asked for by name is deployed. */
async function isUpToDate({ environment, commit, images, force }, cookbooks, { log }, { history }, services) {
    if (images[0].use !== undefined || force !== undefined)
        return false;
    const deployed = services.map(({ current, service }) => {
        const { commit: from, release } = (0,ledger/* readLedger */.SC)(current.tags, environment);
        const isServing = (0,serving_revision/* servingRevision */.q)(service) === service.taskDefinition;
        return release !== undefined && isServing ? from : undefined;
    });
    const known = deployed.filter((from) => from !== undefined);
    if (known.length < services.length)
        return false;
    if (!(await changedOnlyCookbooks({ history }, { cookbooks, since: new Set(known), commit })))
        return false;
    log.info(`Nothing but cookbooks changed since ${[...new Set(known)].map((from) => from.slice(0, 12)).join(', ')}: no application is deployed`);
    return true;
}
/** What serves now, read anew: the application part may have changed it, or sent it back. */
async function currentApplication({ environment, target, services, images }, context) {
    const { ecs, log, signal } = context;
    try {
        for (const { plan, service, current } of await (0,read_services/* readServices */.J)(context, target.cluster, services)) {
            const arn = (0,serving_revision/* servingRevision */.q)(service) ?? current.arn;
            const serving = arn === current.arn ? current : await ecs.describeTaskDefinition(arn);
            const { container } = plan;
            const [running] = images.flatMap(({ repository }) => (0,running_image/* runningImage */.$)(serving.definition, {
                repository,
                ...(container === undefined ? {} : { container }),
            }) ?? []);
            if (running === undefined)
                continue;
            const { commit } = (0,ledger/* readLedger */.SC)(serving.tags, environment);
            return { image: running, ...(commit === undefined ? {} : { commit }) };
        }
    }
    catch (thrown) {
        signal.throwIfAborted();
        log.warn('Infrastructure deploy', `what runs now could not be read, so CURRENT_IMAGE and CURRENT_COMMIT are empty: ${(0,errors/* asDeployError */.y0)(thrown).message}`);
    }
    return {};
}


/***/ })

};
