import type { RecordedRun, RecordedScenario } from '../recorded-run.ts';
import { anchorsOf } from './anchors.ts';
import { contentPolicy } from './content-policy.ts';
import { html, type Markup, textOf, trusted } from './markup.ts';
import { overview } from './overview.ts';
import { SCRIPT } from './script.ts';
import { sectionOf } from './section.ts';
import { STYLE } from './style.ts';
import { toldInFull } from './told-in-full.ts';

/** A run as one page that needs nothing beside it: no other file, no network. */
export function htmlReport(run: RecordedRun): string {
  const anchors = anchorsOf(run.scenarios.map(({ reported }) => reported.scenario));
  const full = toldInFull(run.scenarios.map(({ reported }) => reported));
  const sections = run.scenarios.map((scenario, index) =>
    sectionOf({
      scenario: full.has(scenario.reported) ? scenario : inShort(scenario),
      run,
      anchor: anchors[index] ?? '',
      next: anchors[index + 1],
    }),
  );
  return `<!doctype html>\n${textOf(page(run, html`${overview(run, anchors)}\n${sections}`))}\n`;
}

/** Without its pictures, and with what shows them. */
function inShort({ reported, remarks }: RecordedScenario): RecordedScenario {
  const more = reported.evidence.map((folder) => `It is told in short. In full: npm run lapse -- report ${folder}`);
  return { reported, remarks: [...remarks, ...more], experiments: [] };
}

function page({ name }: RecordedRun, content: Markup): Markup {
  return html`<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="generator" content="Lapse"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<meta http-equiv="Content-Security-Policy" content="${contentPolicy({ style: STYLE, script: SCRIPT })}"/>
<link rel="icon" href="data:,"/>
<title>Lapse: ${name}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#scenarios">Skip to the scenarios</a>
${PATTERNS}
<main>
${content}
</main>
<script>${trusted(SCRIPT)}</script>
</body>
</html>`;
}

/** Fillings that every picture shares. */
const PATTERNS = html`<svg class="defs" aria-hidden="true" focusable="false"><defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch" d="M0 0V7"/></pattern><pattern id="ice" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><path class="ice" d="M0 0V5"/></pattern></defs></svg>`;
