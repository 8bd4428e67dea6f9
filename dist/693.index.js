export const id = 693;
export const ids = [693];
export const modules = {

/***/ 9693:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  bump: () => (/* binding */ bump),
  wJ: () => (/* binding */ isBaseBranch),
  qL: () => (/* binding */ isOfItsBranch),
  hM: () => (/* binding */ openBump),
  vD: () => (/* binding */ releaseInfrastructure),
  KI: () => (/* binding */ showBump)
});

// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(9473);
// EXTERNAL MODULE: ./build/rules/cookbook/plan.js
var cookbook_plan = __webpack_require__(3593);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./build/rules/text/markdown.js
var markdown = __webpack_require__(3969);
;// CONCATENATED MODULE: ./build/rules/cookbook/pull-request.js


/** GitHub takes 65,536 characters. */
const MOST_BYTES = 60_000;
const LONGEST_TITLE = 200;
const MOST_REASON = 120;
/** Title and body. What comes from outside is neutral in them: no mention, no link, no comment, no markup. */
function pullRequestText(facts) {
    return { title: titleOf(facts.raises), body: bodyOf(facts) };
}
function titleOf(raises) {
    const names = raises.map(({ name, to }) => `${name} ${to}`);
    for (let shown = names.length; shown > 0; shown -= 1) {
        const rest = names.length - shown;
        const title = `Bump cookbooks: ${names.slice(0, shown).join(', ')}${rest === 0 ? '' : ` and ${rest} more`}`;
        if (title.length <= LONGEST_TITLE)
            return title;
    }
    return `Bump ${names.length} cookbooks`;
}
function bodyOf({ raises, problems, pulls, deploys, fingerprint }) {
    const rows = raises.map(({ name, from, to, level, why }) => [
        (0,markdown/* code */.aY)(name),
        from,
        to,
        level,
        (0,markdown/* prose */.CS)(shorten(why)),
    ]);
    const text = [
        'These cookbooks changed since their versions last did.',
        '',
        (0,markdown/* table */.tp)(['Cookbook', 'From', 'To', 'Level', 'Why'], rows),
        '',
        ...(deploys === undefined ? [] : [`Merging this deploys infrastructure to **${(0,markdown/* prose */.CS)(deploys)}**.`, '']),
        ...(pulls.length === 0
            ? []
            : [`Changes came with ${pulls.map((number) => `#${number}`).join(', ')}.`, '']),
        'A label `major`, `minor` or `patch` on this pull request sets the least level of all, `NAME: minor` that of one cookbook; the next push follows it. Closing this pull request snoozes it until the cookbooks change again.',
        ...(problems.length === 0 ? [] : ['', '### Needs a person', '', ...problems.map(problemLine)]),
        '',
    ].join('\n');
    const cut = (0,markdown/* cutMarkdown */.G$)(text, MOST_BYTES);
    return `${cut}\n${marker(fingerprint, hash(cut))}`;
}
function problemLine({ file, line, message, hint }) {
    return `- ${(0,markdown/* code */.aY)(line === undefined ? file : `${file}:${line}`)} ${(0,markdown/* prose */.CS)(message)}. ${(0,markdown/* prose */.CS)(hint)}`;
}
function shorten(text) {
    const letters = Array.from(text);
    return letters.length <= MOST_REASON ? text : `${letters.slice(0, MOST_REASON - 1).join('')}…`;
}
const MARKER = /<!-- deploy-action:cookbook-bump ([0-9a-f]{64}) ([0-9a-f]{64})( closed)? -->/u;
function marker(fingerprint, text) {
    return `<!-- deploy-action:cookbook-bump ${fingerprint} ${text} -->`;
}
/** What a body of ours says about itself, in a comment that GitHub does not show. */
function readMarker(body) {
    const [, fingerprint, text, closed] = MARKER.exec(body) ?? [];
    if (fingerprint === undefined || text === undefined)
        return undefined;
    return { fingerprint, text, closedByUs: closed !== undefined };
}
/** The body once we close the pull request ourselves: the same content may be pending again later. */
function closedBody(body) {
    return body.replace(MARKER, (whole) => whole.replace(/(?: closed)? -->$/u, ' closed -->'));
}
/**
 * The content that waits for a release, as one number: the same while nobody changes the cookbooks, whatever else
 * happens on the branch, and whatever level a label asks for.
 */
function contentFingerprint(pending) {
    return hash(pending
        .map(({ name, content }) => [name, [...content].sort(([one], [other]) => (one < other ? -1 : 1))])
        .sort(([one], [other]) => (one < other ? -1 : 1)));
}
/**
 * What the commit is made from, as one number: its edits, the locks that a command writes, and the content that waits,
 * so that the branch follows the base branch whenever the cookbooks move on.
 */
function changesFingerprint(edits, locks, content) {
    return hash([edits.map(({ path, before, after }) => [path, before, after]), locks, content]);
}
function hash(value) {
    return (0,external_node_crypto_.createHash)('sha256').update(JSON.stringify(value)).digest('hex');
}
const CHANGES = 'Cookbook-Bump-Changes';
const TREE = 'Cookbook-Bump-Tree';
/** The message of our commit; the trailers tell it from a person's. */
function commitMessage(title, changes, tree) {
    return `${title}\n\n${CHANGES}: ${changes}\n${TREE}: ${tree}\n`;
}
/** The fingerprint of the changes in a commit of ours; undefined for anybody else's, also one that amends ours. */
function changesOfCommit({ message, tree }) {
    const ours = new RegExp(`^${TREE}: ([0-9a-f]{40})$`, 'mu').exec(message)?.[1];
    if (ours !== tree)
        return undefined;
    return new RegExp(`^${CHANGES}: ([0-9a-f]{64})$`, 'mu').exec(message)?.[1];
}

// EXTERNAL MODULE: ./node_modules/diff/libesm/patch/create.js + 2 modules
var create = __webpack_require__(9672);
;// CONCATENATED MODULE: ./build/rules/cookbook/unified-diff.js

/** The change as `git diff` shows it; `git apply` takes it. */
function unifiedDiff(edits) {
    return edits
        .map(({ path, before, after }) => (0,create/* createTwoFilesPatch */.ss)(`a/${path}`, `b/${path}`, before, after, undefined, undefined, {
        context: 3,
        headerOptions: create/* FILE_HEADERS_ONLY */.jr,
    }))
        .join('');
}

// EXTERNAL MODULE: ./build/rules/cookbook/folders.js
var cookbook_folders = __webpack_require__(8929);
;// CONCATENATED MODULE: ./build/rules/cookbook/chef-version.js
const LEVELS = ['patch', 'minor', 'major'];
/** More digits than this are no longer counted exactly. */
const LEGAL = /^(\d{1,15})\.(\d{1,15})(?:\.(\d{1,15}))?$/u;
/** "1.2" is 1.2.0, and "1.02.3" is 1.2.3; undefined for whatever Chef would refuse: "1", "1.2.3.4", "1.2.rc1". */
function parseChefVersion(text) {
    const [, major, minor, patch = '0'] = LEGAL.exec(text) ?? [];
    if (major === undefined || minor === undefined)
        return undefined;
    return { major: Number(major), minor: Number(minor), patch: Number(patch) };
}
/** Always three numbers. */
function formatVersion({ major, minor, patch }) {
    return `${major}.${minor}.${patch}`;
}
/** Negative when `one` is lower; zero when they are the same number. */
function compareVersions(one, other) {
    return one.major - other.major || one.minor - other.minor || one.patch - other.patch;
}
function highestVersion(versions) {
    let highest;
    for (const version of versions)
        if (highest === undefined || compareVersions(version, highest) > 0)
            highest = version;
    return highest;
}
function raise({ major, minor, patch }, level) {
    switch (level) {
        case 'major':
            return { major: major + 1, minor: 0, patch: 0 };
        case 'minor':
            return { major, minor: minor + 1, patch: 0 };
        case 'patch':
            return { major, minor, patch: patch + 1 };
    }
}
/**
 * The number after `current`: higher than every number ever used for this cookbook, so that none is used twice and
 * none goes back (Chef Infra Server freezes a version once it was uploaded).
 */
function nextVersion(current, level, used) {
    return raise(highestVersion([current, ...used]) ?? current, level);
}
function higherLevel(one, other) {
    return LEVELS.indexOf(one) >= LEVELS.indexOf(other) ? one : other;
}

;// CONCATENATED MODULE: ./build/rules/cookbook/pending.js


/**
 * Must the version rise? It must when the content changed since the number was given, when the number went back below
 * one that was used, or when it was given a second time to other content: Chef Infra Server would keep what it has.
 */
function pendingReason(folder, history, 
/** Are two blobs the same but for the version in them? */
sameButVersion) {
    const [present, ...earlier] = history;
    if (present === undefined)
        return undefined;
    const differing = (one, other) => differences(one, other).filter((path) => (0,cookbook_folders/* isContent */.az)(path, folder) && !sameButVersion(path, one, other));
    const changed = present.since === undefined ? [] : differing(present.since.files, present.files);
    const highest = highestVersion(earlier.map(({ version }) => version));
    if (highest !== undefined && compareVersions(highest, present.version) > 0)
        return {
            kind: 'went-back',
            why: `the version went back to ${formatVersion(present.version)}, and ${formatVersion(highest)} is used already`,
            changed,
        };
    const before = earlier.find(({ version }) => compareVersions(version, present.version) === 0);
    if (before !== undefined && differing(before.files, present.files).length > 0)
        return {
            kind: 'used-before',
            why: `${formatVersion(present.version)} was used before, for other content`,
            changed,
        };
    if (changed.length > 0)
        return { kind: 'content', why: 'content changed', changed };
    return undefined;
}
/** Every number that the cookbook ever had, and those of its tags. */
function usedVersions(history, tags) {
    return [...history.map(({ version }) => version), ...tags];
}
function differences(one, other) {
    const paths = new Set([...one.keys(), ...other.keys()]);
    return [...paths].filter((path) => one.get(path) !== other.get(path)).sort();
}

;// CONCATENATED MODULE: ./build/rules/cookbook/tags.js

/**
 * The versions that tags state for a cookbook: NAME-v1.2.3, NAME-1.2.3, NAME/v1.2.3. A plain v1.2.3 is taken for the
 * cookbook's only where the repository is one cookbook; elsewhere it belongs to the application.
 */
function taggedVersions({ name, path }, tags) {
    return tags.flatMap((tag) => {
        const own = tag.startsWith(`${name}-`) || tag.startsWith(`${name}/`) || tag.startsWith(`${name}@`);
        const rest = own ? tag.slice(name.length + 1) : path === '.' ? tag : undefined;
        const version = rest === undefined ? undefined : parseChefVersion(rest.replace(/^v/u, ''));
        return version === undefined ? [] : [version];
    });
}

;// CONCATENATED MODULE: ./build/rules/cookbook/timeline.js

/**
 * The versions of one cookbook, newest first, by going back from its present files through the commits that changed
 * them. A commit whose metadata could not be read never starts or ends a stretch.
 */
function tenures(now, 
/** Newest first. */
commits, versionAt, isMetadata) {
    const found = [];
    const files = new Map(now);
    let version = versionAt(files);
    let end = new Map(files);
    let gap;
    for (const { commit, changes } of commits) {
        const after = changes.some(({ path }) => isMetadata(path)) ? new Map(files) : undefined;
        for (const { path, before } of changes)
            if (before === undefined)
                files.delete(path);
            else
                files.set(path, before);
        if (after === undefined)
            continue;
        const earlier = versionAt(files);
        if (earlier === 'unknown') {
            gap ??= { commit, files: after };
            continue;
        }
        if (version === 'unknown') {
            // What came before cannot be known: the stretch that begins here is the first known one, going back.
            version = earlier;
            end = new Map(files);
            gap = undefined;
            continue;
        }
        if (!isSame(version, earlier)) {
            if (version !== 'absent')
                found.push({ version, files: end, since: gap ?? { commit, files: after } });
            version = earlier;
            end = new Map(files);
        }
        gap = undefined;
    }
    if (version !== 'absent' && version !== 'unknown')
        found.push({ version, files: end, ...(gap === undefined ? {} : { since: gap }) });
    return found;
}
function isSame(one, other) {
    if (typeof one === 'string' || typeof other === 'string')
        return one === other;
    return compareVersions(one, other) === 0;
}
/** The files as a commit left them; undefined where the commit changed none of them. */
function filesAt(now, commits, commit) {
    const files = new Map(now);
    for (const each of commits) {
        if (each.commit === commit)
            return files;
        for (const { path, before } of each.changes)
            if (before === undefined)
                files.delete(path);
            else
                files.set(path, before);
    }
    return undefined;
}

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./build/rules/cookbook/edits.js
/** The text with the edits made; each token must lie where the text has it. Two edits never touch the same place. */
function applyEdits(text, edits) {
    const ordered = [...edits].sort((one, other) => other.token.start - one.token.start);
    let edited = text;
    let before = Number.POSITIVE_INFINITY;
    for (const { token, text: replacement } of ordered) {
        if (token.end > before || text.slice(token.start, token.end) !== token.text)
            throw new Error(`an edit of ${token.file} does not fit the file`);
        edited = edited.slice(0, token.start) + replacement + edited.slice(token.end);
        before = token.start;
    }
    return edited;
}

// EXTERNAL MODULE: ./build/rules/input/parsed.js
var parsed = __webpack_require__(6694);
// EXTERNAL MODULE: ./node_modules/jsonc-parser/lib/esm/main.js + 5 modules
var main = __webpack_require__(9370);
;// CONCATENATED MODULE: ./build/rules/cookbook/constraint.js

const CONSTRAINT = /^(\s*(<=|>=|~>|<|>|=)?\s*)(\d{1,15}(?:\.\d{1,15}){0,2})(\s*)$/u;
/** undefined for what Chef refuses: two operators, `<<`, a pre-release. */
function parseConstraint(text) {
    const [, head, operator = '=', version, tail] = CONSTRAINT.exec(text) ?? [];
    if (head === undefined || version === undefined)
        return undefined;
    const [first = 0, ...rest] = version.split('.').map(Number);
    return { operator: operator, parts: [first, ...rest], head, tail: tail ?? '' };
}
function allows({ operator, parts }, version) {
    const [major, minor = 0, patch = 0] = parts;
    const order = compareVersions(version, { major, minor, patch });
    switch (operator) {
        case '=':
            return order === 0;
        case '<':
            return order < 0;
        case '>':
            return order > 0;
        case '<=':
            return order <= 0;
        case '>=':
            return order >= 0;
        case '~>':
            return order >= 0 && version.major === major && (parts.length < 3 || version.minor === minor);
    }
}
/**
 * The same constraint, opened as little as lets `version` in: operator, spacing and how many numbers it has stay.
 * undefined where only a lower bound stands in the way, which a higher version cannot be helped over.
 */
function widen(constraint, version) {
    switch (constraint.operator) {
        case '=':
        case '<=':
            return write(constraint, formatVersion(version));
        case '~>':
            return write(constraint, shortened(version, constraint.parts.length));
        case '<':
            return write(constraint, above(version, constraint.parts.length));
        case '>':
        case '>=':
            return undefined;
    }
}
/** An environment's pin that follows its cookbook: "=" and "~>" name the new version, a bound stays while it holds. */
function follow(constraint, version) {
    if (constraint.operator === '=')
        return write(constraint, formatVersion(version));
    if (constraint.operator === '~>')
        return write(constraint, shortened(version, constraint.parts.length));
    return undefined;
}
function write({ head, tail }, version) {
    return `${head}${version}${tail}`;
}
function shortened({ major, minor, patch }, parts) {
    return [major, minor, patch].slice(0, parts).join('.');
}
/** The lowest number of so many parts that is above the version. */
function above({ major, minor, patch }, parts) {
    if (parts === 1)
        return `${major + 1}`;
    return parts === 2 ? `${major}.${minor + 1}` : `${major}.${minor}.${patch + 1}`;
}

;// CONCATENATED MODULE: ./build/rules/cookbook/metadata-json.js


function readMetadataJson(text, file) {
    const errors = [];
    const root = (0,main/* parseTree */.cZ)(text, errors, { disallowComments: true, allowTrailingComma: false });
    const [error] = errors;
    if (root?.type !== 'object' || error !== undefined) {
        const line = lineAt(text, error?.offset ?? 0);
        return { dependencies: [], problems: [{ message: 'is not valid JSON', hint: 'Mend the file.', line }] };
    }
    const name = onlyProperty(root, 'name');
    const versions = properties(root, 'version');
    const problems = [];
    const [version, again] = versions;
    if (version === undefined)
        problems.push({
            message: 'has no version, so Chef takes it for version 0.0.0',
            hint: 'Write the version, or delete the file where metadata.rb is the source.',
        });
    else if (again !== undefined)
        problems.push({
            message: 'states the version twice',
            hint: 'Leave the one that is meant.',
            line: lineAt(text, again.offset),
        });
    else if (version.type !== 'string')
        problems.push({
            message: 'states a version that is no text',
            hint: 'Put it in quotes.',
            line: lineAt(text, version.offset),
        });
    return {
        ...(typeof name?.value === 'string' ? { name: name.value } : {}),
        ...(version === undefined || problems.length > 0 ? {} : { version: contentToken(text, file, version) }),
        dependencies: dependenciesOf(root, text, file),
        problems,
    };
}
function dependenciesOf(root, text, file) {
    const section = onlyProperty(root, 'dependencies');
    if (section?.type !== 'object')
        return [];
    return (section.children ?? []).flatMap(({ children: [key, value] = [] }) => {
        if (typeof key?.value !== 'string')
            return [];
        const name = key.value;
        const isConstraint = value?.type === 'string' && parseConstraint(String(value.value)) !== undefined;
        const line = lineAt(text, key.offset);
        return [
            {
                name,
                shares: [name],
                file,
                line,
                ...(isConstraint ? { constraint: contentToken(text, file, value) } : {}),
            },
        ];
    });
}
/** The value of a property of a JSON object, as nodes with their places; more than one where a key is repeated. */
function properties(object, name) {
    return (object.children ?? []).flatMap(({ children: [key, value] = [] }) => key?.value === name && value !== undefined ? [value] : []);
}
function onlyProperty(object, name) {
    const [first, second] = properties(object, name);
    return second === undefined ? first : undefined;
}
/** What stands between the quotes of a JSON string. */
function contentToken(text, file, node) {
    const start = node.offset + 1;
    const end = node.offset + node.length - 1;
    return { file, start, end, text: text.slice(start, end), line: lineAt(text, node.offset) };
}
/** Counts from 1. */
function lineAt(text, offset) {
    return text.slice(0, offset).split('\n').length;
}

// EXTERNAL MODULE: ./node_modules/fastest-levenshtein/esm/mod.js
var mod = __webpack_require__(5336);
;// CONCATENATED MODULE: ./build/rules/cookbook/ruby-tokens.js
const CLOSING = { '(': ')', '[': ']', '{': '}', '<': '>' };
const WORD = /[\p{L}_$@][\p{L}\p{N}_]*[?!]?/uy;
const NUMBER = /\d[\d_.]*/uy;
const HEREDOC = /<<([-~]?)(?:(['"`])([^'"`\n]+)\2|([A-Z_][A-Za-z0-9_]*))/uy;
const PERCENT = /%([qQwWiI]?)([^\p{L}\p{N}\s])/uy;
function rubyTokens(text) {
    return new Scanner(text).all();
}
class Scanner {
    #text;
    #tokens = [];
    #at = 0;
    #line = 1;
    /** Heredocs whose bodies begin after this line. */
    #heredocs = [];
    constructor(text) {
        this.#text = text;
    }
    all() {
        // A byte order mark is no part of the first word.
        if (this.#text.startsWith('\ufeff'))
            this.#at = 1;
        while (this.#at < this.#text.length) {
            if (this.#atLineStart() && this.#text.startsWith('__END__', this.#at))
                break;
            this.#next();
        }
        this.#endLine();
        return this.#tokens;
    }
    #next() {
        const char = this.#text.charAt(this.#at);
        if (char === '\n')
            this.#newLine();
        else if (/\s/u.test(char))
            this.#at += 1;
        else if (char === '\\' && /^\\\r?\n/u.test(this.#text.slice(this.#at, this.#at + 3)))
            this.#continueLine();
        else if (char === '#')
            this.#skipTo('\n');
        else if (this.#atLineStart() && this.#text.startsWith('=begin', this.#at))
            this.#comment();
        else if (char === "'" || char === '"' || char === '`')
            this.#string(char, char, char !== "'");
        else if (char === ';')
            this.#end(this.#at, (this.#at += 1));
        else if (!this.#heredoc() && !this.#percent() && !this.#regexp() && !this.#match(WORD, 'word'))
            if (!this.#match(NUMBER, 'word'))
                this.#sign(char);
    }
    #sign(char) {
        const start = this.#at;
        const text = this.#text.startsWith('::', start) ? '::' : char;
        this.#at += text.length;
        this.#push('sign', text, start, this.#at);
    }
    #match(pattern, kind) {
        const found = this.#matchAt(pattern);
        if (found === undefined)
            return false;
        const start = this.#at;
        this.#at += found[0].length;
        this.#push(kind, found[0], start, this.#at);
        return true;
    }
    #matchAt(pattern) {
        pattern.lastIndex = this.#at;
        return pattern.exec(this.#text) ?? undefined;
    }
    /** Everything up to the closing quote, over as many lines as it takes. */
    #string(open, close, interpolated) {
        const line = this.#line;
        const start = this.#at + 1;
        let plain = true;
        let depth = 0;
        let at = start;
        for (; at < this.#text.length; at += 1) {
            const char = this.#text.charAt(at);
            if (char === '\\') {
                plain = false;
                at += 1;
                if (this.#text.charAt(at) === '\n')
                    this.#line += 1;
            }
            else if (interpolated && char === '#' && this.#text.charAt(at + 1) === '{') {
                plain = false;
                at = this.#afterInterpolation(at + 2) - 1;
            }
            else if (open !== close && char === open)
                depth += 1;
            else if (char === close && depth > 0)
                depth -= 1;
            else if (char === close)
                break;
            else if (char === '\n')
                this.#line += 1;
        }
        this.#at = at + 1;
        this.#tokens.push({ kind: 'string', text: this.#text.slice(start, at), plain, start, end: at, line });
    }
    /** Where the code in `#{…}` ends; it may hold strings and braces of its own. */
    #afterInterpolation(from) {
        let depth = 1;
        let at = from;
        for (; at < this.#text.length && depth > 0; at += 1) {
            const char = this.#text.charAt(at);
            if (char === '{')
                depth += 1;
            else if (char === '}')
                depth -= 1;
            else if (char === '\n')
                this.#line += 1;
            else if (char === '"' || char === "'") {
                while (at + 1 < this.#text.length && this.#text.charAt(at + 1) !== char)
                    at += 1;
                at += 1;
            }
        }
        return at;
    }
    #heredoc() {
        const found = this.#matchAt(HEREDOC);
        if (found === undefined)
            return false;
        const [whole, dash = '', , quoted, bare] = found;
        this.#heredocs.push({ terminator: quoted ?? bare ?? '', indented: dash !== '' });
        const start = this.#at;
        this.#at += whole.length;
        this.#tokens.push({ kind: 'string', text: '', plain: false, start, end: this.#at, line: this.#line });
        return true;
    }
    #percent() {
        if (!this.#valueMayFollow())
            return false;
        const found = this.#matchAt(PERCENT);
        if (found === undefined)
            return false;
        const [whole, kind = '', open = ''] = found;
        this.#at += whole.length - 1;
        this.#string(open, CLOSING[open] ?? open, kind !== 'q' && kind !== 'w' && kind !== 'i');
        if (!/[wi]/iu.test(kind))
            return true;
        const list = this.#tokens.pop();
        if (list !== undefined)
            this.#tokens.push({
                ...list,
                kind: 'words',
                words: list.text.split(/\s+/u).filter((word) => word !== ''),
            });
        return true;
    }
    /** `/…/` where a value may stand. */
    #regexp() {
        if (this.#text.charAt(this.#at) !== '/' || !this.#valueMayFollow())
            return false;
        const end = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])*\//uy;
        end.lastIndex = this.#at;
        const found = end.exec(this.#text);
        if (found === null)
            return false;
        const start = this.#at;
        this.#at += found[0].length;
        this.#tokens.push({ kind: 'string', text: '', plain: false, start, end: this.#at, line: this.#line });
        return true;
    }
    /** After a value, `%` and `/` are operators. */
    #valueMayFollow() {
        const last = this.#tokens.at(-1);
        if (last === undefined || last.kind === 'end-of-line')
            return true;
        if (last.kind === 'word')
            return !/^\d/u.test(last.text) && /\s/u.test(this.#text.charAt(this.#at - 1));
        return last.kind === 'sign' && ![')', ']', '}'].includes(last.text);
    }
    #newLine() {
        this.#endLine();
        this.#at += 1;
        this.#line += 1;
        const heredocs = this.#heredocs;
        this.#heredocs = [];
        for (const { terminator, indented } of heredocs)
            this.#heredocBody(terminator, indented);
    }
    #heredocBody(terminator, indented) {
        while (this.#at < this.#text.length) {
            const end = this.#endOfLine();
            const line = this.#text.slice(this.#at, end).replace(/\r$/u, '');
            this.#at = Math.min(end + 1, this.#text.length);
            this.#line += 1;
            if ((indented ? line.trim() : line) === terminator)
                return;
        }
    }
    #comment() {
        while (this.#at < this.#text.length) {
            const end = this.#endOfLine();
            const last = this.#text.startsWith('=end', this.#at);
            this.#at = Math.min(end + 1, this.#text.length);
            this.#line += 1;
            if (last)
                return;
        }
    }
    #continueLine() {
        this.#at = this.#endOfLine() + 1;
        this.#line += 1;
    }
    #skipTo(char) {
        const end = this.#text.indexOf(char, this.#at);
        this.#at = end < 0 ? this.#text.length : end;
    }
    #endOfLine() {
        const end = this.#text.indexOf('\n', this.#at);
        return end < 0 ? this.#text.length : end;
    }
    #atLineStart() {
        return this.#at === 0 || this.#text.charAt(this.#at - 1) === '\n';
    }
    #endLine() {
        this.#end(this.#at, this.#at);
    }
    #end(start, end) {
        this.#push('end-of-line', '', start, end);
    }
    #push(kind, text, start, end) {
        this.#tokens.push({ kind, text, plain: true, start, end, line: this.#line });
    }
}

