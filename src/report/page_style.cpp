#include "report/page.h"

namespace ridgeline::report {

const char* const page_style =
    R"css(
:root{--soft-paper:#f6f6f6;--fine:#00694b;--bad:#a83200;color-scheme:light dark}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,'Segoe UI','DejaVu Sans',sans-serif}
main{max-width:1080px;margin:0 auto;padding:16px}
h1{font-size:1.5em;line-height:1.25;margin:.2em 0;overflow-wrap:anywhere}
h2{font-size:1.2em;margin:1.6em 0 .4em}
h3{font-size:1em;margin:0}
.note,figcaption{color:var(--soft);font-size:.9em}
.verdict{border-left:6px solid;padding:.4em .8em;background:var(--soft-paper)}
.verdict strong{font-size:1.15em}
.valid{border-color:var(--fine)}
.valid strong{color:var(--fine)}
.plain{border-color:var(--line)}
.invalid{border-color:var(--bad)}
.invalid strong{color:var(--bad)}
ul{margin:.3em 0;padding-left:1.2em}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,430px),1fr));gap:24px}
figure{margin:0;min-width:0;max-width:720px;break-inside:avoid}
figure svg{display:block;width:100%;height:auto}
.scroll,pre,details{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-size:.92em}
th,td{text-align:left;padding:.15em .7em .15em 0;border-bottom:1px solid var(--grid);vertical-align:top}
th{color:var(--soft);font-weight:600}
th.figure,td.figure{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.wrap td.figure{white-space:normal}
pre{background:var(--soft-paper);padding:.6em;font-size:.85em}
pre.command{white-space:pre-wrap;overflow-wrap:anywhere}
summary{cursor:pointer}
button{font:inherit;font-size:.85em;min-height:32px;margin:.2em .4em .2em 0;padding:.1em .7em;color:var(--ink);background:var(--soft-paper);border:1px solid var(--soft);border-radius:4px}
button:focus-visible,summary:focus-visible{outline:3px solid var(--line);outline-offset:2px}
@media screen and (prefers-color-scheme:dark){
:root{--paper:#16181b;--soft-paper:#22262b;--ink:#eaeaea;--soft:#b4b4b4;--grid:#3b4046;--bar:#56b4e9;--line:#56b4e9;--mark:#eaeaea;--limit:#ff9a5c;--fine:#4fd0a5;--bad:#ff9a5c;--s0:#56b4e9;--s1:#ff9a5c;--s2:#2fd0a0;--s3:#e8a5c8;--s4:#f0b429;--s5:#f0e442;--none:#999}
}
@media(max-width:480px){
svg text{font-size:16px}
main{padding:10px}
td{overflow-wrap:anywhere;min-width:5em}
td:last-child:not(.figure){min-width:12em}
}
@media print{
button{display:none}
main{max-width:none;padding:0}
body{font-size:10pt}
h2,h3{break-after:avoid}
.charts{display:block}
figure{display:grid;grid-template:auto auto auto 1fr/3fr 2fr;column-gap:16px;align-content:start;margin-bottom:12pt}
figure h3{grid-column:1/3}
figure svg{grid-area:2/1}
figcaption{grid-area:3/1}
figure details{grid-area:2/2/5/3}
figure table{font-size:7.5pt;line-height:1.15}
summary{display:none}
}
)css";

}  // namespace ridgeline::report
