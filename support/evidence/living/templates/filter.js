// What is looked for stands in the address, so that a link can be handed on. Without this script everything is shown.
const form = document.forms[0], entries = [...document.querySelectorAll(".list li")];
const fits = (entry, wanted) =>
  wanted.words.toLowerCase().split(/\s+/).every(word => entry.dataset.words.includes(word)) &&
  (!wanted.tag || entry.dataset.tags.split(" ").includes(wanted.tag)) &&
  (!wanted.verdict || entry.dataset.verdict === wanted.verdict);
const show = () => {
  const wanted = Object.fromEntries(new FormData(form));
  for (const entry of entries) entry.hidden = !fits(entry, wanted);
  for (const feature of document.querySelectorAll(".feature")) feature.hidden = !feature.querySelector(".list li:not([hidden])");
  const shown = entries.filter(entry => !entry.hidden).length;
  form.querySelector("output").value = `${shown} of ${entries.length} scenarios`;
};
const read = () => {
  const given = new URLSearchParams(location.hash.slice(1));
  for (const field of form.elements) if (field.name) field.value = given.get(field.name) ?? "";
  show();
};
const keep = () => {
  const given = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  history.replaceState(null, "", `#${given}`);
  show();
};
form.hidden = false;
form.addEventListener("input", keep);
form.addEventListener("submit", event => event.preventDefault());
addEventListener("hashchange", read);
read();