;// CONCATENATED MODULE: ./build/rules/cookbook/ruby-statements.js

const OPENERS = new Set(['if', 'unless', 'case', 'begin', 'def', 'class', 'module', 'while', 'until', 'for']);
const OPEN_BRACKETS = new Set(['(', '[', '{']);
const CLOSE_BRACKETS = new Set([')', ']', '}']);
/** Cuts a Ruby file into statements; a loop over a literal list is understood, every other block is "conditional". */
function rubyStatements(text) {
    const statements = [];
    const blocks = [];
    let tokens = [];
    let brackets = 0;
    const flush = () => {
        const [first, ...rest] = tokens;
        tokens = [];
        brackets = 0;
        if (first === undefined)
            return;
        statements.push({
            tokens: [first, ...rest],
            conditional: blocks.some(({ kind }) => kind === 'other'),
            loops: Object.fromEntries(blocks.flatMap(({ variable, names }) => variable === undefined || names === undefined ? [] : [[variable, names]])),
        });
    };
    const all = rubyTokens(text);
    for (let index = 0; index < all.length; index += 1) {
        const token = all[index];
        if (token === undefined)
            break;
        const { kind, text: word } = token;
        if (kind === 'end-of-line') {
            if (brackets > 0 && token.start === token.end)
                continue;
            if (endsOpen(tokens))
                continue;
            flush();
        }
        else if (kind === 'word' && word === 'end' && !isMember(tokens)) {
            flush();
            closeBlock(blocks, 'end');
        }
        else if (kind === 'sign' && word === '}' && brackets === 0 && blocks.at(-1)?.closes === '}') {
            flush();
            closeBlock(blocks, '}');
        }
        else if (kind === 'word' && OPENERS.has(word) && tokens.length === 0) {
            blocks.push({ kind: 'other', closes: 'end' });
            tokens.push(token);
        }
        else if (opensBlock(token, all[index + 1], tokens)) {
            const head = tokens;
            tokens = [];
            brackets = 0;
            const parameters = parametersAfter(all, index + 1);
            // A loop's `do` after `while … do` belongs to the opener that stands at the head of the line.
            if (!OPENERS.has(head[0]?.text ?? '') || head[0]?.kind !== 'word')
                blocks.push(blockOf(head, parameters.names, word === '{' ? '}' : 'end'));
            index = parameters.last;
        }
        else {
            if (kind === 'sign' && OPEN_BRACKETS.has(word))
                brackets += 1;
            if (kind === 'sign' && CLOSE_BRACKETS.has(word))
                brackets = Math.max(0, brackets - 1);
            tokens.push(token);
        }
    }
    flush();
    return statements;
}
/** The line goes on below: it ends in a comma or an operator. */
function endsOpen(tokens) {
    const last = tokens.at(-1);
    return last?.kind === 'sign' && [',', '.', '+', '=', '&', '|', '::'].includes(last.text);
}
/** `.end`, `:end` and `end:` are names. */
function isMember(tokens) {
    const last = tokens.at(-1);
    return last?.kind === 'sign' && (last.text === '.' || last.text === ':');
}
function opensBlock(token, next, before) {
    if (token.kind === 'word')
        return token.text === 'do' && !isMember(before);
    if (token.kind !== 'sign' || token.text !== '{')
        return false;
    return next?.kind === 'sign' && next.text === '|';
}
function parametersAfter(all, from) {
    const names = [];
    if (all[from]?.kind !== 'sign' || all[from].text !== '|')
        return { names, last: from - 1 };
    for (let index = from + 1; index < all.length; index += 1) {
        const token = all[index];
        if (token?.kind === 'sign' && token.text === '|')
            return { names, last: index };
        if (token?.kind === 'word')
            names.push(token.text);
    }
    return { names, last: all.length - 1 };
}
/** `LIST.each` with one parameter is a loop that can be read; anything else is a block that cannot. */
function blockOf(head, parameters, closes) {
    const [variable, ...others] = parameters;
    const names = listBeforeEach(head);
    if (names === undefined || variable === undefined || others.length > 0)
        return { kind: 'other', closes };
    return { kind: 'loop', closes, variable, names };
}
function listBeforeEach(head) {
    const [each, dot] = [head.at(-1), head.at(-2)];
    if (each?.text !== 'each' || dot?.text !== '.')
        return undefined;
    const list = head.slice(0, -2);
    const [only] = list;
    if (list.length === 1 && only?.kind === 'words' && only.plain)
        return only.words;
    const inner = list.slice(1, -1).filter(({ kind, text }) => kind !== 'sign' || text !== ',');
    const isArray = list[0]?.text === '[' && list.at(-1)?.text === ']';
    if (!isArray || !inner.every(({ kind, plain }) => kind === 'string' && plain))
        return undefined;
    return inner.map(({ text }) => text);
}
function closeBlock(blocks, closes) {
    if (blocks.at(-1)?.closes === closes)
        blocks.pop();
}

