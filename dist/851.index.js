export const id = 851;
export const ids = [851];
export const modules = {

/***/ 3851:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   deployWithCookbooks: () => (/* binding */ deployWithCookbooks)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9473);
/* harmony import */ var _rules_record_ledger_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7775);
/* harmony import */ var _rules_image_running_image_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2977);
/* harmony import */ var _rules_rollout_serving_revision_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(7642);
/* harmony import */ var _steps_cookbook_only_cookbooks_since_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8165);
/* harmony import */ var _steps_revision_read_families_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2511);
/* harmony import */ var _steps_services_read_services_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(8494);
/* harmony import */ var _bump_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(9693);








/**
 * The application and the cookbooks of one push. On the base branch the pull request comes first, then the application,
 * then the infrastructure deploy of what was released. None depends on the others' results: what fails is thrown at the
 * end, the application's failure before the infrastructure's. Other branches deploy the application alone.
 */
async function deployWithCookbooks(plan, cookbooks, application, infrastructure) {
    if (!(0,_bump_js__WEBPACK_IMPORTED_MODULE_6__/* .isBaseBranch */ .wJ)(plan, cookbooks))
        return application.deploy({});
    const { annotate, signal } = infrastructure;
    const kept = await attempt(signal, () => (0,_bump_js__WEBPACK_IMPORTED_MODULE_6__/* .openBump */ .hM)(plan, cookbooks, infrastructure));
    if ('error' in kept)
        annotate(errorAnnotation('Bump pull request', kept.error));
    const deployed = await attempt(signal, () => application.deploy({
        isUpToDate: (deployed) => isUpToDate(plan, cookbooks, application.context, infrastructure, deployed),
    }));
    const released = await attempt(signal, async () => (0,_bump_js__WEBPACK_IMPORTED_MODULE_6__/* .releaseInfrastructure */ .vD)(plan, cookbooks, infrastructure, cookbooks.deploy === undefined ? {} : await currentApplication(plan, application.context)));
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
        return { error: (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .asDeployError */ .y0)(thrown) };
    }
}
function errorAnnotation(title, { message, hint }) {
    return {
        level: 'error',
        title,
        message: [message, hint].filter((part) => part !== undefined).join('. '),
    };
}
/** Answers a deploy whether there is anything but cookbooks in it, and says so. */
async function isUpToDate(plan, cookbooks, { log }, infrastructure, deployed) {
    const since = await (0,_steps_cookbook_only_cookbooks_since_js__WEBPACK_IMPORTED_MODULE_3__/* .onlyCookbooksSince */ .V)(infrastructure, plan, cookbooks, deployed);
    if (since === undefined)
        return false;
    log.info(`${(0,_steps_cookbook_only_cookbooks_since_js__WEBPACK_IMPORTED_MODULE_3__/* .tellOnlyCookbooks */ .O)(since)}: no application is deployed`);
    return true;
}
/** What each service runs; where only families are registered, the newest revision of each. */
async function readServing(plan, context) {
    if (plan.registerOnly === true) {
        const families = await (0,_steps_revision_read_families_js__WEBPACK_IMPORTED_MODULE_4__/* .readFamilies */ .b)(context, plan.families);
        return families.flatMap(({ plan: { container }, current }) => current === undefined ? [] : [{ serving: current, ...(container === undefined ? {} : { container }) }]);
    }
    const services = await (0,_steps_services_read_services_js__WEBPACK_IMPORTED_MODULE_5__/* .readServices */ .J)(context, plan.target.cluster, plan.services);
    return Promise.all(services.map(async ({ plan: { container }, service, current }) => {
        const arn = (0,_rules_rollout_serving_revision_js__WEBPACK_IMPORTED_MODULE_7__/* .servingRevision */ .q)(service) ?? current.arn;
        const serving = arn === current.arn ? current : await context.ecs.describeTaskDefinition(arn);
        return { serving, ...(container === undefined ? {} : { container }) };
    }));
}
/** What serves now, read anew: the application part may have changed it, or sent it back. */
async function currentApplication(plan, context) {
    const { environment, images } = plan;
    const { log, signal } = context;
    try {
        for (const { container, serving } of await readServing(plan, context)) {
            const [running] = images.flatMap(({ repository }) => (0,_rules_image_running_image_js__WEBPACK_IMPORTED_MODULE_2__/* .runningImage */ .$)(serving.definition, {
                repository,
                ...(container === undefined ? {} : { container }),
            }) ?? []);
            if (running === undefined)
                continue;
            const { commit } = (0,_rules_record_ledger_js__WEBPACK_IMPORTED_MODULE_1__/* .readLedger */ .SC)(serving.tags, environment);
            return { image: running, ...(commit === undefined ? {} : { commit }) };
        }
    }
    catch (thrown) {
        signal.throwIfAborted();
        log.warn('Infrastructure deploy', `what runs now could not be read, so CURRENT_IMAGE and CURRENT_COMMIT are empty: ${(0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .asDeployError */ .y0)(thrown).message}`);
    }
    return {};
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
