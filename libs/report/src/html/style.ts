import { colours } from './palette.ts';

const PAGE = `
*{box-sizing:border-box}
html{scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
main{max-width:78rem;margin:0 auto;padding:1rem}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px;border-radius:2px}
.skip{position:absolute;left:-999rem;background:var(--paper);padding:.5rem 1rem;z-index:1}
.skip:focus{left:.5rem;top:.5rem}
h1{font-size:1.6rem;line-height:1.2;margin:.5rem 0}
h1 .name{font-weight:400;color:var(--muted);overflow-wrap:anywhere}
h2{font-size:1.25rem;line-height:1.3;margin:0 0 .5rem;overflow-wrap:anywhere}
h3{font-size:1rem;margin:1.25rem 0 .4rem}
p{margin:.4rem 0;max-width:75ch;overflow-wrap:anywhere}
code,pre{font:.85em/1.5 ui-monospace,"Cascadia Mono",Menlo,"Liberation Mono",monospace}
pre{background:var(--panel);border:1px solid var(--rule);padding:.6rem .8rem;overflow-x:auto;border-radius:4px}
.counts{font-size:1.1rem}
.count{white-space:nowrap;margin-right:.6rem}
.fine,figcaption{color:var(--muted);font-size:.85rem;max-width:75ch}
.remark{border-left:4px solid var(--toxic-line);padding:.2rem .7rem;background:var(--panel)}
.badge{display:inline-block;font-size:.8rem;font-weight:600;line-height:1.5;padding:0 .5em;border-radius:3px;white-space:nowrap;vertical-align:middle}
${['confirmed', 'refuted', 'inconclusive', 'broken', 'skipped'].map((name) => `.badge.${name}{color:var(--${name});background:var(--${name}-paper)}`).join('')}
.tag{font-size:.75rem;font-weight:600;border:1px solid var(--window);color:var(--window);border-radius:3px;padding:0 .3em}
dl{margin:.5rem 0}
dl div{display:grid;grid-template-columns:9rem 1fr;gap:0 .8rem;padding:.15rem 0}
dt{color:var(--muted)}
dd{margin:0;overflow-wrap:anywhere}
.conditions div{display:inline-flex;gap:.4rem;margin-right:1.2rem}
table{border-collapse:collapse;width:100%;font-size:.9rem}
caption{text-align:left;color:var(--muted);padding:.3rem 0}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem .35rem 0;border-bottom:1px solid var(--rule)}
thead th{border-bottom-width:2px;white-space:nowrap}
tbody th{font-weight:500}
.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.overview tr:hover{background:var(--panel)}
.symptom,.source,.lost,.seen{display:block;color:var(--muted);font-size:.8rem;font-weight:400;overflow-wrap:anywhere}
.filter{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin:.5rem 0}
.filter[hidden]{display:none}
.filter input,.filter select{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--edge);border-radius:4px;padding:.3rem .5rem;min-height:2.4rem}
.scenario{border-top:3px solid var(--rule);margin-top:2rem;padding-top:1.2rem;content-visibility:auto;contain-intrinsic-size:auto 60rem}
.scenario:target{border-top-color:var(--link)}
.scenario[hidden],tr[hidden]{display:none}
.about{color:var(--muted)}
.sentence{font-size:1.05rem}
.told dl.facts div{grid-template-columns:5rem 1fr}
.two{display:grid;grid-template-columns:minmax(0,1fr);gap:0 2rem}
figure{margin:1rem 0}
details{margin:.6rem 0;border:1px solid var(--rule);border-radius:4px;padding:0 .8rem}
summary{cursor:pointer;padding:.5rem 0;font-weight:500}
details[open]{padding-bottom:.6rem}
.claims th,.claims td{padding-right:1rem}
.timeline tbody th{padding-right:1rem}
@media (min-width:64rem){.two{grid-template-columns:minmax(0,11fr) minmax(0,9fr)}}
@media (max-width:44rem){
.claims thead{position:absolute;left:-999rem}
.claims,.claims tbody,.claims tr,.claims th,.claims td{display:block}
.claims tr{border-bottom:1px solid var(--rule);padding:.5rem 0}
.claims th,.claims td{border:0;padding:.1rem 0}
.timeline{font-size:.72rem;table-layout:fixed}
.timeline th:first-child{width:3.9rem}
.timeline th,.timeline td{padding-right:.25rem;overflow-wrap:anywhere}
.timeline thead th{white-space:normal}
.timeline .session{width:1.2rem}
main{padding:.7rem}
dl.facts div,.told dl.facts div{grid-template-columns:1fr;padding:.3rem 0}
.overview thead{position:absolute;left:-999rem}
.overview,.overview tbody,.overview caption{display:block}
.overview tr{display:grid;grid-template-columns:1fr auto;padding:.5rem 0;border-bottom:1px solid var(--rule)}
.overview th,.overview td{border:0;padding:.1rem 0}
.overview .predicted,.overview .observed{grid-column:1/-1}
.overview .late{text-align:left}
h1{font-size:1.3rem}
.overview .predicted::before{content:"predicted ";color:var(--muted)}
.overview .observed::before{content:"observed ";color:var(--muted)}
.overview .late::before{content:"late ";color:var(--muted)}
.overview .margin::before{content:"margin ";color:var(--muted)}
}
`;