;// CONCATENATED MODULE: ./build/rules/cookbook/version-file.js

/**
 * The file that `version File.read(File.join(File.dirname(__FILE__), 'VERSION')).strip` and its like read: a path that
 * is spelt out in literals, inside the repository. undefined for any other code.
 */
function versionFileOf(tokens, metadata) {
    const rescue = tokens.findIndex(({ kind, text }) => kind === 'word' && text === 'rescue');
    const reader = new Expression(rescue < 0 ? tokens : tokens.slice(0, rescue), metadata);
    const value = reader.whole();
    if (value?.kind !== 'content')
        return undefined;
    const path = external_node_path_.posix.normalize(value.path);
    return path === '..' || path.startsWith('../') || external_node_path_.posix.isAbsolute(path) ? undefined : path;
}
class Expression {
    #tokens;
    #metadata;
    #at = 0;
    constructor(tokens, metadata) {
        this.#tokens = tokens;
        this.#metadata = metadata;
    }
    whole() {
        const value = this.#value();
        return this.#at === this.#tokens.length ? value : undefined;
    }
    #value() {
        let value = this.#primary();
        while (value !== undefined && this.#take('.')) {
            const method = this.#word();
            if (this.#take('(') && !this.#take(')'))
                return undefined;
            value =
                method !== undefined && ['strip', 'chomp', 'to_s', 'freeze'].includes(method) ? value : undefined;
        }
        return value;
    }
    #primary() {
        const token = this.#tokens[this.#at];
        if (token?.kind === 'string') {
            this.#at += 1;
            return token.plain ? { kind: 'text', text: token.text } : undefined;
        }
        if (this.#take('(')) {
            const value = this.#value();
            return this.#take(')') ? value : undefined;
        }
        this.#take('::');
        const word = this.#word();
        if (word === '__FILE__')
            return { kind: 'path', path: this.#metadata };
        if (word === '__dir__')
            return { kind: 'path', path: external_node_path_.posix.dirname(this.#metadata) };
        if ((word !== 'File' && word !== 'IO') || !this.#take('.'))
            return undefined;
        const method = this.#word();
        const values = this.#list();
        return method === undefined || values === undefined ? undefined : this.#call(method, values);
    }
    #call(method, [first, ...rest]) {
        if (first === undefined || first.kind === 'content')
            return undefined;
        const folder = external_node_path_.posix.dirname(this.#metadata);
        switch (method) {
            case 'read':
                // A bare name is read from where Chef happens to run; beside the metadata is the one place that makes sense.
                return { kind: 'content', path: first.kind === 'path' ? first.path : external_node_path_.posix.join(folder, first.text) };
            case 'dirname':
                return first.kind === 'path' && rest.length === 0
                    ? { kind: 'path', path: external_node_path_.posix.dirname(first.path) }
                    : undefined;
            case 'realpath':
                return first.kind === 'path' ? first : undefined;
            case 'join':
                return joined([first, ...rest]);
            case 'expand_path': {
                const [base] = rest;
                if (first.kind === 'path')
                    return first;
                if (base === undefined)
                    return { kind: 'path', path: external_node_path_.posix.join(folder, first.text) };
                return base.kind === 'path' ? { kind: 'path', path: external_node_path_.posix.join(base.path, first.text) } : undefined;
            }
            default:
                return undefined;
        }
    }
    #list() {
        const open = this.#take('(');
        const values = [];
        do {
            const value = this.#value();
            if (value === undefined)
                return undefined;
            values.push(value);
        } while (this.#take(','));
        return !open || this.#take(')') ? values : undefined;
    }
    #word() {
        const token = this.#tokens[this.#at];
        if (token?.kind !== 'word')
            return undefined;
        this.#at += 1;
        return token.text;
    }
    #take(sign) {
        const token = this.#tokens[this.#at];
        if (token?.kind !== 'sign' || token.text !== sign)
            return false;
        this.#at += 1;
        return true;
    }
}
function joined(values) {
    const [first] = values;
    const parts = values.map((value, index) => {
        if (value.kind === 'text')
            return value.text;
        return value.kind === 'path' && index === 0 ? value.path : undefined;
    });
    if (!parts.every((part) => part !== undefined))
        return undefined;
    const path = external_node_path_.posix.join(...parts);
    return first?.kind === 'path' ? { kind: 'path', path } : { kind: 'text', text: path };
}

;// CONCATENATED MODULE: ./build/rules/cookbook/metadata-rb.js





const WRITE_LITERAL = "Write the version as a literal: version '1.2.3'.";
/** Keywords of Chef that look like a misspelt "version" and are none. */
const NO_MISSPELLING = new Set([
    'version',
    'chef_version',
    'ohai_version',
    'eager_load_libraries',
    'versions',
]);
/** Reads metadata.rb without running it. `path` is the file's own, relative to the repository. */
function readMetadataRb(text, path) {
    const statements = rubyStatements(text);
    const problems = [];
    const notes = [];
    const markers = mergeMarkers(text);
    if (markers !== undefined)
        return { dependencies: [], problems: [markers], notes };
    const name = readName(statements);
    const version = readVersion(statements, path, problems);
    return {
        ...(name === undefined ? {} : { name }),
        ...(version === undefined ? {} : { version }),
        dependencies: readDependencies(statements, path, notes),
        problems,
        notes,
    };
}
/** A merge that somebody did not finish: no Ruby, and two truths. */
function mergeMarkers(text) {
    const index = text.split('\n').findIndex((line) => /^(?:<{7}|>{7}) /u.test(line));
    if (index < 0)
        return undefined;
    return { message: 'has merge markers in it', hint: 'Finish the merge.', line: index + 1 };
}
function readName(statements) {
    const statement = statements.findLast((each) => keyword(each) === 'name' && !each.conditional);
    const [value, ...more] = statement === undefined ? [] : argumentsOf(statement);
    return value?.kind === 'string' && value.plain && more.length === 0 ? value.text : undefined;
}
function readVersion(statements, path, problems) {
    const [first, second] = statements.filter((each) => keyword(each) === 'version');
    if (first === undefined) {
        problems.push(noVersion(statements));
        return undefined;
    }
    const { line } = first.tokens[0];
    if (second !== undefined) {
        const lines = `lines ${line} and ${second.tokens[0].line}`;
        const hint = 'Ruby keeps the last one; leave the one that is meant.';
        problems.push({ message: `states the version twice, on ${lines}`, hint, line: second.tokens[0].line });
        return undefined;
    }
    const values = argumentsOf(first);
    const [value] = values;
    const isCode = first.conditional || Object.keys(first.loops).length > 0 || isModified(values);
    if (!isCode && value?.kind === 'string' && value.plain && isLiteral(values))
        return {
            literal: { file: path, start: value.start, end: value.end, text: value.text, line: value.line },
        };
    const file = isCode ? undefined : versionFileOf(values, path);
    if (file !== undefined)
        return { file, line };
    problems.push({
        message: 'computes the version by code that cannot be read without running it',
        hint: `${WRITE_LITERAL} A file that is read with a path in quotes is understood too.`,
        line,
    });
    return undefined;
}
/** `version '1.2.3'`, `version('1.2.3')` or `version '1.2.3'.freeze`; two strings side by side are glued by Ruby. */
function isLiteral(values) {
    const [, dot, freeze, ...more] = values;
    return values.length === 1 || (dot?.text === '.' && freeze?.text === 'freeze' && more.length === 0);
}
/** `version '1.2.3' if …`: whether it counts is not known. */
function isModified(values) {
    return values.some(({ kind, text }) => kind === 'word' && ['if', 'unless', 'while', 'until'].includes(text));
}
function noVersion(statements) {
    const misspelt = statements.find((statement) => {
        const word = keyword(statement);
        return word !== undefined && !NO_MISSPELLING.has(word) && (0,mod/* distance */.I)(word, 'version') <= 2;
    });
    if (misspelt === undefined) {
        return {
            message: 'has no version line, so Chef takes it for version 0.0.0',
            hint: "Write the version that comes next, for example: version '0.1.0'.",
        };
    }
    const { text, line } = misspelt.tokens[0];
    return {
        message: `has no version line, but one that begins with ${(0,parsed/* shown */.S)(text)}; Chef ignores unknown words and takes it for version 0.0.0`,
        hint: 'Write `version` where it is misspelt.',
        line,
    };
}
function readDependencies(statements, file, notes) {
    return statements.flatMap((statement) => {
        if (keyword(statement) !== 'depends')
            return [];
        const { line } = statement.tokens[0];
        const [named, comma, constraint, ...more] = argumentsOf(statement);
        const names = namesOf(named, statement);
        if (names === undefined) {
            notes.push({
                message: 'names a dependency by code that cannot be read without running it',
                hint: 'Write its name in quotes, so that a version that it excludes is noticed.',
                line,
            });
            return [];
        }
        if (comma !== undefined && comma.text !== ',') {
            notes.push({
                message: `has no comma after ${(0,parsed/* shown */.S)(names[0] ?? '')}; Ruby glues the two strings into one name`,
                hint: 'Put a comma between the name and the constraint.',
                line,
            });
            return [];
        }
        const isPlain = constraint?.kind === 'string' && constraint.plain && more.length === 0;
        const isLegal = isPlain && parseConstraint(constraint.text) !== undefined;
        if (constraint !== undefined && !isLegal) {
            const text = isPlain ? (0,parsed/* shown */.S)(constraint.text) : 'code, or more than one constraint';
            notes.push({
                message: `constrains ${names.map(parsed/* shown */.S).join(', ')} with ${text}, which Chef does not take`,
                hint: 'Write one constraint: an operator (< > = <= >= ~>) and a version.',
                line,
            });
        }
        return names.map((name) => ({
            name,
            shares: names,
            file,
            line,
            ...(isLegal
                ? {
                    constraint: {
                        file,
                        start: constraint.start,
                        end: constraint.end,
                        text: constraint.text,
                        line: constraint.line,
                    },
                }
                : {}),
        }));
    });
}
function namesOf(token, { loops }) {
    if (token?.kind === 'string')
        return token.plain ? [token.text] : undefined;
    if (token?.kind !== 'word')
        return undefined;
    return Object.hasOwn(loops, token.text) ? loops[token.text] : undefined;
}
function keyword({ tokens: [first, second] }) {
    if (first.kind !== 'word')
        return undefined;
    // `version = '1'` sets a variable, `version.foo` asks one.
    return second?.kind === 'sign' && ['=', '.'].includes(second.text) ? undefined : first.text;
}
/** The tokens behind the keyword, without the parentheses that may stand around all of them. */
function argumentsOf({ tokens }) {
    const [, ...rest] = tokens;
    const isWrapped = rest[0]?.text === '(' && rest[0].kind === 'sign' && closes(rest) === rest.length - 1;
    return isWrapped ? rest.slice(1, -1) : rest;
}
/** Where the parenthesis that the tokens begin with is closed. */
function closes(tokens) {
    let depth = 0;
    return tokens.findIndex(({ kind, text }) => {
        if (kind !== 'sign')
            return false;
        if (text === '(')
            depth += 1;
        if (text === ')')
            depth -= 1;
        return depth === 0;
    });
}

;// CONCATENATED MODULE: ./build/rules/cookbook/read-cookbook.js





/** Names that Chef Infra Server takes, none of which could be read as an option. */
const NAME = /^[A-Za-z0-9_.][A-Za-z0-9_.-]{0,254}$/u;
/**
 * Reads the cookbook in a folder. `textOf` answers the text of a file of the repository, undefined where there is none.
 * Whatever is not plain is a problem with its file and line.
 */
function readCookbook(path, textOf) {
    const rbPath = inside(path, 'metadata.rb');
    const jsonPath = inside(path, 'metadata.json');
    const rbText = textOf(rbPath);
    const jsonText = textOf(jsonPath);
    const rb = rbText === undefined ? undefined : readMetadataRb(rbText, rbPath);
    const json = jsonText === undefined ? undefined : readMetadataJson(jsonText, jsonPath);
    const name = json?.name ?? rb?.name ?? external_node_path_.posix.basename(path);
    const problems = [];
    const report = (file, list) => problems.push(...list.map((problem) => ({ cookbook: name, file, ...problem })));
    report(rbPath, rb?.problems ?? []);
    report(jsonPath, json?.problems ?? []);
    if (!NAME.test(name))
        problems.push({
            cookbook: name,
            file: rb === undefined ? jsonPath : rbPath,
            message: `has the name ${(0,parsed/* shown */.S)(name)}, which Chef does not take`,
            hint: 'Use letters, digits, dots, hyphens and underscores.',
        });
    const tokens = [
        ...(rb === undefined ? [] : tokensOfRb(rb, rbPath, textOf, name, problems)),
        ...(json?.version === undefined ? [] : [json.version]),
    ];
    const versions = tokens.flatMap((token) => {
        const version = parseChefVersion(token.text);
        if (version !== undefined)
            return [{ token, version }];
        problems.push({
            cookbook: name,
            file: token.file,
            line: token.line,
            message: `states the version ${(0,parsed/* shown */.S)(token.text)}, which Chef does not take`,
            hint: 'A cookbook version is two or three numbers with dots between them: 1.2.3.',
        });
        return [];
    });
    const [first, second] = versions;
    const version = agreed(versions);
    if (first !== undefined && second !== undefined && version === undefined)
        problems.push({
            cookbook: name,
            file: second.token.file,
            line: second.token.line,
            message: `states version ${formatVersion(second.version)}, but ${external_node_path_.posix.basename(first.token.file)} states ${formatVersion(first.version)}; Chef reads metadata.json`,
            hint: 'Write the same number in both, or delete metadata.json where it is only generated.',
        });
    const notes = (rb?.notes ?? []).map((note) => ({ cookbook: name, file: rbPath, ...note }));
    if (version === undefined || problems.length > 0)
        return { problems, notes };
    return {
        problems,
        notes,
        cookbook: {
            path,
            name,
            version,
            versionTokens: tokens,
            dependencies: [...(rb?.dependencies ?? []), ...(json?.dependencies ?? [])],
            files: filesOf(rb, json, rbPath, jsonPath, tokens),
        },
    };
}
/** A file in a cookbook's folder; "." is the repository itself. */
function inside(folder, file) {
    return external_node_path_.posix.join(folder, file);
}
function agreed(versions) {
    const [first, ...rest] = versions;
    return first !== undefined && rest.every(({ version }) => compareVersions(version, first.version) === 0)
        ? first.version
        : undefined;
}
/** The literal in metadata.rb, or the content of the file that it reads; its final newline is not part of it. */
function tokensOfRb({ version }, rbPath, textOf, cookbook, problems) {
    if (version === undefined)
        return [];
    if ('literal' in version)
        return [version.literal];
    const content = textOf(version.file);
    if (content === undefined) {
        problems.push({
            cookbook,
            file: rbPath,
            line: version.line,
            message: `reads its version from ${(0,parsed/* shown */.S)(version.file)}, and there is no such file in the repository`,
            hint: "Write the version as a literal: version '1.2.3'.",
        });
        return [];
    }
    const text = content.trim();
    const start = content.indexOf(text);
    return [{ file: version.file, start, end: start + text.length, text, line: 1 }];
}
function filesOf(rb, json, rbPath, jsonPath, tokens) {
    const files = [
        ...(rb === undefined ? [] : [rbPath]),
        ...(json === undefined ? [] : [jsonPath]),
        ...tokens.map(({ file }) => file),
    ];
    return [...new Set(files)];
}

;// CONCATENATED MODULE: ./build/rules/cookbook/source-text.js
function decodeSource(bytes) {
    try {
        // Without ignoreBOM a byte order mark would be lost.
        return {
            text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
            encoding: 'utf-8',
        };
    }
    catch {
        return { text: Buffer.from(bytes).toString('latin1'), encoding: 'latin1' };
    }
}
function encodeSource({ text, encoding }) {
    return Buffer.from(text, encoding);
}

;// CONCATENATED MODULE: ./build/rules/cookbook/dependants.js

/** Cookbooks so that each comes after those it depends on; those in a cycle stay in the order they were given. */
function dependencyOrder(cookbooks) {
    const byName = new Map(cookbooks.map((cookbook) => [cookbook.name, cookbook]));
    const ordered = [];
    const seen = new Set();
    const visit = (cookbook) => {
        if (seen.has(cookbook.name))
            return;
        seen.add(cookbook.name);
        for (const { name } of cookbook.dependencies) {
            const dependency = byName.get(name);
            if (dependency !== undefined)
                visit(dependency);
        }
        ordered.push(cookbook);
    };
    cookbooks.forEach(visit);
    return ordered;
}
/**
 * What has to change in `dependant` so that it takes the new version of a cookbook beside it: nothing, its constraints,
 * or something that only a person can decide.
 */
function makeRoom(dependant, cookbook, 
/** The version that each other cookbook of the repository is going to have. */
versionOf) {
    const edits = [];
    for (const dependency of dependant.dependencies) {
        if (dependency.name !== cookbook.name || dependency.constraint === undefined)
            continue;
        const { constraint: token } = dependency;
        const constraint = parseConstraint(token.text);
        if (constraint === undefined || allows(constraint, cookbook.to))
            continue;
        const text = widen(constraint, cookbook.to);
        if (text === undefined)
            return { edits: [], problem: lowerBound(dependant, dependency) };
        if (!sharersFit(dependency, text, versionOf))
            return { edits: [], problem: sharedConstraint(dependant, dependency) };
        edits.push({ token, text });
    }
    return { edits };
}
/** A constraint in a loop is the constraint of every name in it. */
function sharersFit({ name, shares }, text, versionOf) {
    const widened = parseConstraint(text);
    return shares.every((other) => {
        if (other === name)
            return true;
        const version = versionOf(other);
        return version !== undefined && widened !== undefined && allows(widened, version);
    });
}
function lowerBound(dependant, { name, constraint, file, line }) {
    return {
        cookbook: dependant.name,
        file,
        line,
        message: `asks for ${name} ${constraint?.text ?? ''}, which the repository's own ${name} does not reach`,
        hint: 'Lower the bound, or raise the cookbook by hand.',
    };
}
function sharedConstraint(dependant, { name, constraint, file, line, shares }) {
    return {
        cookbook: dependant.name,
        file,
        line,
        message: `excludes the new version of ${name} by ${constraint?.text ?? ''}, which a loop states for ${shares.join(', ')} together`,
        hint: `Give ${name} a line of its own.`,
    };
}

;// CONCATENATED MODULE: ./build/rules/cookbook/other-bot.js

/** Files by which another bot shows that it raises the numbers. */
const OTHER_BOT_FILES = [
    '.release-please-manifest.json',
    '.expeditor/config.yml',
    '.expeditor/config.yaml',
];
/** The bot that owns the version of the cookbook in `folder`, and the file that says so. */
function otherBot(folder, textOf) {
    for (const root of new Set(['.', folder])) {
        const manifest = external_node_path_.posix.join(root, '.release-please-manifest.json');
        const text = textOf(manifest);
        if (text !== undefined && packagesOf(text).some((path) => external_node_path_.posix.join(root, path) === folder))
            return { bot: 'release-please', file: manifest };
        for (const name of ['config.yml', 'config.yaml']) {
            const file = external_node_path_.posix.join(root, '.expeditor', name);
            const config = textOf(file);
            if (config !== undefined && /bump_version|update_version/u.test(config))
                return { bot: 'Expeditor', file };
        }
    }
    return undefined;
}
/** The manifest's keys are the folders of its packages. */
function packagesOf(text) {
    try {
        const manifest = JSON.parse(text);
        return typeof manifest === 'object' && manifest !== null ? Object.keys(manifest) : [];
    }
    catch {
        return [];
    }
}

;// CONCATENATED MODULE: ./build/rules/cookbook/same-names.js

/** Two cookbooks of one name cannot be told apart by Chef. */
function sameNames(cookbooks) {
    return cookbooks.flatMap((cookbook, index) => {
        const other = cookbooks.findIndex(({ name }) => name === cookbook.name);
        return other === index
            ? []
            : [
                {
                    cookbook: cookbook.name,
                    file: cookbook.files[0] ?? cookbook.path,
                    message: `has the name ${(0,parsed/* shown */.S)(cookbook.name)}, as ${cookbooks[other]?.path ?? ''} has`,
                    hint: 'Give each cookbook a name of its own.',
                },
            ];
    });
}

;// CONCATENATED MODULE: ./build/steps/cookbook/snapshot.js








/** Names that version files commonly have; others are found by what metadata.rb reads. */
const VERSION_FILE = /^\.?version(?:\.txt)?$/iu;
function isMetadataFile(path) {
    const name = external_node_path_.posix.basename(path);
    return name === 'metadata.rb' || name === 'metadata.json' || VERSION_FILE.test(name);
}
async function readSnapshot(history, { paths, pins }, commit) {
    const files = new Map((await history.files(commit)).map((file) => [file.path, file]));
    const folders = (0,cookbook_folders/* cookbookFolders */.jp)(files.keys(), paths);
    const sources = new Map();
    await load(history, files, sources, [...files.keys()].filter(isNeeded(folders, pins)));
    await load(history, files, sources, versionFiles(folders, sources));
    const readings = folders.map((folder) => readCookbook(folder, (file) => sources.get(file)?.text));
    const cookbooks = readings.flatMap(({ cookbook }) => cookbook ?? []);
    return {
        commit,
        files,
        folders,
        cookbooks: dependencyOrder(cookbooks),
        problems: [...readings.flatMap(({ problems }) => problems), ...sameNames(cookbooks)],
        notes: readings.flatMap(({ notes }) => notes),
        sources,
    };
}
/** Locks may lie anywhere; the rest is beside the cookbooks. */
function isBerksfileLock(path) {
    return external_node_path_.posix.basename(path) === 'Berksfile.lock';
}
function isPolicyfileLock(path) {
    return path.endsWith('.lock.json');
}
function isNeeded(folders, pins) {
    const named = new Set([
        ...folders.flatMap((folder) => ['metadata.rb', 'metadata.json', 'CHANGELOG.md', ...OTHER_BOT_FILES].map((file) => inside(folder, file))),
        ...OTHER_BOT_FILES,
        ...pins.flatMap((pin) => [pin, pin.replace(/\.rb$/u, '.json')]),
    ]);
    return (path) => named.has(path) || isBerksfileLock(path) || isPolicyfileLock(path);
}
function versionFiles(folders, sources) {
    return folders.flatMap((folder) => {
        const path = inside(folder, 'metadata.rb');
        const text = sources.get(path)?.text;
        const version = text === undefined ? undefined : readMetadataRb(text, path).version;
        return version !== undefined && 'file' in version ? [version.file] : [];
    });
}
async function load(history, files, sources, paths) {
    const wanted = paths.flatMap((path) => files.get(path) ?? []);
    const blobs = await history.blobs(wanted.map(({ blob }) => blob));
    for (const { path, blob } of wanted) {
        const bytes = blobs.get(blob);
        if (bytes !== undefined)
            sources.set(path, decodeSource(bytes));
    }
}

;// CONCATENATED MODULE: ./build/steps/cookbook/past.js







/** The histories of all cookbook folders, those that are gone included: their numbers stay used. */
async function readPast(history, plan, snapshot) {
    const versionFiles = new Set(snapshot.cookbooks.flatMap(({ files }) => files));
    const prefixes = (0,cookbook_folders/* searchPrefixes */.hA)(plan.paths);
    const asked = prefixes.length === 0 ? [] : [...prefixes, ...outsideOf(prefixes, versionFiles)];
    const commits = await history.changes(snapshot.commit, asked);
    const isMetadata = (path) => isMetadataFile(path) || versionFiles.has(path);
    const ids = commits.flatMap(({ changes }) => changes.flatMap(({ path, before, after }) => isMetadata(path) ? [before ?? [], after ?? []].flat() : []));
    const present = [...snapshot.files.values()].filter(({ path }) => isMetadata(path)).map(({ blob }) => blob);
    const texts = new Map([...(await history.blobs([...ids, ...present]))].map(([id, bytes]) => [id, decodeSource(bytes).text]));
    const everywhere = commits.flatMap(({ changes }) => changes.map(({ path }) => path));
    const folders = new Set([...snapshot.folders, ...(0,cookbook_folders/* cookbookFolders */.jp)(everywhere, plan.paths)]);
    const filesOf = groupFiles(snapshot, folders);
    const commitsOf = groupCommits(commits, folders, snapshot.cookbooks);
    return new Map([...folders].map((folder) => {
        const cookbook = snapshot.cookbooks.find(({ path }) => path === folder);
        const now = new Map(filesOf.get(folder));
        for (const file of cookbook?.files ?? []) {
            const blob = snapshot.files.get(file)?.blob;
            if (blob !== undefined)
                now.set(file, blob);
        }
        const own = commitsOf.get(folder) ?? [];
        const read = reader(folder, texts, isMetadata);
        const names = new Set();
        const list = tenures(now, own, (files) => {
            if (![...files.keys()].some((path) => /(?:^|\/)metadata\.(?:rb|json)$/u.test(path)))
                return 'absent';
            const reading = read(files);
            if (reading.cookbook !== undefined)
                names.add(reading.cookbook.name);
            return reading.cookbook?.version ?? 'unknown';
        }, isMetadata);
        const name = cookbook?.name ?? [...names][0] ?? external_node_path_.posix.basename(folder);
        return [
            folder,
            { name, now, commits: own, tenures: list, sameButVersion: comparer(read, texts, isMetadata) },
        ];
    }));
}
function outsideOf(prefixes, files) {
    return [...files].filter((file) => !prefixes.some((prefix) => file.startsWith(`${prefix}/`)));
}
/** Reads the metadata of a set of files; the same blobs are read once. */
function reader(folder, texts, isMetadata) {
    const known = new Map();
    return (files) => {
        const key = [...files]
            .filter(([path]) => isMetadata(path))
            .flat()
            .join('\0');
        const reading = known.get(key) ?? readCookbook(folder, (file) => texts.get(files.get(file) ?? ''));
        known.set(key, reading);
        return reading;
    };
}
/** Two states of a metadata file are the same when only the version in them differs, or how it is written. */
function comparer(read, texts, isMetadata) {
    const masked = (path, files) => {
        const text = texts.get(files.get(path) ?? '');
        const tokens = read(files).cookbook?.versionTokens.filter(({ file }) => file === path) ?? [];
        return text === undefined
            ? undefined
            : applyEdits(text, tokens.map((token) => ({ token, text: '' })));
    };
    return (path, one, other) => {
        if (!isMetadata(path))
            return false;
        const text = masked(path, one);
        return text !== undefined && text === masked(path, other);
    };
}
function groupFiles(snapshot, folders) {
    const groups = new Map();
    for (const { path, blob } of snapshot.files.values()) {
        const folder = (0,cookbook_folders/* folderOf */.yS)(path, folders);
        if (folder === undefined)
            continue;
        const group = groups.get(folder) ?? new Map();
        groups.set(folder, group.set(path, blob));
    }
    return groups;
}
function groupCommits(commits, folders, cookbooks) {
    const outside = cookbooks.flatMap(({ path, files }) => files.filter((file) => (0,cookbook_folders/* folderOf */.yS)(file, folders) !== path).map((file) => [file, path]));
    const groups = new Map();
    for (const { commit, changes } of commits) {
        const parts = new Map();
        for (const change of changes) {
            const owner = (0,cookbook_folders/* folderOf */.yS)(change.path, folders);
            const users = outside.flatMap(([file, path]) => (file === change.path ? [path] : []));
            for (const folder of new Set([...(owner === undefined ? [] : [owner]), ...users]))
                parts
                    .set(folder, parts.get(folder) ?? [])
                    .get(folder)
                    ?.push(change);
        }
        for (const [folder, list] of parts) {
            const group = groups.get(folder) ?? [];
            group.push({ commit, changes: list });
            groups.set(folder, group);
        }
    }
    return groups;
}

;// CONCATENATED MODULE: ./build/steps/cookbook/require-history.js

/** Makes sure that the commit and its whole history are here; what a shallow clone lacks is fetched, never guessed. */
async function requireHistory({ history, log }, commit) {
    if (await history.isComplete(commit))
        return;
    log.info('Fetching the history: the checkout has only a part of it');
    await history.fetch(commit);
    if (await history.isComplete(commit))
        return;
    throw new errors/* DeployError */.sH('HISTORY_INCOMPLETE', `cookbooks: the history of commit ${commit.slice(0, 12)} is not in the checkout and could not be fetched`, { hint: 'Check out with `fetch-depth: 0`, or give `github-token` a token that may read the repository.' });
}

;// CONCATENATED MODULE: ./build/steps/cookbook/find-pending.js







/** Which versions must rise at a commit, decided from what the repository holds. */
async function findPending(context, plan, commit) {
    const { history } = context;
    await requireHistory(context, commit);
    const snapshot = await readSnapshot(history, plan, commit);
    const past = await readPast(history, plan, snapshot);
    const tags = await history.tags();
    const used = new Map(snapshot.cookbooks.map(({ name, path }) => [
        name,
        usedVersions([...past.values()].filter((each) => each.name === name).flatMap((each) => each.tenures), taggedVersions({ name, path }, tags)),
    ]));
    const waiting = snapshot.cookbooks.flatMap((cookbook) => {
        const own = past.get(cookbook.path);
        const reason = own === undefined ? undefined : pendingReason(cookbook.path, own.tenures, own.sameButVersion);
        return own === undefined || reason === undefined ? [] : [{ cookbook, reason, past: own }];
    });
    const told = await Promise.all(waiting.map(async (each) => {
        const since = each.past.tenures[0]?.since?.commit;
        return { ...each, since, messages: await history.messages(since, commit, each.cookbook.path) };
    }));
    const pulls = await pullsOf(context, told);
    const pending = told.flatMap(({ cookbook, reason, past: own, since, messages }) => {
        const still = afterTheSamePull(cookbook, reason, own, since, messages, pulls);
        if (still === undefined)
            return [];
        const found = messages.flatMap((message) => pulls.get(message.commit) ?? []);
        const unique = new Map(found.map((pull) => [pull.number, pull]));
        return [
            {
                cookbook,
                reason: still,
                messages,
                pulls: [...unique.values()],
                content: contentOf(cookbook.path, own.now),
            },
        ];
    });
    return { snapshot, pending, used };
}
async function pullsOf({ github, log }, told) {
    const commits = told.flatMap(({ since, messages }) => [
        ...(since === undefined ? [] : [since]),
        ...messages.map(({ commit }) => commit),
    ]);
    if (github === undefined || commits.length === 0)
        return new Map();
    // What was said longest ago is the least likely to set the level; the queries stay few.
    const asked = [...new Set(commits)].slice(0, 200);
    if (asked.length < new Set(commits).size)
        log.debug(`Labels are read of the pull requests of ${asked.length} commits only`);
    return github.pullsOfCommits(asked);
}
/**
 * A pull request that was merged by rebase is one unit, though its commits stand in a row: content that came in the
 * same pull request as the new version is released with it.
 */
function afterTheSamePull({ path }, reason, { now, commits, tenures: list, sameButVersion }, since, messages, pulls) {
    const [present, ...earlier] = list;
    const raisedBy = new Set((pulls.get(since ?? '') ?? []).map(({ number }) => number));
    if (reason.kind !== 'content' || present === undefined || raisedBy.size === 0)
        return reason;
    const last = messages.find(({ commit }) => pulls.get(commit)?.some(({ number }) => raisedBy.has(number)));
    if (last === undefined)
        return reason;
    const files = filesAt(now, commits, last.commit);
    if (files === undefined)
        return reason;
    return pendingReason(path, [{ ...present, since: { commit: last.commit, files } }, ...earlier], sameButVersion);
}
function contentOf(folder, files) {
    return [...files].filter(([path]) => (0,cookbook_folders/* isContent */.az)(path, folder));
}

;// CONCATENATED MODULE: ./build/rules/cookbook/released.js

/**
 * The cookbooks whose version is higher than it was, or that are new; in the order in which they can be uploaded.
 * `before` knows the version of a cookbook at the last infrastructure deploy.
 */
function releasedCookbooks(ordered, before) {
    return ordered.flatMap(({ name, version }) => {
        const old = before.get(name);
        return old === undefined || compareVersions(version, old) > 0
            ? [{ name, version: formatVersion(version) }]
            : [];
    });
}

;// CONCATENATED MODULE: ./build/steps/cookbook/find-released.js





const MOST_BRANCHES = 50;
/**
 * The cookbooks whose versions rose since the last infrastructure deploy that succeeded. Without a record, or where no
 * deploy is ours to record, since the push's own `before`; a new branch is compared with where it left the others.
 */
async function findReleased(context, request) {
    const { history, github, log } = context;
    const { plan, commit } = request;
    const record = plan.deploy === undefined ? undefined : await github?.refCommit((0,cookbook_plan/* infraRef */._x)(request.environment));
    const recorded = record === undefined ? {} : { record };
    const since = await comparedWith(context, request, record);
    if (since === undefined) {
        log.info('Released cookbooks: nothing is known of before this push, so nothing counts as released');
        return { cookbooks: [], since: commit, begins: true, ...recorded };
    }
    await requireHistory(context, commit);
    const now = await readSnapshot(history, plan, commit);
    const earlier = await readSnapshot(history, plan, since);
    const before = new Map(earlier.cookbooks.map(({ name, version }) => [name, version]));
    // A cookbook that was there but could not be read did not rise from nothing.
    const unreadable = new Set(earlier.problems.map(({ cookbook }) => cookbook));
    const risen = releasedCookbooks(now.cookbooks, before).filter(({ name }) => before.has(name) || !unreadable.has(name));
    return { cookbooks: await withoutReused(context, plan, commit, risen), since, ...recorded };
}
/** A number that was given before to other content cannot be uploaded again; the pull request raises past it. */
async function withoutReused({ history, runCommand, clock, log, signal }, plan, commit, risen) {
    if (risen.length === 0)
        return risen;
    // The repository alone tells; GitHub is not asked.
    const { pending } = await findPending({ history, runCommand, clock, log, signal }, plan, commit);
    const reused = new Set(pending.flatMap(({ cookbook, reason }) => (reason.kind === 'used-before' ? [cookbook.name] : [])));
    for (const name of reused)
        log.warn('Released cookbooks', `${name} got a version that was used before for other content: not released`);
    return risen.filter(({ name }) => !reused.has(name));
}
async function comparedWith({ history, log }, { plan, commit, before, isNewBranch = false }, record) {
    if (record !== undefined) {
        if ((await history.has(record)) || (await history.fetch(record)))
            return record;
        log.warn('Released cookbooks', `the commit of the last infrastructure deploy, ${record.slice(0, 12)}, is gone`);
    }
    // A run that no push started says nothing about what is new.
    if (before === undefined && !isNewBranch)
        return undefined;
    if (before !== undefined && ((await history.has(before)) || (await history.fetch(before))))
        return before;
    return forkPoint({ history }, plan.branch, commit);
}
/** The newest commit that this branch shares with another one. */
async function forkPoint({ history }, branch, commit) {
    let newest;
    for (const other of (await history.otherBranches(branch)).slice(0, MOST_BRANCHES)) {
        const base = await history.mergeBase(commit, other);
        if (base === undefined)
            continue;
        if (newest === undefined || (await history.mergeBase(newest, base)) === newest)
            newest = base;
    }
    return newest;
}

;// CONCATENATED MODULE: ./build/steps/cookbook/infra-deploy.js


/** The environment of the infrastructure deploy's command. */
function infraEnvironment({ environment, commit, released, current, }) {
    const { cookbooks } = released;
    return {
        COOKBOOKS: cookbooks.map(({ name }) => name).join(' '),
        COOKBOOK_VERSIONS: JSON.stringify(versionsOf(cookbooks)),
        DEPLOY_ENVIRONMENT: environment,
        DEPLOY_COMMIT: commit,
        CURRENT_IMAGE: current.image ?? '',
        CURRENT_COMMIT: current.commit ?? '',
    };
}
/** Name → version, in the order in which the cookbooks can be uploaded. */
function versionsOf(cookbooks) {
    return Object.fromEntries(cookbooks.map(({ name, version }) => [name, version]));
}
/** Runs the user's command once; only its success moves the record, so that a failed deploy is made up for. */
async function deployInfrastructure(context, request) {
    const { runCommand, log, signal } = context;
    const { command, released } = request;
    const words = command.join(' ');
    const { exitCode } = await runCommand({
        command,
        environment: infraEnvironment(request),
        onLine: (line) => log.outside([line]),
        signal,
    }).catch((thrown) => {
        log.warn('Infrastructure deploy', `\`${words}\` was ended before its end; the next run deploys the same versions again`);
        throw thrown;
    });
    if (exitCode !== 0)
        throw new errors/* DeployError */.sH('INFRA_DEPLOY_FAILED', `infrastructure deploy: \`${words}\` ${exitCode === undefined ? 'could not be run, or was ended by a signal' : `exited with code ${exitCode}`}`, {
            hint: 'Its output is above. The next run deploys the same versions again, with what is released by then.',
            details: released.cookbooks.map(({ name, version }) => `${name} ${version}`),
        });
    await moveRecord(context, request);
}
/**
 * Where there is no record yet it begins at the commit that this push is compared with: a first deploy that fails, or
 * is cancelled, is made up for too. Where nothing is known of before, or a record points to a commit that is gone, it
 * begins here: what rises after this run is then seen, on hosts that tell of no push too.
 */
async function startRecord(context, { environment, released }) {
    const { since, record, begins = false } = released;
    if (record !== undefined && !begins)
        return;
    await infra_deploy_write(context, { environment, before: record, after: since });
}
async function moveRecord(context, { environment, commit, released: { record, since } }) {
    await infra_deploy_write(context, { environment, before: record ?? since, after: commit });
}
/** The deploy stands whatever becomes of its record; what is lost without it is said. */
async function infra_deploy_write({ github, log }, { environment, before, after }) {
    const ref = (0,cookbook_plan/* infraRef */._x)(environment);
    const lost = 'a later run compares with the last record, and may deploy the same versions again';
    if (github === undefined) {
        log.warn('Infrastructure deploy', `without a token ${ref} cannot be written: ${lost}`);
        return;
    }
    try {
        if ((await github.moveRefs([{ ref, before, after }])) === 'stale')
            log.warn('Infrastructure deploy', `${ref} was moved by another run in the meantime and is left there`);
    }
    catch (thrown) {
        log.warn('Infrastructure deploy', `${ref} could not be written, so ${lost}: ${(0,errors/* asDeployError */.y0)(thrown).message}`);
    }
}

// EXTERNAL MODULE: ./build/rules/cookbook/github-error.js
var github_error = __webpack_require__(5702);
// EXTERNAL MODULE: ./node_modules/conventional-commits-parser/dist/index.js + 5 modules
var dist = __webpack_require__(4674);
;// CONCATENATED MODULE: ./build/rules/cookbook/level.js


const commits = new dist/* CommitParser */.Jf({
    headerPattern: /^(\w+)(?:\(([^)]*)\))?(!)?: (.+)$/u,
    headerCorrespondence: ['type', 'scope', 'breaking', 'subject'],
    noteKeywords: ['BREAKING CHANGE', 'BREAKING-CHANGE'],
});
/**
 * What Conventional Commits 1.0.0 makes of a message; undefined where it is not written that way. The message of a
 * squashed pull request lists its commits as "* subject" lines, and they count too.
 */
