export const id = 536;
export const ids = [536];
export const modules = {

/***/ 2536:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   copyImage: () => (/* binding */ copyImage)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var p_limit__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(370);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9473);
/* harmony import */ var _tag_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7593);




/** Registries answer 429 and 5xx for a moment; a blob is then sent again from its beginning. */
const MOST_TRIES = 3;
const BLOBS_AT_ONCE = 4;
/**
 * Distribution specification, "Pulling manifests", "Pulling blobs", "Pushing a blob monolithically (POST then PUT)",
 * "Pushing manifests". What a manifest refers to is there before it is pushed; of an index, its manifests.
 */
async function copyImage(request, pause) {
    const done = { sent: 0, present: 0, bytes: 0 };
    await copyManifest({ ...request, done, blobs: new Map(), limit: (0,p_limit__WEBPACK_IMPORTED_MODULE_3__/* ["default"] */ .A)(BLOBS_AT_ONCE), pause }, request);
    return done;
}
async function copyManifest(copy, { digest, tag }) {
    const { from, to } = copy;
    const found = await ask(copy, from, `manifests/${digest}`, {
        headers: { accept: _tag_js__WEBPACK_IMPORTED_MODULE_2__/* .MANIFEST_TYPES */ ._P.join(', ') },
    });
    const bytes = Buffer.from(await found.arrayBuffer());
    sameDigest(digest, bytes, nameOf(from, digest));
    const manifest = JSON.parse(bytes.toString('utf8'));
    for (const child of manifest.manifests ?? [])
        await copyManifest(copy, { digest: child.digest });
    // Layers with addresses of their own are not in the registry (image specification, "urls").
    const layers = (manifest.layers ?? []).filter(({ urls = [] }) => urls.length === 0);
    const blobs = manifest.config === undefined ? layers : [manifest.config, ...layers];
    await Promise.all(blobs.map((blob) => copyBlobOnce(copy, blob)));
    await ask(copy, to, `manifests/${tag ?? digest}`, {
        method: 'PUT',
        headers: { 'content-type': found.headers.get('content-type') ?? '' },
        body: bytes,
    });
}
function copyBlobOnce(copy, blob) {
    const known = copy.blobs.get(blob.digest) ?? copy.limit(() => copyBlob(copy, blob));
    copy.blobs.set(blob.digest, known);
    return known;
}
async function copyBlob(copy, { digest }) {
    const { from, to, done } = copy;
    const there = await ask(copy, to, `blobs/${digest}`, { method: 'HEAD' }, [404]);
    if (there.ok) {
        done.present += 1;
        return;
    }
    await again(copy, async () => {
        // The storage behind a registry gets no password: fetch leaves it out when it is sent to another host.
        const source = await ask(copy, from, `blobs/${digest}`);
        const started = await ask(copy, to, 'blobs/uploads/', { method: 'POST' });
        const address = new URL(started.headers.get('location') ?? '', started.url);
        address.searchParams.set('digest', digest);
        const size = source.headers.get('content-length');
        const answer = await fetch(address, {
            method: 'PUT',
            headers: {
                ...headersOf(to),
                'content-type': 'application/octet-stream',
                ...(size === null ? {} : { 'content-length': size }),
            },
            body: source.body,
            duplex: 'half',
            signal: copy.signal,
        });
        if (!answer.ok)
            throw await refused(answer, nameOf(to, digest));
        done.bytes += Number(size ?? 0);
    });
    done.sent += 1;
}
/** Asks until there is an answer that asking again does not change. */
function ask(copy, repository, path, init = {}, accepted = []) {
    return again(copy, async () => {
        const answer = await fetch((0,_tag_js__WEBPACK_IMPORTED_MODULE_2__/* .registryUrl */ .NH)(repository.login.registry, `${repository.name}/${path}`), {
            ...init,
            headers: { ...headersOf(repository), ...init.headers },
            signal: copy.signal,
        });
        if (answer.ok || accepted.includes(answer.status))
            return answer;
        throw await refused(answer, nameOf(repository, path.replace(/^[a-z]+\//, '')));
    });
}
class Temporary extends _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .DeployError */ .sH {
}
async function again({ signal, pause }, body) {
    for (let tried = 1;; tried += 1) {
        try {
            return await body();
        }
        catch (thrown) {
            signal.throwIfAborted();
            // fetch rejects with a TypeError where no answer came.
            const isLost = thrown instanceof TypeError || thrown instanceof Temporary;
            if (!isLost)
                throw thrown;
            if (tried === MOST_TRIES)
                throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .DeployError */ .sH('PUSH_FAILED', `copy of the image: ${(0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .asDeployError */ .y0)(thrown).message}`, {
                    cause: thrown,
                    hint: 'Run the job again; what was copied so far is used again.',
                });
            await pause(1_000 * 2 ** (tried - 1));
        }
    }
}
async function refused(answer, what) {
    const said = (await answer.text()).slice(0, 300);
    const message = `copy of ${what}: the registry answers ${answer.status}${said === '' ? '' : `: ${said}`}`;
    if (answer.status === 429 || answer.status >= 500)
        return new Temporary('PUSH_FAILED', message);
    if (/immutable|ImageTagAlreadyExists/i.test(said))
        return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .DeployError */ .sH('IMAGE_TAG_IMMUTABLE', message);
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .DeployError */ .sH('PUSH_FAILED', message, {
        hint: 'The role that signs in pulls from the one repository (ecr:BatchGetImage, ecr:GetDownloadUrlForLayer; in another account its repository policy must allow it) and pushes to the other: docs/several-images.md.',
    });
}
function sameDigest(digest, bytes, what) {
    const found = `sha256:${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(bytes).digest('hex')}`;
    if (found === digest)
        return;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .DeployError */ .sH('IMAGE_DIGEST_MISMATCH', `${what}: the registry gave ${found}`, {
        hint: 'What came is not what was asked for, so nothing was copied. Run the job again.',
    });
}
function headersOf({ login }) {
    const { username, password } = login;
    return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}
function nameOf({ login, name }, reference) {
    return `${login.registry}/${name}@${reference}`;
}


/***/ })

};