const PICTURE = `
.defs{position:absolute;width:0;height:0}
.picture{display:block;max-width:48rem;overflow:hidden}
.picture text,.gauge text{font-size:11.5px;fill:var(--ink);font-variant-numeric:tabular-nums}
.picture text{paint-order:stroke;stroke:var(--paper);stroke-width:3.5px;stroke-linejoin:round}
.picture .heading text{font-weight:600;font-size:12px;fill:var(--muted)}
.picture text.minor,.picture text.instant,.picture text.silence{fill:var(--muted)}
.picture text.silence{font-style:italic}
.picture text.fired{fill:var(--fired);font-weight:700}
.picture text.bad{fill:var(--bad);font-weight:600}
.life{stroke:var(--life);stroke-width:1.5}
.life.open{stroke:var(--open);stroke-width:4}
.cross,.lost{stroke:var(--bad);stroke-width:2.5;fill:none}
.frozen{fill:url(#ice);stroke:var(--frozen);stroke-width:1.5}
.ice{stroke:var(--frozen);stroke-width:2}
.toxic{fill:var(--toxic)}
.toxic-band{fill:url(#hatch);stroke:var(--toxic-line)}
.hatch{stroke:var(--toxic-line);stroke-width:2}
.window{fill:none;stroke:var(--window);stroke-width:2;stroke-dasharray:5 2}
.gap{fill:var(--paper)}
.zigzag{fill:none;stroke:var(--life);stroke-width:1.5}
.dot{fill:var(--open)}
.dot.fired{fill:var(--fired)}.dot.bad{fill:var(--bad)}.dot.minor{fill:var(--life)}
.bytes{stroke:var(--message);stroke-width:1.6}
.bytes.part{stroke-dasharray:8 3}
.connect{stroke:var(--muted);stroke-width:1.2;stroke-dasharray:2 3}
.end{stroke:var(--ink);stroke-width:1.6;stroke-dasharray:6 3}
.reset{stroke:var(--bad);stroke-width:2;stroke-dasharray:6 3}
.head{fill:var(--ink)}
.bar rect{fill:var(--cancelled);stroke:var(--edge)}
.bar text{stroke:none;font-size:10.5px;fill:var(--cancelled-ink)}
.bar.fired rect{fill:var(--fired);stroke:var(--fired)}
.bar.fired text{fill:var(--fired-ink);font-weight:600}
.bar.done rect{fill:var(--panel)}
.bar.running rect{fill:var(--running)}
.bar.running text{fill:var(--running-ink)}
.bar .reset{stroke:var(--ink);stroke-width:2.5;stroke-dasharray:none}
.burst{fill:var(--fired);stroke:var(--paper);stroke-width:1}
.crossbar{stroke:var(--edge);stroke-width:3}
.goes-on{stroke:var(--edge);stroke-width:3;stroke-dasharray:2 3}
.gauge{display:block}
.gauge .span{fill:none;stroke:var(--window);stroke-width:1.5}
.gauge .predicted{stroke:var(--window);stroke-width:2}
.gauge .instant{fill:var(--ink)}
.gauge text{fill:var(--muted)}
`;

const PRINT = `
@media print{
html{font-size:12px}
body{font-size:9.5pt}
.two{display:block}
.picture{zoom:.8}
main{max-width:none;padding:0}
.skip,.filter,.onward{display:none!important}
.scenario{break-before:page;border:0;margin:0;padding:0;content-visibility:visible}
figure{margin:.5rem 0}
.overview tr,.losers tr,.proofs tr,.claims tr,dl div{break-inside:avoid}
h2,h3{break-after:avoid}
pre{overflow:visible}
pre{white-space:pre-wrap}
.claims{table-layout:fixed;font-size:8pt}
.claims th:nth-child(1){width:20%}.claims th:nth-child(2){width:14%}.claims th:nth-child(3){width:26%}.claims th:nth-child(5){width:18%}
.claims th{overflow-wrap:anywhere}
.badge,.toxic,.toxic-band,.bar rect,.frozen{print-color-adjust:exact;-webkit-print-color-adjust:exact}
a{color:inherit;text-decoration:none}
}
@page{margin:14mm}
`;

/** The whole style of a page: light and dark by the reader's own choice, always light on paper, still where stillness is asked for. */
export const STYLE = [
  `:root{color-scheme:light dark;${colours('light')}}`,
  `@media screen and (prefers-color-scheme:dark){:root{${colours('dark')}}}`,
  '@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}',
  PAGE,
  PICTURE,
  PRINT,
].join('\n');