function levelOfMessage(message) {
    const squashed = message.split('\n').flatMap((line) => /^\* (.+)$/u.exec(line.trimEnd())?.[1] ?? []);
    return [message, ...squashed]
        .map(levelOfCommit)
        .reduce((one, other) => one === undefined || other === undefined ? (one ?? other) : higherLevel(one, other));
}
function levelOfCommit(message) {
    // The parser refuses an empty message.
    if (message.trim() === '')
        return undefined;
    const { type, breaking, notes } = commits.parse(message);
    if (type === undefined || type === null)
        return undefined;
    if (notes.length > 0 || breaking === '!')
        return 'major';
    return type.toLowerCase() === 'feat' ? 'minor' : 'patch';
}
/**
 * What a label asks for: "semver:minor", "semver-minor", "bump: minor", "release/minor", Expeditor's
 * "Expeditor: Bump Version Minor", or "minor" alone. "nginx: minor" is for the cookbook of that name only.
 */
function levelOfLabel(label, cookbook) {
    const text = label.trim().toLowerCase();
    const [, level] = /^(?:semver|bump|release|expeditor: bump version)?[\s:/_-]*(major|minor|patch)$/u.exec(text) ?? [];
    if (level !== undefined)
        return level;
    const own = `${cookbook.toLowerCase()}:`;
    const [, ofCookbook] = /^\s*(major|minor|patch)$/u.exec(text.startsWith(own) ? text.slice(own.length) : '') ?? [];
    return ofCookbook;
}
/** The highest of everything that was said. */
function decideLevel({ cookbook, least, bumpLabels, pulls, messages }) {
    const found = [
        { level: least, why: least === 'patch' ? 'content changed' : 'configured level' },
    ];
    const add = (level, why) => {
        if (level !== undefined)
            found.push({ level, why });
    };
    for (const label of bumpLabels)
        add(levelOfLabel(label, cookbook), 'label on this pull request');
    for (const { number, labels, byBot } of pulls)
        if (!byBot)
            for (const label of labels)
                add(levelOfLabel(label, cookbook), `label on #${number}`);
    for (const message of messages)
        add(levelOfMessage(message), `commit: ${message.split('\n', 1)[0] ?? ''}`);
    return found.reduce((highest, next) => next.level !== highest.level && higherLevel(next.level, highest.level) === next.level ? next : highest);
}

