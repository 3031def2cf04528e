import { z } from 'zod';
import { NO_TOXIC } from './process-fault.ts';
import { scenarioShape } from './shape.ts';
import { NO_CALL } from './step.ts';

/**
 * The JSON Schema (draft 2020-12) of a scenario file, by which editors complete and check what is typed. It knows keys and
 * kinds of values; what is legal for a property of WCF, and what makes sense as a whole, only reading the file tells.
 */
export function scenarioSchema(): object {
  const schema = z.toJSONSchema(scenarioShape, { io: 'input', override: ({ jsonSchema }) => tidy(jsonSchema) });
  return { title: 'A scenario of Lapse', ...schema };
}

type JsonSchema = Parameters<NonNullable<z.core.ToJSONSchemaParams['override']>>[0]['jsonSchema'];

/** What is put into an entry of a list while it is read, and stands in no file, by its key. */
const MARKS = Object.entries({ toxic: NO_TOXIC, call: NO_CALL });

/** Takes out what stands in no file: the marks, and bounds that are those of numbers as such. */
function tidy(schema: JsonSchema): void {
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  for (const [key, mark] of MARKS) {
    const property = schema.properties?.[key];
    if (typeof property !== 'object' || property.const !== mark) continue;
    delete schema.properties?.[key];
    schema.required = schema.required?.filter((other) => other !== key) ?? [];
  }
}
