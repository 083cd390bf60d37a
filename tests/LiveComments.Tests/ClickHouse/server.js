// The engine of ClickHouse (the npm package chdb) behind as much of ClickHouse's HTTP interface as its driver for .NET uses.
//   node server.js MODULES DATA PORT
// It has no users and no TLS, and prints a line when it answers.
//   POST /fault?kind=refuse|slow|none[&done][&about=TEXT]   refuse answers 500, slow answers after two seconds; with "done" what was asked is done all the same; with "about" only what has this text
'use strict';

const fs = require('fs/promises');
const http = require('http');
const path = require('path');
const zlib = require('zlib');

const [modules, data, port] = process.argv.slice(2).map((given, i) => i < 2 ? path.resolve(given) : given);
const native = require(path.join(modules, 'chdb/dist/loader.js')).loadNative();
const { Session } = require(path.join(modules, 'chdb'));

const session = new Session(data);
const rows = `${data}.rows`;
// What the driver says about itself, the question and the form of the answer; everything else is a setting of the engine.
const notSettings = new Set(['query', 'database', 'query_id', 'default_format', 'enable_http_compression', 'wait_end_of_query', 'session_id', 'role', 'user', 'password']);
const slowMilliseconds = 2000;
let fault = { kind: 'none' };
let set = new Map();
let last = Promise.resolve();

const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => {
        const url = new URL(request.url, 'http://127.0.0.1');
        if (url.pathname === '/fault') {
            fault = { kind: url.searchParams.get('kind'), done: url.searchParams.has('done'), about: url.searchParams.get('about') ?? '' };
            response.end();
            return;
        }
        // The session has one database and one set of settings, so one question at a time.
        last = last.then(() => answer(request, response, url.searchParams, Buffer.concat(chunks)));
    });
});
// Longer than a client keeps a connection that it does not use.
server.keepAliveTimeout = 120_000;
server.listen(Number(port), '127.0.0.1', () => console.log('answers'));

async function answer(request, response, query, sent) {
    const body = request.headers['content-encoding'] === 'gzip' ? zlib.gunzipSync(sent) : sent;
    const now = (query.get('query') ?? body.toString('utf8')).includes(fault.about) ? fault : { kind: 'none' };
    let found = { status: 500, code: '202', body: 'Code: 202. DB::Exception: Too many simultaneous queries. (TOO_MANY_SIMULTANEOUS_QUERIES)' };
    try {
        if (now.kind !== 'refuse')
            found = { status: 200, body: await run(query, body) };
        else if (now.done)
            await run(query, body);
    } catch (error) {
        const text = String(error.message).replace(/^Query failed: /, '');
        found = { status: 500, code: /Code: (\d+)/.exec(text)?.[1] ?? '1002', body: text };
    }
    if (now.kind === 'slow')
        await new Promise(resolve => setTimeout(resolve, slowMilliseconds));
    if (found.code)
        response.setHeader('X-ClickHouse-Exception-Code', found.code);
    response.writeHead(found.status).end(found.body);
}

async function run(query, body) {
    const parameters = {}, settings = new Map();
    for (const [name, value] of query)
        if (name.startsWith('param_'))
            parameters[name.slice('param_'.length)] = value;
        else if (!notSettings.has(name))
            settings.set(name, value);
    await ask(`USE \`${query.get('database') || 'default'}\``);
    for (const name of set.keys())
        if (!settings.has(name))
            await ask(`SET ${name} = DEFAULT`);
    for (const [name, value] of settings)
        if (set.get(name) !== value)
            await ask(`SET ${name} = '${value.replace(/[\\']/g, '\\$&')}'`);
    set = settings;
    const statement = query.get('query');
    if (statement !== null && body.length > 0) {
        // By a file, because the engine's parser of questions takes the first bytes for white space where they look like it.
        await fs.writeFile(rows, body);
        return ask(statement.replace(/ FORMAT \w+$/, ` FROM INFILE '${rows}'$&`));
    }
    return ask(statement ?? body.toString('utf8'), query.get('default_format') ?? 'TabSeparated', parameters);
}

async function ask(statement, format = 'TabSeparated', parameters = {}) {
    const raw = Object.keys(parameters).length === 0
        ? await native.QueryAsyncConnection(session.connection, statement, format)
        : await native.QueryAsyncConnection(session.connection, statement, format, parameters);
    return raw.bytes;
}
