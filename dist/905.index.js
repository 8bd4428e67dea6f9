export const id = 905;
export const ids = [905];
export const modules = {

/***/ 7905:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  parseTaskDefinitionFile: () => (/* binding */ parseTaskDefinitionFile)
});

// EXTERNAL MODULE: ./node_modules/jsonc-parser/lib/esm/main.js + 5 modules
var main = __webpack_require__(9370);
// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(8815);
// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(9473);
// EXTERNAL MODULE: ./build/rules/task-definition/task-definition.js
var task_definition = __webpack_require__(479);
;// CONCATENATED MODULE: ./build/rules/task-definition/empty-values.js

/** Maps from names to texts, and the other half of a pair with a name: an empty text says something there. */
const TEXTS_THAT_COUNT = ['dockerLabels', 'options', 'driverOpts', 'labels'];
/**
 * Without what says nothing: null, and empty texts, lists and objects, as describe-task-definition prints them and
 * templates leave them behind. The empty value of an environment variable, a label, or an element of a list stays.
 */
function withoutEmptyValues(definition) {
    return cleaned(definition, false);
}
function cleaned(object, keepsTexts) {
    const entries = Object.entries(object).flatMap(([name, value]) => {
        if (value === '')
            return keepsTexts || name === 'value' ? [[name, value]] : [];
        const inner = cleanedValue(value, TEXTS_THAT_COUNT.includes(name));
        return isEmpty(inner) ? [] : [[name, inner]];
    });
    return Object.fromEntries(entries);
}
function cleanedValue(value, keepsTexts) {
    if (Array.isArray(value))
        return value.flatMap((one) => (one === null ? [] : [cleanedValue(one, keepsTexts)]));
    return (0,task_definition/* isJsonObject */.OW)(value) ? cleaned(value, keepsTexts) : value;
}
function isEmpty(value) {
    if (Array.isArray(value))
        return value.length === 0;
    return value === null || ((0,task_definition/* isJsonObject */.OW)(value) && Object.keys(value).length === 0);
}

;// CONCATENATED MODULE: ./build/rules/task-definition/template.js
const TEMPLATE = /\{\{-?\s*([\s\S]*?)\s*-?\}\}/g;
const ARGUMENT = /`([^`]*)`|"((?:[^"\\]|\\.)*)"/g;
/** `env` and `must_env` with quoted arguments, nothing piped on. */
const CALL = /^(env|must_env)((?:\s+(?:`[^`]*`|"(?:[^"\\]|\\.)*"))+)$/;
/** Its other functions, with their prefixes. All else is a template of somebody else: a log driver's {{.Name}}. */
const OF_ECSPRESSO = /^(?:env|must_env|json_escape|\w*tfstatef?|\w*ssm|\w*secretsmanager_arn|\w*cfn_(?:output|export))\b/;
/** What signs the job in must not come into a task definition, by whatever file. */
const CREDENTIALS = /^(?:AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)|ACTIONS_.*|INPUT_.*|GITHUB_TOKEN|CIRCLE_OIDC_TOKEN.*|DEPLOY_(?:OIDC|GITHUB)_TOKEN)$/;
/**
 * Fills in the two template functions that ecspresso's files use most, as it does: `env` takes the first of its
 * arguments that is a variable with a value, else the last argument itself; `must_env` needs its variable, which may be
 * empty (kayac/go-config, DefaultFuncMap). Whatever cannot be filled in is a problem, all of them together. Within JSON
 * a value stays one text, whatever it holds.
 */