;// CONCATENATED MODULE: ./build/rules/cookbook/berksfile-lock.js
/**
 * Berksfile.lock with the new numbers in its GRAPH: only the two-space line of each cookbook, and only where it has the
 * number that the cookbook has; and the constraints below a dependant that were rewritten.
 */
function editBerksfileLock(text, numbers, constraints = []) {
    if (text.trimStart().startsWith('{'))
        return { note: 'is in the old JSON form, which is left as it is; `berks install` writes the new one' };
    const lines = text.split('\n');
    let inGraph = false;
    let entry = '';
    const edited = lines.map((line) => {
        if (/^\S/u.test(line))
            inGraph = line.trimEnd() === 'GRAPH';
        if (!inGraph)
            return line;
        const [, name, version, ending = ''] = /^ {2}(\S+) \(([^)]*)\)(\s*)$/u.exec(line) ?? [];
        if (name !== undefined) {
            entry = name;
            const number = numbers.find((each) => each.name === name && each.from === version);
            return number === undefined ? line : `  ${name} (${number.to})${ending}`;
        }
        const [, dependency, , end = ''] = /^ {4}(\S+) \(([^)]*)\)(\s*)$/u.exec(line) ?? [];
        const rewritten = constraints.find((each) => each.dependant === entry && each.dependency === dependency);
        return rewritten === undefined ? line : `    ${rewritten.dependency} (${rewritten.constraint})${end}`;
    });
    return { text: edited.join('\n') };
}

;// CONCATENATED MODULE: ./build/rules/cookbook/changelog.js

