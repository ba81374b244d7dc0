// Every line of text that is seen, where it stands, and whether it counts as large (WCAG 2.2: 18
// points, or 14 in bold).
() => {
  const lines = [];
  const add = (box, of, text) => {
    const style = getComputedStyle(of);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (box.width <= 1 || box.height <= 1) return;
    lines.push({ text, isLarge, box: [box.x + scrollX, box.y + scrollY, box.width, box.height] });
  };
  const isSeen = (one) => one.checkVisibility() && !one.closest("svg, .hidden, .skip, .aside-trap");
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const parent = text.parentElement;
    if (!text.data.trim() || !isSeen(parent) || parent.closest("select, textarea")) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const box of range.getClientRects()) add(box, parent, text.data.trim());
  }
  for (const field of document.querySelectorAll("input, textarea, select")) {
    if (["checkbox", "radio", "hidden"].includes(field.type)) continue;
    if (!field.value || !isSeen(field)) continue;
    const { x, y, width, height } = field.getBoundingClientRect();
    add(new DOMRect(x + 5, y + 5, width - 10, height - 10), field, field.value);
  }
  return lines;
};
