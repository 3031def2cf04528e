import { z } from 'zod';
import { NO_TOXIC } from './process-fault.ts';
import { scenarioShape } from './shape.ts';

/**
 * The JSON Schema (draft 2020-12) of a scenario file, by which editors complete and check what is typed. It knows keys and
 * kinds of values; what is legal for a property of WCF, and what makes sense as a whole, only reading the file tells.
 */
export function scenarioSchema(): object {
  const schema = z.toJSONSchema(scenarioShape, { io: 'input', override: ({ jsonSchema }) => tidy(jsonSchema) });
  return { title: 'A scenario of Lapse', ...schema };
}

type JsonSchema = Parameters<NonNullable<z.core.ToJSONSchemaParams['override']>>[0]['jsonSchema'];

/** Takes out what stands in no file: the mark of a fault of a process, and bounds that are those of numbers as such. */
function tidy(schema: JsonSchema): void {
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  const toxic = schema.properties?.toxic;
  if (typeof toxic !== 'object' || toxic.const !== NO_TOXIC) return;
  delete schema.properties?.toxic;
  schema.required = schema.required?.filter((key) => key !== 'toxic') ?? [];
}
