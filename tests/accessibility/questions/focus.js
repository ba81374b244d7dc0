// What has the focus, how that shows, and whether anything lies over it.
() => {
  const at = document.activeElement;
  if (at === document.body) return null;
  // The ring of a radio button is drawn around the answer beside it.
  const hasRing = getComputedStyle(at).outlineStyle !== "none";
  const drawn = hasRing ? at : (at.labels?.[0] ?? at);
  const style = getComputedStyle(drawn);
  const hex = (colour) => {
    const parts = colour.match(/[\d.]+/g).slice(0, 3);
    return `#${parts.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
  };
  const isClear = (one) => /, 0\)$|transparent/.test(getComputedStyle(one).backgroundColor);
  let around = drawn.parentElement;
  while (around.parentElement && isClear(around)) around = around.parentElement;
  // Any line of a link that is broken over several will do, and as much of a box as is in sight.
  const isOnTop = [...drawn.getClientRects()].some((line) => {
    const [left, right] = [Math.max(line.left, 0), Math.min(line.right, innerWidth)];
    const [top, bottom] = [Math.max(line.top, 0), Math.min(line.bottom, innerHeight)];
    if (left >= right || top >= bottom) return false;
    const over = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return drawn.contains(over) || at.contains(over);
  });
  return {
    what: at.outerHTML.slice(0, 90),
    words: (at.labels?.[0] ?? at).innerText,
    ring: hasRing || drawn !== at ? parseFloat(style.outlineWidth) : 0,
    colour: hex(style.outlineColor),
    ground: hex(getComputedStyle(around).backgroundColor),
    isOnTop,
  };
};
