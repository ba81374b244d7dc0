// Words that stick out of the sides of the box they are set in.
() => {
  const box = (one) => (getComputedStyle(one).display === "inline" ? box(one.parentElement) : one);
  const found = [];
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const one = words.currentNode.parentElement;
    if (!words.currentNode.data.trim() || !one.checkVisibility()) continue;
    if (one.closest("svg, .hidden, .aside-trap, textarea, option")) continue;
    const range = document.createRange();
    range.selectNodeContents(words.currentNode);
    const [drawn, sides] = [range, box(one)].map((it) => it.getBoundingClientRect());
    if (drawn.right > sides.right + 1 || drawn.left < sides.left - 1) {
      found.push(`${Math.round(drawn.right - sides.right)}: ${one.outerHTML.slice(0, 90)}`);
    }
  }
  return found;
};