const VERSION = /\bv?(\d+\.\d+(?:\.\d+)?)\b/u;
const UNRELEASED = /^(#{1,4}) +\[?(?:unreleased|next)\]?(?:\([^)]*\))?\s*$/iu;
const HEADING = /^#{1,4} +.*$/u;
const ISO_DATE = /\d{4}-\d{2}-\d{2}/u;
const MOST_LINES = 50;
/**
 * The changelog with one more release in the style of its newest one; an "Unreleased" heading becomes the release.
 * undefined where no heading is known, because its style cannot be followed then.
 */
function addRelease(text, release) {
    const newline = text.includes('\r\n') ? '\r\n' : '\n';
    const lines = text.split('\n');
    const bare = lines.map((line) => line.replace(/\r$/u, ''));
    const fences = fencedLines(bare);
    const isHeading = (index) => !fences.has(index) && HEADING.test(bare[index] ?? '');
    const newest = bare.findIndex((line, index) => isHeading(index) && VERSION.test(line));
    const unreleased = bare.findIndex((line, index) => isHeading(index) && UNRELEASED.test(line));
    const isUnreleased = unreleased >= 0 && (newest < 0 || unreleased < newest);
    if (newest < 0 && !isUnreleased)
        return undefined;
    const level = /^#+/u.exec(bare[isUnreleased ? unreleased : newest] ?? '')?.[0] ?? '##';
    const heading = newest < 0 ? `${level} ${release.to} (${release.date})` : headingLike(bare[newest] ?? '', release, level);
    if (isUnreleased) {
        const ending = lines[unreleased]?.endsWith('\r') === true ? '\r' : '';
        return [...lines.slice(0, unreleased), heading + ending, ...lines.slice(unreleased + 1)].join('\n');
    }
    const bullet = bare.slice(newest).find((line) => /^[-*+] /u.test(line))?.[0] ?? '-';
    const body = release.lines.slice(0, MOST_LINES).map((line) => `${bullet} ${(0,markdown/* prose */.CS)(line)}`);
    const entry = [heading, '', ...body, ''].map((line) => line + (newline === '\r\n' ? '\r' : ''));
    return [...lines.slice(0, newest), ...entry, ...lines.slice(newest)].join('\n');
}
/** The newest heading with the number, the date and the ends of its comparison moved on. */
function headingLike(newest, { to, date }, level) {
    const from = VERSION.exec(newest)?.[1] ?? '';
    const compared = newest.replace(/\(([^()\s]*?)([^()\s/]*)\.\.\.([^()\s]*)\)/u, (_link, head, _older, newer) => `(${head}${newer}...${newer.replace(from, to)})`);
    const isCompared = compared !== newest;
    const moved = isCompared ? compared.replace(from, to) : newest.split(from).join(to);
    return moved.replace(ISO_DATE, date).replace(/^#+/u, level);
}
/** Indexes of lines between ``` fences: what stands there is an example. */
function fencedLines(lines) {
    const inside = new Set();
    let open = false;
    lines.forEach((line, index) => {
        const isFence = /^\s*(?:```|~~~)/u.test(line);
        if (open || isFence)
            inside.add(index);
        if (isFence)
            open = !open;
    });
    return inside;
}

;// CONCATENATED MODULE: ./build/rules/cookbook/environment-pin.js





/** The pins of a Chef environment file, JSON or Ruby; a file that cannot be read is a problem. */
function readPins(text, file) {
    return file.endsWith('.json') ? readJsonPins(text, file) : { pins: readRubyPins(text, file) };
}
function readJsonPins(text, file) {
    const errors = [];
    const root = (0,main/* parseTree */.cZ)(text, errors, { disallowComments: true });
    const [error] = errors;
    if (root?.type !== 'object' || error !== undefined)
        return {
            pins: [],
            problem: {
                file,
                message: 'is not valid JSON',
                hint: 'Mend the file.',
                line: lineAt(text, error?.offset ?? 0),
            },
        };
    const section = onlyProperty(root, 'cookbook_versions');
    const pins = (section?.children ?? []).flatMap(({ children: [key, value] = [] }) => typeof key?.value === 'string' && value?.type === 'string'
        ? [{ name: key.value, token: contentToken(text, file, value) }]
        : []);
    return { pins };
}
/** `cookbook_versions({ 'a' => '= 1.0' })`, `cookbook_versions 'a' => …` and `cookbook 'a', '= 1.0'`. */
function readRubyPins(text, file) {
    return rubyStatements(text).flatMap(({ tokens: [keyword, ...rest], conditional }) => {
        if (conditional || keyword.kind !== 'word')
            return [];
        if (keyword.text === 'cookbook_versions')
            return pairs(rest, file);
        if (keyword.text !== 'cookbook')
            return [];
        const [name, comma, value] = rest[0]?.text === '(' ? rest.slice(1) : rest;
        return comma?.text === ',' ? pinOf(name, value, file) : [];
    });
}
/** Both ways to write a pair: 'a' => '1' and "a": '1'. */
function pairs(tokens, file) {
    return tokens.flatMap((token, index) => {
        if (token.kind !== 'string' || !token.plain)
            return [];
        const [next, after, behind] = tokens.slice(index + 1, index + 4);
        if (next?.text === '=' && after?.text === '>')
            return pinOf(token, behind, file);
        return next?.text === ':' ? pinOf(token, after, file) : [];
    });
}
function pinOf(name, value, file) {
    if (name?.kind !== 'string' || value?.kind !== 'string' || !name.plain || !value.plain)
        return [];
    const { start, end, text, line } = value;
    return [{ name: name.text, token: { file, start, end, text, line } }];
}
/** The edits that let the pins follow their cookbooks: the operator and its spacing stay, only the number changes. */
function followPins(pins, versionOf) {
    const edits = [];
    const problems = [];
    for (const { name, token } of pins) {
        const version = versionOf(name);
        if (version === undefined)
            continue;
        const constraint = parseConstraint(token.text);
        const text = constraint === undefined ? undefined : follow(constraint, version);
        if (text !== undefined) {
            if (text !== token.text)
                edits.push({ token, text });
        }
        else if (constraint === undefined || !allows(constraint, version)) {
            problems.push({
                cookbook: name,
                file: token.file,
                line: token.line,
                message: `pins ${name} with ${JSON.stringify(token.text)}, which keeps ${formatVersion(version)} out`,
                hint: 'Pin with = or ~>, or take the bound away.',
            });
        }
    }
    return { edits, problems };
}

;// CONCATENATED MODULE: ./build/rules/cookbook/policyfile-lock.js
/**
 * The local cookbooks that a Policyfile.lock.json holds. Their entries carry content hashes, so the file is written by
 * the user's own command or not at all. undefined where it is no such lock.
 */
function localCookbooksIn(text) {
    let lock;
    try {
        lock = JSON.parse(text);
    }
    catch {
        return undefined;
    }
    const locks = isRecord(lock) ? lock['cookbook_locks'] : undefined;
    if (!isRecord(locks))
        return undefined;
    return Object.entries(locks).flatMap(([name, entry]) => {
        if (!isRecord(entry))
            return [];
        const options = entry['source_options'];
        const isLocal = typeof entry['source'] === 'string' || (isRecord(options) && typeof options['path'] === 'string');
        return isLocal ? [name] : [];
    });
}
function isRecord(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

;// CONCATENATED MODULE: ./build/rules/cookbook/following-files.js







function pinEdits({ pins, textOf }, rising, problems) {
    if (rising.size === 0)
        return [];
    const report = (file, problem) => problems.push({ cookbook: external_node_path_.posix.basename(file), file, ...problem });
    return pins.flatMap((file) => {
        const json = file.replace(/\.rb$/u, '.json');
        if (json !== file && textOf(json) !== undefined) {
            report(file, {
                message: `is not what Chef reads: ${json} wins over it`,
                hint: `List ${json} in \`cookbooks.pins\` instead.`,
            });
            return [];
        }
        const text = textOf(file);
        if (text === undefined) {
            report(file, { message: 'does not exist', hint: 'Correct `cookbooks.pins`.' });
            return [];
        }
        const read = readPins(text, file);
        if (read.problem !== undefined)
            report(file, read.problem);
        const followed = followPins(read.pins, (name) => rising.get(name)?.to);
        problems.push(...followed.problems);
        return followed.edits;
    });
}
function lockEdits({ berksfileLocks, textOf }, raises, constraints, notes) {
    if (raises.length === 0)
        return [];
    return berksfileLocks.flatMap((path) => {
        const before = textOf(path) ?? '';
        const edit = editBerksfileLock(before, raises, constraints);
        if ('text' in edit)
            return edit.text === before ? [] : [{ path, before, after: edit.text }];
        notes.push({
            cookbook: external_node_path_.posix.dirname(path),
            file: path,
            message: edit.note,
            hint: 'Run `berks install`.',
        });
        return [];
    });
}
function changelogEdits(request, rising) {
    return [...rising.values()].flatMap(({ cookbook, to, level }) => {
        const path = inside(cookbook.path, 'CHANGELOG.md');
        const before = request.textOf(path);
        if (before === undefined)
            return [];
        const subjects = request.pending.find(({ name }) => name === cookbook.name)?.subjects ?? [];
        const lines = subjects.length > 0 ? subjects : [level.why];
        const after = addRelease(before, { to: formatVersion(to), date: request.date, lines });
        return after === undefined ? [] : [{ path, before, after }];
    });
}
function locksOf({ policyfileLocks, textOf }, raised) {
    return policyfileLocks.filter((path) => (localCookbooksIn(textOf(path) ?? '') ?? []).some((name) => raised.has(name)));
}

;// CONCATENATED MODULE: ./build/rules/cookbook/rising.js



/** The version that each cookbook is going to have, as far as it is decided. */
function versionsWith(rising, { cookbooks }) {
    return (name) => rising.get(name)?.to ?? cookbooks.find((cookbook) => cookbook.name === name)?.version;
}
/** A cookbook that a Policyfile lock holds cannot rise without the command that writes the lock. */
function withoutUnwritableLocks(request, problems) {
    const allowed = new Set(request.cookbooks.map(({ name }) => name));
    if (request.hasLockCommand)
        return allowed;
    for (const file of request.policyfileLocks)
        for (const name of localCookbooksIn(request.textOf(file) ?? '') ?? []) {
            if (!allowed.delete(name))
                continue;
            if (request.pending.some((pending) => pending.name === name))
                problems.push({
                    cookbook: name,
                    file,
                    message: `locks ${name} by the hash of its content, which only Chef can write`,
                    hint: 'Set `cookbooks.lock-command`, for example `[chef, update]`.',
                });
        }
    return allowed;
}
function risingCookbooks(request, allowed) {
    const rising = new Map();
    const versionOf = versionsWith(rising, request);
    const queue = dependencyOrder(request.cookbooks).flatMap((cookbook) => {
        const pending = request.pending.find(({ name }) => name === cookbook.name);
        return pending === undefined ? [] : [{ cookbook, level: pending.level }];
    });
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const { cookbook, level } = next;
        if (rising.has(cookbook.name) || !allowed.has(cookbook.name))
            continue;
        const group = sharers(cookbook, request.cookbooks);
        const shared = sharedRaise(group, level, request);
        for (const member of group)
            rising.set(member.name, {
                cookbook: member,
                to: shared.to,
                level: member === cookbook
                    ? shared.level
                    : { ...shared.level, why: `shares its version with ${cookbook.name}` },
            });
        const newly = group.flatMap(({ name }) => rising.get(name) ?? []);
        for (const dependant of request.cookbooks)
            for (const { cookbook: raised, to } of newly)
                if (!rising.has(dependant.name) && mustFollow(dependant, raised.name, to, request, versionOf))
                    queue.push({ cookbook: dependant, level: { level: 'patch', why: `depends on ${raised.name}` } });
    }
    return rising;
}
function mustFollow(dependant, name, to, { dependants }, versionOf) {
    if (!dependant.dependencies.some((dependency) => dependency.name === name))
        return false;
    return dependants === 'always' || makeRoom(dependant, { name, to }, versionOf).edits.length > 0;
}
/** Cookbooks that read their version from the same file have one version. */
function sharers(cookbook, all) {
    const files = new Set(cookbook.versionTokens.map(({ file }) => file));
    return all.filter((other) => other === cookbook || other.versionTokens.some(({ file }) => files.has(file)));
}
function sharedRaise(group, own, { pending, used }) {
    const level = group
        .flatMap(({ name }) => pending.find((each) => each.name === name)?.level ?? [])
        .reduce((one, other) => (higherLevel(one.level, other.level) === one.level ? one : other), own);
    const [first] = group;
    const numbers = group.flatMap(({ name, version }) => [version, ...used(name)]);
    const current = first?.version ?? { major: 0, minor: 0, patch: 0 };
    return { to: nextVersion(current, level.level, numbers), level };
}

;// CONCATENATED MODULE: ./build/rules/cookbook/raise.js





/** What has to change so that every pending cookbook, and every dependant that would exclude it, has its next version. */
function planRaises(request) {
    const problems = [];
    const notes = [];
    const allowed = withoutUnwritableLocks(request, problems);
    const rising = risingCookbooks(request, allowed);
    const versionOf = versionsWith(rising, request);
    const edits = [];
    const constraints = [];
    for (const { cookbook, to } of rising.values()) {
        for (const token of cookbook.versionTokens)
            addEdit(edits, { token, text: formatVersion(to) });
        for (const dependency of rising.values()) {
            const room = makeRoom(cookbook, { name: dependency.cookbook.name, to: dependency.to }, versionOf);
            for (const edit of room.edits) {
                addEdit(edits, edit);
                constraints.push({
                    dependant: cookbook.name,
                    dependency: dependency.cookbook.name,
                    constraint: edit.text,
                });
            }
        }
    }
    problems.push(...stuckDependants(request, rising, versionOf));
    edits.push(...pinEdits(request, rising, problems));
    const ordered = dependencyOrder([...rising.values()].map(({ cookbook }) => cookbook));
    const raises = ordered.flatMap(({ name }) => rising.get(name) ?? []).map(raiseOf);
    return {
        raises,
        edits: [
            ...editedFiles(request, edits),
            ...lockEdits(request, raises, constraints, notes),
            ...changelogEdits(request, rising),
        ].sort((one, other) => (one.path < other.path ? -1 : 1)),
        locks: raises.length === 0 ? [] : locksOf(request, new Set(raises.map(({ name }) => name))),
        problems,
        notes,
    };
}
/** Dependants that exclude the new version and cannot be rewritten without a person. */
function stuckDependants({ cookbooks }, rising, versionOf) {
    return cookbooks.flatMap((dependant) => [...rising.values()].flatMap(({ cookbook: { name }, to }) => {
        const { problem } = makeRoom(dependant, { name, to }, versionOf);
        return problem === undefined ? [] : [problem];
    }));
}
function addEdit(edits, edit) {
    const isKnown = edits.some(({ token }) => token.file === edit.token.file && token.start === edit.token.start);
    // A loop's constraint and a shared VERSION file are reached from several sides.
    if (!isKnown)
        edits.push(edit);
}
function editedFiles({ textOf }, edits) {
    const files = new Set(edits.map(({ token }) => token.file));
    return [...files].map((path) => {
        const before = textOf(path) ?? '';
        const own = edits.filter(({ token }) => token.file === path);
        return { path, before, after: applyEdits(before, own) };
    });
}
function raiseOf({ cookbook, to, level }) {
    return {
        name: cookbook.name,
        from: formatVersion(cookbook.version),
        to: formatVersion(to),
        level: level.level,
        why: level.why,
    };
}

;// CONCATENATED MODULE: ./build/steps/cookbook/raise.js







