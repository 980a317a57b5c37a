// Makes JSON Schema 2020-12 of the schemas that a document states, in the direction of requests.
//
// Nothing here is shared with conform: it is a second reading of the same documents.

const SUBSCHEMAS = ['not', 'if', 'then', 'else', 'contains', 'propertyNames', 'unevaluatedItems', 'unevaluatedProperties'];
const LISTS = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const MAPS = ['properties', 'patternProperties', 'dependentSchemas'];
const PLAIN = [
  'const', 'multipleOf', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minContains', 'maxContains',
  'uniqueItems', 'minProperties', 'maxProperties', 'dependentRequired', 'enum',
];
const COUNTS = ['minLength', 'maxLength', 'minItems', 'maxItems', 'minContains', 'maxContains', 'minProperties', 'maxProperties'];
const TYPES = ['object', 'array', 'string', 'integer', 'number', 'boolean', 'null'];
// Formats that OpenAPI or JSON Schema define; what others mean is anybody's guess.
const FORMATS = [
  'date-time', 'date', 'time', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uri', 'uri-reference', 'uri-template',
  'uuid', 'json-pointer', 'relative-json-pointer', 'regex', 'byte', 'int32', 'int64', 'float', 'double',
];

export function pointed(root, pointer) {
  if (pointer === '') return root;
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replace(/~1/g, '/').replace(/~0/g, '~'))
    .reduce((node, token) => node?.[token], root);
}

/** `new RegExp` as ECMA-262 with Unicode semantics has it, or as browsers read older patterns; null where neither can. */
export function regexp(pattern) {
  for (const flags of ['u', '']) {
    try {
      return new RegExp(pattern, flags);
    } catch {
      // The next one may do.
    }
  }
  return null;
}

export class Converter {
  constructor(document) {
    this.document = document;
    this.is31 = /^3\.[12]/.test(String(document.openapi ?? ''));
    this.root = { $id: 'https://document.invalid/', $defs: {} };
  }

  /** The URI of the converted schema at a pointer. */
  at(pointer) {
    const key = Buffer.from(pointer).toString('hex');
    if (!(key in this.root.$defs)) {
      this.root.$defs[key] = true;
      this.root.$defs[key] = this.convert(pointed(this.document, pointer), pointer);
    }
    return `#/$defs/${key}`;
  }

  convert(schema, pointer) {
    if (typeof schema === 'boolean') return schema;
    // The form fields of Swagger 2.0 are members of one object.
    if (Array.isArray(schema)) return this.form(schema, pointer);
    if (schema === null || typeof schema !== 'object') return true;
    const out = {};
    const reference = schema.$ref ?? schema.$dynamicRef;
    if (typeof reference === 'string') {
      const target = this.target(reference);
      if (target !== undefined) out.$ref = this.at(target);
      if (!this.is31) return out;
    }
    for (const key of SUBSCHEMAS) if (isSchema(schema[key])) out[key] = this.convert(schema[key], pointer);
    for (const key of LISTS) {
      if (Array.isArray(schema[key]) && schema[key].length) out[key] = schema[key].map((one) => this.convert(one, pointer));
    }
    for (const key of MAPS) {
      if (!isObject(schema[key])) continue;
      const members = Object.entries(schema[key]).filter(([name]) => key !== 'patternProperties' || regexp(name));
      out[key] = Object.fromEntries(members.map(([name, one]) => [name, this.convert(one, pointer)]));
    }
    for (const key of PLAIN) if (schema[key] !== undefined) out[key] = schema[key];
    for (const key of COUNTS) if (!(Number.isInteger(out[key]) && out[key] >= 0)) delete out[key];
    if (!(out.multipleOf > 0)) delete out.multipleOf;
    if (!(Array.isArray(out.enum) && out.enum.length)) delete out.enum;
    if (isSchema(schema.additionalProperties)) out.additionalProperties = this.convert(schema.additionalProperties, pointer);
    if (isSchema(schema.items)) out.items = this.convert(schema.items, pointer);
    if (typeof schema.pattern === 'string' && regexp(schema.pattern)) out.pattern = schema.pattern;
    if (FORMATS.includes(schema.format)) out.format = schema.format;
    this.types(schema, out);
    this.bounds(schema, out);
    if (Array.isArray(schema.required)) {
      const sent = (name) => typeof name === 'string' && !this.readOnly(schema.properties?.[name]);
      out.required = [...new Set(schema.required.filter(sent))];
    }
    return out;
  }

  types(schema, out) {
    const names = [schema.type].flat().map((name) => (name === 'file' ? 'string' : name));
    const known = [...new Set(names.filter((name) => TYPES.includes(name)))];
    if (!known.length) return;
    if (schema.nullable === true && !known.includes('null')) known.push('null');
    out.type = known;
  }

  bounds(schema, out) {
    for (const [bound, exclusive] of [['minimum', 'exclusiveMinimum'], ['maximum', 'exclusiveMaximum']]) {
      if (typeof schema[exclusive] === 'number') out[exclusive] = schema[exclusive];
      if (typeof schema[bound] !== 'number') continue;
      out[schema[exclusive] === true ? exclusive : bound] = schema[bound];
    }
  }

  /** The pointer that a reference leads to; undefined where it leaves the document or leads nowhere. */
  target(reference) {
    if (!reference.startsWith('#')) return undefined;
    let pointer = reference.slice(1);
    try {
      pointer = decodeURIComponent(pointer);
    } catch {
      // Not percent-encoded after all.
    }
    return pointed(this.document, pointer) === undefined ? undefined : pointer;
  }

  readOnly(schema, depth = 0) {
    if (!isObject(schema) || depth > 30) return false;
    if (schema.readOnly === true) return !schema.$ref || this.is31;
    const target = typeof schema.$ref === 'string' ? this.target(schema.$ref) : undefined;
    if (target !== undefined && this.readOnly(pointed(this.document, target), depth + 1)) return true;
    return (schema.allOf ?? []).some((one) => this.readOnly(one, depth + 1));
  }

  form(parameters, pointer) {
    const fields = parameters
      .map((one) => (one.$ref ? pointed(this.document, one.$ref.slice(1)) : one))
      .filter((one) => one?.in === 'formData');
    return {
      type: 'object',
      properties: Object.fromEntries(fields.map((one) => [one.name, this.convert({ ...one, required: undefined }, pointer)])),
      required: fields.filter((one) => one.required === true).map((one) => one.name),
    };
  }
}

function isObject(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isSchema(value) {
  return typeof value === 'boolean' || isObject(value);
}
