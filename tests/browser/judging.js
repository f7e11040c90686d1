// What is wrong with the page this runs in, as a list of sentences. Formulas of contrast: WCAG 2.2, 1.4.3.
(() => {
  const faults = [];
  const say = (what, element) => faults.push(`${what}: <${element.tagName.toLowerCase()}> ${(element.textContent || element.id).trim().slice(0, 60)}`);
  const shown = element => element.checkVisibility() && element.getClientRects().length > 0;

  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) faults.push(`scrolls sideways: ${wide} of ${innerWidth} px`);
  for (const element of document.body.querySelectorAll("*")) {
    const box = element.getBoundingClientRect();
    if (box.width && box.right > innerWidth + 1 && !element.closest("[tabindex]")) say(`reaches beyond the right edge (${Math.round(box.right)} px)`, element);
  }

  if (!document.title.trim()) faults.push("has no title");
  if (!document.querySelector('meta[name="viewport"][content*="width=device-width"]')) faults.push("is laid out for no phone");
  if (!document.documentElement.lang) faults.push("does not say its language");
  const headings = [...document.querySelectorAll("h1,h2,h3,h4,h5,h6")].filter(shown);
  if (headings.filter(each => each.tagName === "H1").length !== 1) faults.push("has not one first heading");
  headings.reduce((above, each) => {
    const level = Number(each.tagName[1]);
    if (level > above + 1) say(`heading of level ${level} below one of ${above}`, each);
    return level;
  }, 0);
  for (const field of document.querySelectorAll("input,select,textarea")) if (!field.labels.length) say("field without a label", field);
  for (const head of document.querySelectorAll("th")) if (!head.scope) say("table head without a scope", head);
  const ids = [...document.querySelectorAll("[id]")].map(each => each.id);
  for (const id of new Set(ids)) if (ids.filter(each => each === id).length > 1) faults.push(`two elements are called ${id}`);

  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const channels = color => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = color => {
    const [r, g, b] = channels(color).map(each => { const part = each / 255; return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = element => {
    for (let each = element; each; each = each.parentElement) {
      const color = getComputedStyle(each).backgroundColor;
      if (channels(color)[3] === 255) return color;
    }
    return "white";
  };
  const words = [...document.body.querySelectorAll("*")].filter(each => shown(each) && [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim()));
  for (const element of words) {
    const style = getComputedStyle(element);
    const pair = [light(style.color), light(ground(element))].sort((a, b) => b - a);
    const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (contrast < (large ? 3 : 4.5)) say(`contrast of ${contrast.toFixed(2)}`, element);
  }
  return faults;
})()
