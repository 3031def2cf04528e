/** An exception as a text tells of it, with what it was caused by. */
export interface Thrown {
  /** Its type without namespace and type arguments: `TimeoutException`; absent: the text names none. */
  readonly type?: string;
  /** Its message, on one line; empty: the text holds none. */
  readonly message: string;
  /** The error number that .NET prints behind the type of a SocketException. */
  readonly code?: number;
  readonly inner?: Thrown;
  /** Methods of its stack trace, innermost first. They are the same in every language. */
  readonly frames: readonly string[];
  /** Line of the text on which it begins, from 1. */
  readonly line: number;
  /** It stands in the detail of a SOAP fault: the other side threw it. */
  readonly inFault: boolean;
  /** How often the text tells of the same. */
  readonly times: number;
}

/**
 * Finds the exceptions in a stack trace, a log or a bare message: `Type: message ---> Type: message`, as .NET prints it on any system and
 * in any language, in JSON strings and in service traces too. A text that names no type is taken paragraph by paragraph.
 */
export function exceptionsIn(text: string): readonly Thrown[] {
  const plain = plainText(text);
  const headers = [...plain.matchAll(HEADER)].filter((header) => isHeader(header, plain));
  const found = headers.length === 0 ? paragraphsOf(plain) : chainsOf(headers, plain);
  return withoutRepetitions(found);
}

/** The exception itself, then what it was caused by, outermost first. */
export function chainOf(thrown: Thrown): readonly Thrown[] {
  return thrown.inner === undefined ? [thrown] : [thrown, ...chainOf(thrown.inner)];
}

/** Undoes what JSON and XML do to a text, and brings the exceptions of a service trace (svclog) into the form that all others have. */
function plainText(text: string): string {
  return text
    .replaceAll(/<ExceptionString>[^<]*<\/ExceptionString>/g, '')
    .replaceAll(/<InnerException>\s*(?=<ExceptionType>)/g, '\n ---> ')
    .replaceAll(
      /(?:<Exception>\s*)?<ExceptionType>([\w.]+)[^<]*<\/ExceptionType>\s*<Message>([^<]*)<\/Message>/g,
      '$1: $2\n\n',
    )
    .replaceAll(/(?:\\r)?\\n(?=\s*(?:\S{1,4} \w+[.]|--->|---))/g, '\n')
    .replaceAll('\r\n', '\n')
    .replaceAll('&gt;', '>')
    .replaceAll('&lt;', '<')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}

const HEADER =
  /(?<arrow>--->\s{0,4}(?:\(Inner Exception #\d+\) ?)?)?(?<![\w.`])(?<type>(?:[A-Za-z_]\w{0,99}\.){0,12}[A-Z]\w{0,99}Exception)(?:`\d+\[[^\n\]]{0,400}\]{1,3})?(?: \((?<code>0x[0-9A-Fa-f]+|-?\d+)\))?(?=:|[ \t]*(?:\n|$)| ?--->)/g;

/** Prose may end a line with the name of a type; as a header it stands alone there, has a namespace, or is caused by something. */
function isHeader(header: RegExpExecArray, text: string): boolean {
  const { type = '', arrow } = header.groups ?? {};
  const after = text[header.index + header[0].length];
  if (after === ':' || arrow !== undefined || type.includes('.')) return true;
  const lineStart = text.lastIndexOf('\n', header.index - 1) + 1;
  return text.slice(lineStart, header.index).trim() === '';
}

interface Link {
  readonly thrown: Thrown;
  readonly isInner: boolean;
}

function chainsOf(headers: readonly RegExpExecArray[], text: string): readonly Thrown[] {
  const lines = lineCounter(text);
  const links = headers.map((header, index) =>
    linkOf(header, { text, lines, end: headers[index + 1]?.index ?? text.length }),
  );
  const chains: Thrown[] = [];
  // From the back: what is caused is read before its cause.
  let inner: Thrown | undefined;
  for (const { thrown, isInner } of links.toReversed()) {
    const whole = inner === undefined ? thrown : { ...thrown, inner };
    inner = isInner ? whole : undefined;
    if (!isInner) chains.unshift(whole);
  }
  return inner === undefined ? chains : [inner, ...chains];
}

/** Texts are long: lines are counted on from the last answer. */
function lineCounter(text: string): (index: number) => number {
  let [counted, line] = [0, 1];
  return (index) => {
    for (; counted < index; counted++) if (text[counted] === '\n') line++;
    return line;
  };
}

function linkOf(
  header: RegExpExecArray,
  { text, lines, end }: { readonly text: string; readonly lines: (index: number) => number; readonly end: number },
): Link {
  const { type = '', code, arrow } = header.groups ?? {};
  const start = header.index + header[0].length;
  const body = text.slice(start, end).replace(/^:/, '');
  const before = text.slice(Math.max(0, header.index - 80), header.index);
  return {
    thrown: {
      type: type.slice(type.lastIndexOf('.') + 1),
      message: messageIn(body),
      ...(code !== undefined && { code: Number(code) }),
      frames: framesIn(body),
      line: lines(header.index + (arrow ?? '').length),
      inFault: /whose value is:\s*$/.test(before),
      times: 1,
    },
    // The children of an AggregateException are told of once more, each on its own.
    isInner: arrow !== undefined && !arrow.includes('#'),
  };
}

/** A line of a stack trace. Its first word is in the language of the process. */
const FRAME = /^\s+\S{1,12}\s+((?:[\w<>$+`|]+\.)+[\w<>$`|.[\],]+)\s?\(/;
const LONGEST_FRAME = 500;
const NOT_MESSAGE = /^\s*(?:---|at\s|\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d|\[\d)/;

function messageIn(body: string): string {
  const [first = '', ...rest] = body.split('\n');
  const end = rest.findIndex(
    (line) => line.trim() === '' || FRAME.test(line.slice(0, LONGEST_FRAME)) || NOT_MESSAGE.test(line),
  );
  const lines = [first, ...(end < 0 ? rest : rest.slice(0, end))];
  return onOneLine(lines.join(' ').replace(/\s*(?:--->|<---)\s*$/, ''));
}

function framesIn(body: string): readonly string[] {
  return body.split('\n').flatMap((line) => FRAME.exec(line.slice(0, LONGEST_FRAME))?.[1] ?? []);
}

function paragraphsOf(text: string): readonly Thrown[] {
  let line = 1;
  return text.split(/\n[ \t]*\n/).flatMap((paragraph) => {
    const start = line + (/^\n*/.exec(paragraph)?.[0].length ?? 0);
    line += paragraph.split('\n').length + 1;
    const message = messageIn(paragraph.trimStart());
    return message === '' ? [] : [{ message, frames: framesIn(paragraph), line: start, inFault: false, times: 1 }];
  });
}

function onOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** Logs repeat themselves with other ports, other ids and other fractions of a second: they are the same; times and numbers of errors tell kinds apart. */
function withoutRepetitions(all: readonly Thrown[]): readonly Thrown[] {
  const groups = Map.groupBy(all, (thrown) => chainOf(thrown).map(kindOf).join('\n'));
  return [...groups.values()].flatMap(([first, ...more]) => (first ? [{ ...first, times: more.length + 1 }] : []));
}

const NUMBERS = /(\d\d:\d\d:\d\d|(?<=error \(|error code )\d+)|\d+/g;

function kindOf({ type, message, code }: Thrown): string {
  return [type, message.replaceAll(NUMBERS, (_, telling: string | undefined) => telling ?? '#'), code].join(' ');
}