function filledIn(text, variables) {
    const problems = [];
    // After comments, too.
    const isJson = /^\s*(?:\/[/*]|\{)/.test(text) && !/^\s*\{\{/.test(text);
    const filled = text.replace(TEMPLATE, (template, inside, at) => {
        const problem = (what) => {
            problems.push(`line ${text.slice(0, at).split('\n').length}: ${what}`);
            return template;
        };
        const [, name, given = ''] = CALL.exec(inside) ?? [];
        if (name === undefined && !OF_ECSPRESSO.test(inside))
            return template;
        if (name === undefined)
            return problem(`{{ ${inside} }}: of the template functions there are only env and must_env here`);
        const names = [...given.matchAll(ARGUMENT)].map(([, raw, quoted = '']) => raw ?? quoted.replace(/\\(.)/g, '$1'));
        const credential = names.find((one) => CREDENTIALS.test(one));
        if (credential !== undefined)
            return problem(`${credential} is a credential of the job`);
        const value = name === 'env' ? firstOf(names, variables) : variables(names[0] ?? '');
        if (value === undefined)
            return problem(`the job has no environment variable ${names[0] ?? ''}`);
        return isJson ? JSON.stringify(value).slice(1, -1) : value;
    });
    return { text: filled, problems };
}
function firstOf(names, variables) {
    const found = names.map((name) => variables(name) ?? '').find((value) => value !== '');
    return found ?? names.at(-1) ?? '';
}

;// CONCATENATED MODULE: ./build/rules/task-definition/task-definition-file.js






/**
 * A task definition from a file of the checkout, in JSON or YAML: as `aws ecs describe-task-definition` prints it
 * (with or without the outer `taskDefinition`) or as RegisterTaskDefinition takes it, with comments, empty values and
 * the template functions `env` and `must_env`. All problems come in one TASK_DEFINITION_INVALID.
 */
function parseTaskDefinitionFile(path, text, variables) {
    if (/\.(?:jsonnet|libsonnet)$/i.test(path))
        throw jsonnet(path);
    const filled = filledIn(text, variables);
    if (filled.problems.length > 0)
        throw unfilled(path, filled.problems);
    const content = parse(path, withoutComments(filled.text));
    const inner = (0,task_definition/* isJsonObject */.OW)(content) && (0,task_definition/* isJsonObject */.OW)(content['taskDefinition']) ? content['taskDefinition'] : content;
    if (!(0,task_definition/* isJsonObject */.OW)(inner))
        throw invalid(path, ['it is not an object']);
    const problems = problemsOf(inner);
    if (problems.length > 0)
        throw invalid(path, problems);
    const outerTags = (0,task_definition/* isJsonObject */.OW)(content) ? content['tags'] : undefined;
    return {
        definition: (0,task_definition/* registrable */.ZV)(withTextSizes(withoutEmptyValues(inner))),
        tags: tagsOf(outerTags ?? inner['tags']),
    };
}
/** JSON with comments; every other text as it is. What is left stays at its place. */
function withoutComments(text) {
    const errors = [];
    (0,main/* parse */.qg)(text, errors, { allowTrailingComma: true });
    return errors.length === 0 ? (0,main/* stripComments */.nY)(text, ' ') : text;
}
/** JSON is YAML too, so one parser gives line and column for both. */
function parse(path, text) {
    const lineCounter = new dist/* LineCounter */.HN();
    const document = (0,dist/* parseDocument */.Tp)(text, { lineCounter, prettyErrors: false });
    const problems = document.errors.map(({ message, pos: [start] }) => {
        const { line, col } = lineCounter.linePos(start);
        return `line ${line}, column ${col}: ${message}`;
    });
    if (problems.length > 0)
        throw invalid(path, problems);
    try {
        return document.toJS();
    }
    catch (thrown) {
        // An alias without its anchor, or more aliases than the parser resolves.
        throw invalid(path, [thrown instanceof Error ? thrown.message : String(thrown)]);
    }
}
function problemsOf(definition) {
    if (definition['Family'] !== undefined || definition['ContainerDefinitions'] !== undefined) {
        return [
            'its fields begin with capital letters, as CloudFormation writes them; ECS wants family, containerDefinitions',
        ];
    }
    const problems = [];
    if ((0,task_definition/* textOf */.b6)(definition['family']) === '')
        problems.push('family is missing');
    const containers = definition['containerDefinitions'];
    if (!Array.isArray(containers) || containers.length === 0)
        return [...problems, 'containerDefinitions is missing or empty'];
    const names = containers.map((container) => (0,task_definition/* isJsonObject */.OW)(container) ? (0,task_definition/* textOf */.b6)(container['name']) : '');
    names.forEach((name, index) => {
        if (name === '')
            problems.push(`containerDefinitions[${index}] has no name`);
        else if (names.indexOf(name) !== index)
            problems.push(`containerDefinitions[${index}]: a second container ${name}`);
    });
    return problems;
}
/** ECS takes the task's cpu and memory as texts only; people write numbers. */
function withTextSizes(definition) {
    const sizes = ['cpu', 'memory'].flatMap((field) => {
        const size = definition[field];
        return typeof size === 'number' ? [[field, String(size)]] : [];
    });
    return { ...definition, ...Object.fromEntries(sizes) };
}
function tagsOf(tags) {
    if (!Array.isArray(tags))
        return [];
    return tags.flatMap((tag) => (0,task_definition/* isJsonObject */.OW)(tag) && (0,task_definition/* textOf */.b6)(tag['key']) !== ''
        ? [{ key: (0,task_definition/* textOf */.b6)(tag['key']), value: (0,task_definition/* textOf */.b6)(tag['value']) }]
        : []);
}
function invalid(path, problems, hint = 'Write it as `aws ecs describe-task-definition` prints one, or as `aws ecs register-task-definition --cli-input-json` takes it.') {
    const [only] = problems;
    return new errors/* DeployError */.sH('TASK_DEFINITION_INVALID', `task definition file ${path}: ${problems.length === 1 && only !== undefined ? only : `${problems.length} problems`}`, { hint, details: problems.length === 1 ? [] : problems });
}
function unfilled(path, problems) {
    return invalid(path, problems, 'Set the variables in the `env` of the job, or render the file before this step: `ecspresso render task-definition > task-definition.json`. The image needs no variable: it is replaced anyhow.');
}
function jsonnet(path) {
    return invalid(path, ['it is Jsonnet, which is not evaluated here'], 'Render it before this step (`ecspresso render task-definition > task-definition.json`) and name the rendered file.');
}


/***/ })

};