/** The whole change for what is pending, at the levels that labels and commits ask for. */
function raiseFor(work, plan, bumpLabels) {
    const { snapshot, used } = work;
    const textOf = (path) => snapshot.sources.get(path)?.text;
    const problems = [];
    const isOurs = (cookbook) => {
        const bot = otherBot(cookbook.path, textOf);
        if (bot !== undefined && work.pending.some((each) => each.cookbook === cookbook))
            problems.push({
                cookbook: cookbook.name,
                file: bot.file,
                message: `gives the version of ${cookbook.name} to ${bot.bot}, and two bots cannot own one number`,
                hint: `Take the cookbook out of ${bot.bot}, or out of \`cookbooks.paths\`.`,
            });
        return bot === undefined;
    };
    const cookbooks = snapshot.cookbooks.filter(isOurs);
    const pending = work.pending.filter(({ cookbook }) => cookbooks.includes(cookbook));
    const raised = planRaises({
        cookbooks,
        pending: pending.map((each) => ({
            name: each.cookbook.name,
            level: levelOf(each, plan, bumpLabels),
            subjects: each.messages.map(({ message }) => message.split('\n', 1)[0] ?? ''),
        })),
        used: (name) => used.get(name) ?? [],
        dependants: plan.dependants,
        textOf,
        berksfileLocks: [...snapshot.sources.keys()].filter(isBerksfileLock),
        policyfileLocks: [...snapshot.sources.keys()].filter(isPolicyfileLock),
        pins: plan.pins,
        hasLockCommand: plan.lockCommand !== undefined,
        date: newestDate(pending),
    });
    return { ...raised, problems: [...problems, ...raised.problems] };
}
function levelOf({ cookbook, reason, messages, pulls }, plan, bumpLabels) {
    const decided = decideLevel({
        cookbook: cookbook.name,
        least: plan.level,
        bumpLabels,
        pulls,
        messages: messages.map(({ message }) => message),
    });
    return decided.why === 'content changed' ? { ...decided, why: reason.why } : decided;
}
/** The day of the newest change, and not today: a run tomorrow makes the same pull request. */
function newestDate(pending) {
    const dates = pending.flatMap(({ messages }) => messages.map(({ date }) => date)).sort();
    return dates.at(-1) ?? '1970-01-01';
}
/** The files of the commit; Policyfile locks are written by the user's command in a copy of the repository. */
async function filesFor({ history, log, signal }, { snapshot }, { edits, locks }, command) {
    const files = edits.map(({ path, after }) => ({
        path,
        mode: modeOf(path),
        content: encodeSource({ text: after, encoding: snapshot.sources.get(path)?.encoding ?? 'utf-8' }),
    }));
    function modeOf(path) {
        return snapshot.files.get(path)?.mode ?? '100644';
    }
    if (locks.length === 0 || command === undefined)
        return files;
    const words = command.join(' ');
    const folders = [...new Set(locks.map((lock) => external_node_path_.posix.dirname(lock)))];
    const { exitCode, changed } = await history.runInCopy({
        commit: snapshot.commit,
        files,
        folders,
        command,
        onLine: (line) => log.outside([line]),
        signal,
    });
    if (exitCode !== 0)
        throw new errors/* DeployError */.sH('COOKBOOK_LOCK_FAILED', `cookbooks: the lock command \`${words}\` ${exitCode === undefined ? 'could not be run' : `exited with code ${exitCode}`}`, {
            hint: 'Its output is above. It runs in the folder of each Policyfile lock, in a copy of the repository.',
        });
    const strays = changed.filter(({ path, content }) => !isPolicyfileLock(path) || content === undefined);
    if (strays.length > 0)
        throw new errors/* DeployError */.sH('COOKBOOK_LOCK_FAILED', `cookbooks: the lock command \`${words}\` changed more than Policyfile locks`, { hint: 'Let it write *.lock.json files only.', details: strays.map(({ path }) => path) });
    const written = changed.flatMap(({ path, content }) => content === undefined ? [] : [{ path, mode: modeOf(path), content }]);
    return [...files, ...written];
}

;// CONCATENATED MODULE: ./build/steps/cookbook/bump-branch.js



/** Taking the branch away from people is asked for with one of these labels. */
const REBUILD_LABELS = new Set(['rebase', 'rebuild']);
/** The branch: one commit of ours on the head of the base branch, written only when it would say something else. */
async function bringBranch(context, plan, { base, head, work, raised, open, newest, title, fingerprint }) {
    const { github } = context;
    if (head === plan.branch)
        throw new Error('the bump branch is the base branch');
    const ref = `refs/heads/${head}`;
    const tip = await github.refCommit(ref);
    const wanted = changesFingerprint(raised.edits, raised.locks, fingerprint);
    if (tip !== undefined && !(newest?.merged === true && newest.headCommit === tip)) {
        const commits = await github.commitsBetween(base, tip);
        const people = commits.filter(isOfPeople);
        if (people.length > 0 && open === undefined)
            throw peopleWithoutPull(head);
        if (people.length > 0 && open !== undefined && !open.labels.some((label) => REBUILD_LABELS.has(label)))
            return { state: 'kept', pull: open };
        const [only, ...more] = commits;
        if (only !== undefined && more.length === 0 && changesOfCommit(only) === wanted)
            return { state: 'same' };
    }
    const files = await filesFor(context, work, raised, plan.lockCommand);
    const { tree: baseTree } = await github.commit(base);
    const tree = await github.createTree(baseTree, files);
    const commit = await github.createCommit({
        message: commitMessage(title, wanted, tree),
        tree,
        parents: [base],
    });
    if ((await github.moveRefs([{ ref, before: tip, after: commit.id }])) === 'stale')
        return { state: 'stale' };
    const isStill = (await github.refCommit(`refs/heads/${plan.branch}`)) === base;
    return isStill ? { state: 'written', verified: commit.verified } : { state: 'stale' };
}
function peopleWithoutPull(head) {
    return new errors/* DeployError */.sH('BUMP_BLOCKED', `cookbooks: the branch ${head} has commits of people and no pull request`, {
        hint: 'Open the pull request by hand, or delete the branch.',
    });
}
/** The commits of the branch that are none of ours. */
async function peoplesCommits(github, base, tip) {
    return (await github.commitsBetween(base, tip)).filter(isOfPeople);
}
function isOfPeople(commit) {
    return changesOfCommit(commit) === undefined;
}

;// CONCATENATED MODULE: ./build/steps/cookbook/bump-pull.js


/** The pull request of a branch that is right: opened, or brought up to date where its text would change. */
async function bringPull({ github, log }, request) {
    const { head, base, text } = request;
    let { open } = request;
    if (open === undefined) {
        try {
            const pull = await github.createPullRequest({ head, base, ...text });
            tellOfChecks(log, pull);
            return { operation: 'created', pull };
        }
        catch (error) {
            // Another run was faster, or the answer was lost: then it is there.
            if (!(0,github_error/* isGitHubError */.e)(error, 'already-exists') && !(0,github_error/* isGitHubError */.e)(error, 'unavailable'))
                throw error;
            open = (await github.pullRequests(head, base)).find(({ state }) => state === 'open');
            if (open === undefined)
                throw error;
            if ((0,github_error/* isGitHubError */.e)(error, 'unavailable') && isSameText(open, text))
                return { operation: 'created', pull: open };
        }
    }
    if (isSameText(open, text))
        return { operation: 'unchanged', pull: open };
    return { operation: 'updated', pull: await github.updatePullRequest(open.number, { ...text }) };
}
/** What we would write is what we wrote; a person may have edited it since, and that stays. */
function isSameText(open, text) {
    const [was, is] = [readMarker(open.body), readMarker(text.body)];
    return was !== undefined && was.text === is?.text && was.fingerprint === is.fingerprint;
}
function tellOfChecks(log, { number, author }) {
    if (author !== 'github-actions[bot]')
        return;
    log.warn('Bump pull request', `#${number} was opened with GITHUB_TOKEN: its checks wait until a person with write access approves them. The token of a GitHub App avoids that.`);
}
const KEPT_NOTE = '<!-- deploy-action:cookbook-bump kept -->';
/** Said in the log each time, and on the pull request once. */
async function tellOfKeptCommits({ github, log }, { number, url }) {
    log.warn('Bump pull request', `#${number} has commits of people and is left as it is: ${url}`);
    const comments = await github.comments(number);
    if (comments.some((body) => body.includes(KEPT_NOTE)))
        return;
    await github.comment(number, `This branch has commits of people, so deploy-action does not touch it any more. The label \`rebase\` lets it build the branch anew, without those commits.\n\n${KEPT_NOTE}`);
}

;// CONCATENATED MODULE: ./build/steps/cookbook/finish-bump.js


/** Nothing is pending: an open pull request is closed, and a branch of ours goes. */
async function finishBump({ github, log }, base, head, open, newest) {
    if (newest === undefined)
        return { operation: 'none' };
    const ref = `refs/heads/${head}`;
    const tip = await github.refCommit(ref);
    const isMerged = newest.merged && newest.headCommit === tip;
    const people = tip === undefined || isMerged ? [] : await peoplesCommits(github, base, tip);
    if (people.length > 0) {
        log.warn('Bump pull request', `nothing is pending, but ${head} has commits of people; it is left as it is`);
        return { operation: open === undefined ? 'none' : 'unchanged' };
    }
    if (open !== undefined)
        await github.updatePullRequest(open.number, { state: 'closed', body: closedBody(open.body) });
    if (tip !== undefined)
        await github.moveRefs([{ ref, before: tip, after: undefined }]);
    return { operation: open === undefined ? 'none' : 'closed' };
}

;// CONCATENATED MODULE: ./build/steps/cookbook/pull-request.js









/**
 * Makes the one pull request what it should be: opened, updated, left alone or closed. It is judged at the head of the
 * base branch as GitHub has it, with a lease on the branch; when either moves meanwhile, everything is judged once more.
 */
async function keepPullRequest(context, request) {
    const { github, log } = context;
    const { branch } = request.plan;
    let last;
    for (const isLastRound of [false, true]) {
        const base = await github.refCommit(`refs/heads/${branch}`).catch(blockedBy);
        if (base instanceof errors/* DeployError */.sH)
            return { ...nothing, operation: 'blocked', error: base };
        if (base === undefined)
            return { ...nothing, operation: 'blocked', error: noBase(github, branch) };
        if (!(await context.history.has(base)))
            await context.history.fetch(base);
        const work = await findPending(context, request.plan, base).catch(blockedBy);
        if (work instanceof errors/* DeployError */.sH)
            return { ...nothing, operation: 'blocked', error: work };
        const result = await bring(context, request, base, work);
        if (result.operation !== 'stale')
            return { ...result, operation: result.operation };
        last = result;
        if (!isLastRound)
            log.info('The branch moved in the meantime: everything is judged once more');
    }
    return { ...nothing, ...last, operation: 'blocked', error: movedAgain(branch) };
}
const nothing = { raises: [], problems: [], notes: [] };
/** GitHub's refusals block the pull request; they never end the run. Anything else is thrown on. */
function blockedBy(thrown) {
    if ((0,github_error/* isGitHubError */.e)(thrown) || isBlocking(thrown))
        return thrown;
    throw thrown;
}
function isBlocking(thrown) {
    const codes = ['HISTORY_INCOMPLETE', 'COOKBOOK_LOCK_FAILED', 'BUMP_BLOCKED'];
    return thrown instanceof errors/* DeployError */.sH && codes.includes(thrown.code);
}
/** One round, with a refusal turned into a result that keeps what is known. */
async function bring(context, request, base, work) {
    const { github } = context;
    const head = (0,cookbook_plan/* bumpBranch */.J6)(request.plan);
    const known = {};
    const facts = () => ({
        raises: known.raised?.raises ?? [],
        problems: [...work.snapshot.problems, ...(known.raised?.problems ?? [])],
        notes: [...work.snapshot.notes, ...(known.raised?.notes ?? [])],
        ...(known.pull === undefined ? {} : { number: known.pull.number, url: known.pull.url }),
    });
    try {
        const [newest, ...older] = await github.pullRequests(head, request.plan.branch);
        const open = [newest, ...older].find((pull) => pull?.state === 'open');
        if (open !== undefined)
            known.pull = open;
        const raised = raiseFor(work, request.plan, open?.labels ?? []);
        known.raised = raised;
        if (raised.raises.length === 0)
            return { ...(await finishBump(context, base, head, open, newest)), ...facts() };
        const fingerprint = contentFingerprint(work.pending.map(({ cookbook: { name }, content }) => ({ name, content })));
        if (open === undefined && isSnoozed(newest, fingerprint)) {
            if (newest !== undefined)
                known.pull = newest;
            return { operation: 'snoozed', ...facts() };
        }
        const text = pullRequestText({
            raises: raised.raises,
            problems: facts().problems,
            pulls: pullNumbers(work),
            fingerprint,
            ...(request.plan.deploy === undefined ? {} : { deploys: request.environment }),
        });
        const branch = await bringBranch(context, request.plan, {
            base,
            head,
            work,
            raised,
            open,
            newest,
            title: text.title,
            fingerprint,
        });
        if (branch.state === 'stale')
            return { operation: 'stale', ...facts() };
        known.pushed = true;
        if (branch.state === 'kept') {
            await tellOfKeptCommits(context, branch.pull);
            return { operation: 'unchanged', ...facts() };
        }
        const done = await bringPull(context, { head, base: request.plan.branch, open, text });
        known.pull = done.pull;
        const operation = done.operation === 'unchanged' && branch.state === 'written' ? 'updated' : done.operation;
        return { operation, ...facts(), ...(branch.verified === undefined ? {} : { verified: branch.verified }) };
    }
    catch (thrown) {
        const error = blockedBy(thrown);
        const link = github.compareUrl(request.plan.branch, head);
        return {
            operation: 'blocked',
            ...facts(),
            error: known.pushed === true && known.pull === undefined
                ? new errors/* DeployError */.sH('BUMP_BLOCKED', error.message, {
                    cause: error,
                    hint: `The branch ${head} is pushed and kept; a person can open the pull request: ${link} ${error.hint ?? ''}`.trim(),
                })
                : error,
        };
    }
}
function isSnoozed(newest, fingerprint) {
    if (newest === undefined || newest.merged)
        return false;
    const marker = readMarker(newest.body);
    return marker?.fingerprint === fingerprint && !marker.closedByUs;
}
function pullNumbers({ pending }) {
    return [...new Set(pending.flatMap(({ pulls }) => pulls.map(({ number }) => number)))].sort((a, b) => a - b);
}
function noBase(github, branch) {
    return new errors/* DeployError */.sH('BUMP_BLOCKED', `cookbooks: ${github.repository} has no branch ${branch}`, {
        hint: 'Set `cookbooks.branch` to the branch that the pull request goes to. Where that is right, the token does not belong to this repository, which GitHub then does not show.',
    });
}
function movedAgain(branch) {
    return new errors/* DeployError */.sH('BUMP_BLOCKED', `cookbooks: ${branch} or its bump branch moved twice while the pull request was written`, {
        hint: 'Other runs are at work on it; the last of them leaves it right. Run the job again if none follows.',
    });
}

;// CONCATENATED MODULE: ./build/commands/bump.js









/**
 * The cookbook part alone: the one pull request, and the infrastructure deploy of what its merge released. Neither waits
 * for the other's success; what blocks the pull request fails the command at the end.
 */
