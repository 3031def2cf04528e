import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { INSTALLATION } from '../places.ts';

type Schema = Readonly<Record<string, unknown>>;

/** Everything by which a document differs from the schema of that name in docs/schema. Empty: it is valid. */
export function schemaProblems(name: string, document: unknown): readonly string[] {
  const file = `${name}.json`;
  return problems(document, { schema: schemaFile(file), file, at: '$' });
}

interface Place {
  readonly schema: Schema;
  /** The file that the schema stands in, for its references. */
  readonly file: string;
  readonly at: string;
}

type Keyword = (value: unknown, argument: unknown, place: Place) => readonly string[];

function schemaFile(file: string): Schema {
  return record(JSON.parse(readFileSync(join(INSTALLATION, 'docs', 'schema', file), 'utf8')));
}

/** A keyword that is not known here would check nothing in silence. */
function problems(value: unknown, place: Place): readonly string[] {
  return Object.entries(place.schema).flatMap(([keyword, argument]) => {
    const check = KEYWORDS[keyword];
    if (!check) throw new Error(`${place.file} uses ${keyword}, which is not checked`);
    return check(value, argument, place);
  });
}

const nothing: Keyword = () => [];

const KEYWORDS: Readonly<Record<string, Keyword>> = {
  ...{ $schema: nothing, $defs: nothing, title: nothing, description: nothing },
  $ref: (value, argument, place) => problems(value, { ...place, ...resolved(String(argument), place.file) }),
  type: (value, argument, { at }) => (typeOf(value, String(argument)) ? [] : [`${at} is no ${argument}`]),
  const: (value, argument, { at }) =>
    isDeepStrictEqual(value, argument) ? [] : [`${at} is not ${JSON.stringify(argument)}`],
  enum: (value, argument, { at }) => (list(argument).includes(value) ? [] : [`${at} is none of ${list(argument)}`]),
  pattern: (value, argument, { at }) =>
    typeof value !== 'string' || new RegExp(String(argument)).test(value) ? [] : [`${at} does not match ${argument}`],
  minItems: (value, argument, { at }) =>
    Array.isArray(value) && value.length < Number(argument) ? [`${at} has fewer than ${argument} items`] : [],
  required: (value, argument, { at }) =>
    list(argument).flatMap((key) => (String(key) in record(value) ? [] : [`${at}.${key} is missing`])),
  properties: (value, argument, place) =>
    Object.entries(record(argument)).flatMap(([key, schema]) =>
      key in record(value)
        ? problems(record(value)[key], { ...place, schema: record(schema), at: `${place.at}.${key}` })
        : [],
    ),
  additionalProperties: (value, argument, place) =>
    Object.entries(record(value))
      .filter(([key]) => !(key in record(place.schema.properties)))
      .flatMap(([key, inner]) =>
        argument === false
          ? [`${place.at}.${key} is not in the schema`]
          : problems(inner, { ...place, schema: record(argument), at: `${place.at}.${key}` }),
      ),
  items: (value, argument, place) =>
    list(value).flatMap((item, index) =>
      problems(item, { ...place, schema: record(argument), at: `${place.at}[${index}]` }),
    ),
  oneOf: (value, argument, place) => {
    const results = list(argument).map((schema) => problems(value, { ...place, schema: record(schema) }));
    if (results.filter((result) => result.length === 0).length === 1) return [];
    return [`${place.at} fits not exactly one of its forms: ${results.flat().join(', ')}`];
  },
};

function resolved(reference: string, from: string): { readonly schema: Schema; readonly file: string } {
  const [path = '', pointer = ''] = reference.split('#');
  const file = path === '' ? from : path;
  const steps = pointer.split('/').filter((step) => step !== '');
  const schema = steps.reduce((inner, step) => record(inner[step]), schemaFile(file));
  if (Object.keys(schema).length === 0) throw new Error(`${reference} in ${from} leads nowhere`);
  return { schema, file };
}

function typeOf(value: unknown, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'null') return value === null;
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}

function record(value: unknown): Schema {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
