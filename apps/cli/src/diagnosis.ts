import {
  type Candidate,
  type Configuration,
  chainOf,
  type Diagnosis,
  type Known,
  type MatchedBy,
  type Reading,
  SETTINGS,
  spanInWords,
  type Thrown,
  valueInWords,
} from '@lapse/experiment';

/** Whether a row of the table fits by more than a type. */
export function isTold({ readings }: Diagnosis): boolean {
  return readings.some(({ by }) => by !== 'type');
}

/** Diagnoses in plain text. */
export function diagnosisText(diagnoses: readonly Diagnosis[], configurations: readonly Configuration[]): string {
  const shown = diagnoses.filter(({ readings }) => readings.length > 0);
  const others = diagnoses.filter(({ readings }) => readings.length === 0);
  return [
    ...configurations.flatMap(configurationText),
    ...(diagnoses.length === 0 ? ['There is no exception in this text.'] : []),
    ...shown.slice(0, MOST).flatMap((diagnosis, index) => [...(index > 0 ? ['', ''] : []), ...oneText(diagnosis)]),
    ...(shown.length > MOST ? ['', `${shown.length - MOST} more kinds of exceptions; --json tells of all.`] : []),
    ...othersText(others),
  ].join('\n');
}

/** Nobody reads more; a log of a bad night holds hundreds. */
const MOST = 12;

function configurationText({ bindings, notes }: Configuration): readonly string[] {
  const lines = bindings.map(
    ({ file, name, sides, reliableSession, security }) =>
      `${file}: ${name}, of the ${sides.join(' and the ')}: security ${security}, ${reliableSession ? 'reliable session' : 'no reliable session'}`,
  );
  return [...lines, ...notes, ''];
}

function oneText({ thrown, readings }: Diagnosis): readonly string[] {
  const isByType = readings.every(({ by }) => by === 'type');
  return [
    `${headlineOf(thrown)}${thrown.times > 1 ? ` (${thrown.times} times)` : ''}`,
    ...(thrown.inFault
      ? ['  It stands in a SOAP fault: the other side threw it, so read "this side" as the other one.']
      : []),
    ...(isByType ? byTypeText(readings) : readings.flatMap(readingText)),
  ];
}

function headlineOf({ type, message, line }: Thrown): string {
  return `line ${line}: ${type ?? 'text without a type'}${message === '' ? '' : `: ${beginningOf(message)}`}`;
}

const BEGINNING = 200;

function beginningOf(message: string): string {
  return message.length <= BEGINNING ? message : `${message.slice(0, BEGINNING - 4).trimEnd()} ...`;
}

/** A text in another language, or none: everything of that type may be meant, which is not worth pages. */
function byTypeText(readings: readonly Reading[]): readonly string[] {
  return [
    '  Only its type is known to the table: the text is of another language, another version, or missing. It may be:',
    ...readings.map(({ signature: { id, means } }) => `  ${id.padEnd(4)}  ${means}`),
    '  The text in English (culture en-US or invariant in the process that throws), or its stack trace, would tell which.',
  ];
}

function readingText(reading: Reading): readonly string[] {
  const { signature, by, printed, inside, candidates, isContradicted } = reading;
  const open = candidates.filter(({ standing }) => standing !== 'ruledOut');
  const out = candidates.filter(({ standing }) => standing === 'ruledOut');
  return [
    '',
    `  ${signature.id}: ${signature.means}`,
    `  known by  ${signature.texts.length === 0 ? BY.type : BY[by]}`,
    ...(printed === undefined || signature.prints === undefined
      ? []
      : [`  prints    ${spanInWords(printed)}: ${signature.prints}`]),
    ...inside.map((match) => `  inside    ${match.signature.id}: ${match.signature.means}`),
    ...(isContradicted
      ? ['  The configuration rules every candidate out: it is not that of the process that threw, or code changes it.']
      : []),
    ...open.flatMap((candidate, index) => ['', ...candidateText(candidate, index + 1)]),
    ...(out.length > 0 ? ['', '  ruled out:'] : []),
    ...out.map(({ cause, reasons }) => `  - ${cause.what} Not so: ${reasons.map(({ words }) => words).join('; ')}.`),
  ];
}

const BY: Readonly<Record<MatchedBy, string>> = {
  text: 'its type and its words',
  inner: 'its type and the exception inside it',
  textAlone: 'its words alone: no type, or another one, stands with them',
  frames: 'its type and its stack trace; its words are of another language or version',
  type: 'its type alone',
};

function candidateText({ cause, standing, reasons, values }: Candidate, number: number): readonly string[] {
  const { side, what, after, setting, evidence, change, scenarios, source } = cause;
  return [
    `  ${number}. ${side}${standing === 'possible' ? '' : ` (${standing})`}: ${what}`,
    `     after     ${after}`,
    ...(setting === undefined
      ? []
      : [
          `     setting   ${SETTINGS[setting.name].property} of the ${setting.side}${valuesText(values, setting.name)}`,
        ]),
    ...reasons.map(({ words }) => `     here      ${words}`),
    ...evidence.map((one, index) => `     ${index === 0 ? 'look for' : '        '}  ${one}`),
    `     change    ${change}`,
    ...(scenarios.length === 0 ? [] : [`     scenario  ${scenarios.join(', ')}`]),
    `     source    ${source}`,
  ];
}

function valuesText(values: readonly Known[], name: keyof typeof SETTINGS): string {
  const words = values.map(({ value, origin }) => `${valueInWords(name, value)} (${origin})`);
  return words.length === 0 ? '' : `: ${words.join('; ')}`;
}

function othersText(others: readonly Diagnosis[]): readonly string[] {
  const names = [...new Set(others.map(({ thrown }) => thrown.type ?? 'text without a type'))];
  return names.length === 0 ? [] : ['', `Not in the signature table: ${names.join(', ')}.`];
}

/** The same as a document; docs/schema/diagnose.json. */
export function diagnosisDocument(diagnoses: readonly Diagnosis[], configurations: readonly Configuration[]): object {
  return {
    configurations,
    diagnoses: diagnoses.map(({ thrown, readings }) => ({
      exception: { ...linkDocument(thrown), line: thrown.line, times: thrown.times, inFault: thrown.inFault },
      inner: chainOf(thrown).slice(1).map(linkDocument),
      rows: readings.map(readingDocument),
    })),
  };
}

function linkDocument({ type, message, code }: Thrown): object {
  return { ...(type !== undefined && { type }), message, ...(code !== undefined && { code }) };
}

function readingDocument({ signature, by, of, printed, inside, candidates, isContradicted }: Reading): object {
  return {
    id: signature.id,
    means: signature.means,
    by,
    of: linkDocument(of),
    ...(printed !== undefined && signature.prints !== undefined && { printedMs: printed, prints: signature.prints }),
    inside: inside.map((match) => match.signature.id),
    contradicted: isContradicted,
    candidates: candidates.map(candidateDocument),
  };
}

function candidateDocument({ name, cause, standing, reasons, values }: Candidate): object {
  const { side, what, after, setting, evidence, change, scenarios, source } = cause;
  return {
    ...{ name, side, what, standing, reasons, after },
    ...(setting && {
      setting: {
        ...{ name: setting.name, side: setting.side, property: SETTINGS[setting.name].property },
        ...{ unit: SETTINGS[setting.name].unit, values },
      },
    }),
    ...{ evidence, change, scenarios, source },
  };
}
