#include "report/page.h"

namespace ridgeline::report {

const char* const page_script_hash = "jlqXh4XmtW6He7nB6EK4oRAy1h+onW11iLvloyqxLes=";

// Downloads of what is on the page; without it the page says the same.
const char* const page_script = R"js((() => {
'use strict';
const stem = document.querySelector('main').dataset.name;
const style = document.getElementById('chart-style').textContent;
const save = (blob, name) => {
  const a = document.createElement('a');
  a.href = URL.createObjectURL(blob);
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 10000);
};
const standalone = (svg) => {
  const copy = svg.cloneNode(true), box = svg.viewBox.baseVal;
  copy.setAttribute('width', box.width);
  copy.setAttribute('height', box.height);
  const sheet = document.createElementNS('http://www.w3.org/2000/svg', 'style');
  sheet.textContent = style;
  copy.prepend(sheet);
  return new XMLSerializer().serializeToString(copy);
};
const picture = (svg, name) => {
  const image = new Image(), box = svg.viewBox.baseVal;
  image.onload = () => {
    const canvas = document.createElement('canvas');
    canvas.width = 3 * box.width;
    canvas.height = 3 * box.height;
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => save(blob, name), 'image/png');
  };
  image.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(standalone(svg));
};
const button = (where, text, label, act) => {
  const b = document.createElement('button');
  b.type = 'button';
  b.textContent = text;
  b.setAttribute('aria-label', label);
  b.addEventListener('click', act);
  where.append(b);
};
const saveDocument = () =>
  save(new Blob([document.getElementById('document').textContent], {type: 'application/json'}), stem + '.json');
for (const figure of document.querySelectorAll('figure')) {
  const svg = figure.querySelector('svg'), row = figure.querySelector('.save');
  const title = figure.querySelector('h3').textContent, name = stem + '-' + figure.id;
  button(row, 'SVG', 'Save as SVG: ' + title,
    () => save(new Blob([standalone(svg)], {type: 'image/svg+xml'}), name + '.svg'));
  button(row, 'PNG', 'Save as PNG: ' + title, () => picture(svg, name + '.png'));
  button(row, 'JSON', 'Save the document behind it as JSON: ' + title, saveDocument);
}
button(document.getElementById('save-document'), 'Save the document as JSON', 'Save the document as JSON', saveDocument);
addEventListener('beforeprint', () => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
})();
)js";

}  // namespace ridgeline::report