async function bump(plan, context) {
    const { cookbooks } = plan;
    if (cookbooks === undefined)
        throw new errors/* DeployError */.sH('CONFIG_INVALID', '`cookbooks` is missing', {
            hint: 'Write the section `cookbooks` in deploy.yml, for example `cookbooks: { paths: [cookbooks/*] }`.',
        });
    if (plan.dryRun === true || plan.event.kind === 'pull_request')
        return showBump(plan, cookbooks, context);
    if (!isBaseBranch(plan, cookbooks)) {
        context.report.cookbooks = { operation: 'none', raises: [], problems: [] };
        context.log.info(`Cookbooks are judged on ${cookbooks.branch} only${environmentsText(cookbooks)}; this is ${plan.event.branch ?? 'no branch'} for ${plan.environment}`);
        return 'no-change';
    }
    if (context.github === undefined)
        throw noToken();
    const result = await openBump(plan, cookbooks, context);
    const deployed = await releaseInfrastructure(plan, cookbooks, context, {});
    if (result.error !== undefined)
        throw result.error;
    if (result.problems.length > 0)
        throw unreadable(result.problems);
    return deployed || !['unchanged', 'snoozed', 'none'].includes(result.operation) ? 'completed' : 'no-change';
}
function environmentsText({ environments = [] }) {
    return environments.length === 0 ? '' : ` for ${environments.join(', ')}`;
}
/** Is this a push whose cookbooks count? Only the environment of their branch has them, not another one asked for by name. */
function isBaseBranch(plan, cookbooks) {
    return plan.event.kind !== 'pull_request' && isOfItsBranch(plan, cookbooks);
}
/** The same, where a pull request counts as the push that its merge would be. */
function isOfItsBranch({ event, environment }, { branch, environments = [] }) {
    if ((event.pullRequest?.base ?? event.branch) !== branch)
        return false;
    return environments.length === 0 || environments.includes(environment);
}
/**
 * The pull request as one step. It never throws for what GitHub refuses: a blocked pull request is in the result, and an
 * error annotation, so that a deploy can go on.
 */
async function openBump(plan, cookbooks, context) {
    const { github, log, report } = context;
    return log.step('bump', 'Keep the cookbook-bump pull request', async (step) => {
        const result = github === undefined
            ? { operation: 'blocked', raises: [], problems: [], notes: [], error: noToken() }
            : await keepPullRequest({ ...context, github }, { plan: cookbooks, environment: plan.environment });
        const { operation, raises, problems, notes, number, url, error } = result;
        report.cookbooks = {
            ...report.cookbooks,
            operation,
            raises,
            problems,
            ...(number === undefined || url === undefined ? {} : { pullRequest: { number, url } }),
        };
        for (const problem of problems)
            context.annotate(annotationOf(problem, 'error'));
        for (const note of notes)
            context.annotate(annotationOf(note, 'warning'));
        if (error !== undefined)
            context.annotate({
                level: 'error',
                title: 'Bump pull request',
                message: [error.message, error.hint].filter((part) => part !== undefined).join('. '),
            });
        for (const { name, from, to, level } of raises)
            log.info(`${name}: ${from} to ${to} (${level})`);
        step.finish(resultLine(result));
        return result;
    });
}
/** Runs the infrastructure deploy where versions were released; answers whether it ran. Its failure is thrown. */
async function releaseInfrastructure(plan, cookbooks, context, current) {
    const { log, report } = context;
    return log.step('infra-deploy', 'Deploy the infrastructure', async (step) => {
        const { environment, commit, event } = plan;
        const released = await findReleased(context, {
            plan: cookbooks,
            environment,
            commit,
            ...(event.before === undefined ? {} : { before: event.before }),
            // A push without a before made its branch.
            isNewBranch: event.kind === 'push' && event.before === undefined,
        });
        const known = { ...(report.cookbooks ?? { operation: 'none', raises: [], problems: [] }) };
        report.cookbooks = { ...known, released: versionsOf(released.cookbooks), infraDeploy: 'skipped' };
        const { deploy } = cookbooks;
        if (deploy !== undefined)
            await startRecord(context, { environment, released });
        const names = bump_namesOf(released);
        if (released.cookbooks.length === 0 || deploy === undefined) {
            step.skip(names === ''
                ? 'No cookbook version was released'
                : `Released ${names}; no deploy command is configured`);
            return false;
        }
        log.info(`Released: ${names}`);
        try {
            await deployInfrastructure(context, { command: deploy, environment, commit, released, current });
            report.cookbooks.infraDeploy = 'succeeded';
        }
        catch (error) {
            report.cookbooks.infraDeploy = 'failed';
            throw error;
        }
        step.finish(`Deployed ${names} to ${environment}`);
        return true;
    });
}
/** What `bump` would do, from the checkout alone: no token, no write. */
async function showBump(plan, cookbooks, context) {
    const { log, report } = context;
    return log.step('bump', 'Show the cookbook-bump pull request', async (step) => {
        const { history, runCommand, clock, signal } = context;
        const work = await findPending({ history, runCommand, clock, log, signal }, cookbooks, plan.commit);
        const raised = raiseFor(work, cookbooks, []);
        const problems = [...work.snapshot.problems, ...raised.problems];
        report.cookbooks = { operation: 'none', raises: raised.raises, problems };
        for (const problem of problems)
            context.annotate(annotationOf(problem, 'error'));
        if (raised.raises.length > 0) {
            const { title, body } = pullRequestText({
                raises: raised.raises,
                problems,
                pulls: [],
                fingerprint: '0'.repeat(64),
                ...(cookbooks.deploy === undefined ? {} : { deploys: plan.environment }),
            });
            log.info(`Would open a pull request from ${(0,cookbook_plan/* bumpBranch */.J6)(cookbooks)} to ${cookbooks.branch}:`);
            log.outside([title, '', ...body.split('\n').filter((line) => !line.startsWith('<!--'))]);
            log.outside(unifiedDiff(raised.edits).split('\n'));
            for (const lock of raised.locks)
                log.info(`Would let the lock command write ${lock}`);
        }
        step.finish(raised.raises.length === 0
            ? 'No cookbook version must rise'
            : `Would raise ${raised.raises.map(nameTo).join(', ')}`);
        if (problems.length > 0)
            throw unreadable(problems);
        return 'no-change';
    });
}
function resultLine({ operation, number, raises, error }) {
    const pull = number === undefined ? 'The pull request' : `Pull request #${number}`;
    switch (operation) {
        case 'none':
            return 'No cookbook version must rise';
        case 'blocked':
            return `The pull request is blocked: ${error?.message ?? 'unknown reason'}`;
        case 'closed':
            return `${pull} is closed: nothing is pending any more`;
        case 'snoozed':
            return `${pull} was closed by a person and stays closed until the cookbooks change`;
        case 'created':
        case 'updated':
        case 'unchanged':
            return `${pull} ${operation}: ${raises.map(nameTo).join(', ')}`;
    }
}
function nameTo({ name, to }) {
    return `${name} ${to}`;
}
function bump_namesOf({ cookbooks }) {
    return cookbooks.map(({ name, version }) => `${name} ${version}`).join(', ');
}
function annotationOf({ file, line, message, hint }, level) {
    return {
        level,
        title: 'Cookbook',
        message: `${file}${line === undefined ? '' : `:${line}`} ${message}. ${hint}`,
        file,
        ...(line === undefined ? {} : { line }),
    };
}
function unreadable(problems) {
    const lines = problems.map(({ file, line, message }) => `${file}${line === undefined ? '' : `:${line}`} ${message}`);
    return new errors/* DeployError */.sH('COOKBOOK_UNREADABLE', `cookbooks: ${lines[0] ?? 'something cannot be read'}`, {
        hint: 'Everything that can be read was taken care of. Mend what is listed, or take it out of `cookbooks.paths`.',
        details: lines,
    });
}
function noToken() {
    return new errors/* DeployError */.sH('GITHUB_TOKEN_MISSING', 'cookbooks: there is no token for the pull request', {
        hint: 'Give `github-token` a token with contents: write and pull-requests: write. On GitHub that is `github-token: ${{ github.token }}`; elsewhere the token of a GitHub App.',
    });
}


/***/ }),

/***/ 8929:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   az: () => (/* binding */ isContent),
/* harmony export */   hA: () => (/* binding */ searchPrefixes),
/* harmony export */   jp: () => (/* binding */ cookbookFolders),
/* harmony export */   yS: () => (/* binding */ folderOf)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var picomatch__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4006);


const METADATA = new Set(['metadata.rb', 'metadata.json']);
/** The folders among the globs that hold a cookbook, by the files of the repository. */
function cookbookFolders(files, globs) {
    const isAsked = folderMatcher(globs);
    const folders = new Set();
    for (const file of files) {
        if (!METADATA.has(node_path__WEBPACK_IMPORTED_MODULE_0__.posix.basename(file)))
            continue;
        const folder = node_path__WEBPACK_IMPORTED_MODULE_0__.posix.dirname(file);
        if (isAsked(folder))
            folders.add(folder);
    }
    return [...folders].sort();
}
function folderMatcher(globs) {
    const tidy = globs.map((glob) => node_path__WEBPACK_IMPORTED_MODULE_0__.posix.normalize(glob).replace(/\/$/u, ''));
    const matches = picomatch__WEBPACK_IMPORTED_MODULE_1__(tidy.filter((glob) => glob !== '.'));
    return (folder) => (folder === '.' ? tidy.includes('.') : matches(folder));
}
/** The folders that the globs lie in, for asking git about them only; empty means the whole repository. */
function searchPrefixes(globs) {
    const bases = globs.map((glob) => picomatch__WEBPACK_IMPORTED_MODULE_1__.scan(node_path__WEBPACK_IMPORTED_MODULE_0__.posix.normalize(glob)).base.replace(/\/$/u, ''));
    return bases.some((base) => base === '' || base === '.') ? [] : [...new Set(bases)];
}
/** Which cookbook a file belongs to: the innermost folder that holds it. */
function folderOf(file, folders) {
    for (let folder = node_path__WEBPACK_IMPORTED_MODULE_0__.posix.dirname(file);; folder = node_path__WEBPACK_IMPORTED_MODULE_0__.posix.dirname(folder)) {
        if (folders.has(folder))
            return folder;
        if (folder === '.')
            return undefined;
    }
}
/** Tests, prose and the forge's own files: a change of these alone changes nothing on a server. */
const isIgnoredPath = picomatch__WEBPACK_IMPORTED_MODULE_1__(['test/**', 'spec/**', '**/*.md', 'kitchen*', '.kitchen*', '.kitchen/**', '.github/**', '.circleci/**'], { dot: true });
/** Does this file count as content of the cookbook in `folder`? */
function isContent(file, folder) {
    if (folder === '.')
        return !isIgnoredPath(file);
    return file.startsWith(`${folder}/`) && !isIgnoredPath(file.slice(folder.length + 1));
}


/***/ }),

/***/ 5702:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ isGitHubError),
/* harmony export */   y: () => (/* binding */ GitHubError)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9473);

/** GitHub said no, and we know what to do about it. */
class GitHubError extends _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .DeployError */ .sH {
    kind;
    refusal;
    constructor(refusal, cause) {
        const kind = kindOf(refusal);
        const request = refusal.requestId === undefined ? '' : `, request ${refusal.requestId}`;
        const status = refusal.status === 0 ? 'no answer' : `${refusal.status}`;
        super('GITHUB_REFUSED', `GitHub: ${refusal.action}: ${refusal.message} (${status}${request})`, {
            hint: hintFor(kind, refusal),
            ...(cause === undefined ? {} : { cause }),
        });
        this.name = 'GitHubError';
        this.kind = kind;
        this.refusal = refusal;
    }
}
function isGitHubError(error, kind) {
    return error instanceof GitHubError && (kind === undefined || error.kind === kind);
}
/** Messages of branch protection and of rulesets, as GitHub words them in its REST and GraphQL answers. */
const PROTECTED = /protected branch|protected ref|repository rule|rule violations|required status check|required pull request review|cannot force-push|at least \d+ approving review|must be verified signatures|is at \S+ but expected/iu;
/**
 * What GitHub says of an object, or of a branch, that it made a moment ago and does not know everywhere yet: a 422 that the
 * same request a little later does not get (dependabot-core and peter-evans/create-pull-request both repeat it).
 */
const NOT_YET = /(?:tree|parent|object) sha does not exist|(?:object|reference) does not exist|could not resolve to a node|"field":"(?:head|base)","code":"invalid"/iu;
function kindOf({ status, message, type, limitReached }) {
    if (/secondary rate limit|abuse detection/iu.test(message))
        return 'secondary-limit';
    if (limitReached === true || type === 'RATE_LIMITED' || /api rate limit exceeded/iu.test(message))
        return 'rate-limit';
    if (status === 429)
        return 'secondary-limit';
    if (status === 401)
        return 'bad-token';
    if (/not permitted to create or approve pull requests/iu.test(message))
        return 'pull-requests-off';
    if (PROTECTED.test(message))
        return 'protected';
    if (status === 403 || type === 'FORBIDDEN' || type === 'INSUFFICIENT_SCOPES')
        return 'missing-permission';
    if (status === 404 || type === 'NOT_FOUND')
        return 'not-found';
    if (status === 409)
        return 'conflict';
    if (/pull request already exists/iu.test(message))
        return 'already-exists';
    if (/no commits between/iu.test(message))
        return 'no-commits';
    if (NOT_YET.test(message))
        return 'not-yet';
    if (status === 0 || status >= 500)
        return 'unavailable';
    return 'invalid';
}
function hintFor(kind, { needs, waitSeconds }) {
    const wait = waitSeconds === undefined ? 'later' : `in ${waitSeconds} s`;
    switch (kind) {
        case 'bad-token':
            return 'The token is wrong, expired or revoked. Give `github-token` a token of this repository.';
        case 'pull-requests-off':
            return 'Allow it under Settings → Actions → General → Workflow permissions → "Allow GitHub Actions to create and approve pull requests" (an organisation can forbid it for all its repositories; `permissions:` in the workflow cannot override it), or give `github-token` the token of a GitHub App.';
        case 'protected':
            return 'A branch protection or a ruleset covers the branch of the bump pull request. Leave `deploy-action/cookbook-bump/**` out of it, or let the token bypass it.';
        case 'missing-permission':
            return `The token may not do this${needs === undefined ? '' : ` (needed: ${needs})`}. A workflow needs \`permissions: { contents: write, pull-requests: write }\`; a GitHub App or a fine-grained token the same two; a classic token the scope \`repo\`. Pushes from forks have read-only tokens.`;
        case 'not-found':
            return 'The repository is not there for this token: check that the token belongs to it, and that the base branch exists.';
        case 'conflict':
            return 'The repository is empty, or somebody changed it in the same moment. Run the job again.';
        case 'already-exists':
            return 'There is a pull request from this branch already. Run the job again: it will be found.';
        case 'no-commits':
            return 'The branch has nothing that the base branch does not have. Run the job again.';
        case 'not-yet':
            return 'GitHub did not know yet what it had just made, and did not learn it within seconds. Run the job again.';
        case 'invalid':
            return 'GitHub did not take the request. Open an issue of deploy-action with the log of this run.';
        case 'rate-limit':
            return `The token has used up its calls for this hour. Run the job again ${wait}.`;
        case 'secondary-limit':
            return `GitHub asks to slow down. Run the job again ${wait}.`;
        case 'unavailable':
            return 'GitHub did not answer. Look at githubstatus.com and run the job again.';
    }
}


/***/ })

};
